/** A product footprint of PACT 3.0 as a supplier sends it, with other members where a test asks for them. */
export function supplierPact(more: object = {}, pcf: object = {}): object {
  return {
    id: 'F4B1225A-bd44-4c8e-861d-079e4e1dfd69',
    specVersion: '3.0.0',
    created: '2026-02-01T00:00:00Z',
    status: 'Active',
    companyName: 'Mill Ltd',
    companyIds: ['urn:pact:company:customcode:vendor-assigned:mill'],
    productDescription: 'Hot rolled coil',
    productIds: ['urn:pact:product:customcode:vendor-assigned:coil-3'],
    productNameCompany: 'Coil 3',
    ...more,
    pcf: {
      declaredUnitOfMeasurement: 'kilogram',
      declaredUnitAmount: '1',
      productMassPerDeclaredUnit: '1',
      referencePeriodStart: '2025-01-01T00:00:00Z',
      referencePeriodEnd: '2026-01-01T00:00:00Z',
      geographyCountry: 'CN',
      pcfExcludingBiogenicUptake: '1.95',
      pcfIncludingBiogenicUptake: '1.95',
      fossilGhgEmissions: '1.9',
      fossilCarbonContent: '0.002',
      packagingEmissionsIncluded: false,
      ipccCharacterizationFactors: ['AR6'],
      crossSectoralStandards: ['ISO14067', 'PACT-3.0'],
      exemptedEmissionsPercent: '0',
      primaryDataShare: '42.5',
      ...pcf,
    },
  }
}
