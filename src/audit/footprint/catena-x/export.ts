import type { DeclaredUnit } from '../../../base/production-lots.js'
import type { Report } from '../../../base/report.js'
import type { LotFootprintsAnswer } from '../../../base/wire/lot-footprints.js'
import { worldRegion } from '../../../base/world-regions.js'
import { add } from '../../report/decimal.js'
import type { PactFootprint } from '../pact/document.js'
import { pactExport } from '../pact/export.js'

/**
 * Footprints of lots by the aspect model Pcf 7.0.0 of Catena-X. Source: io.catenax.pcf 7.0.0 of eclipse-tractusx/sldt-semantic-models
 * (CC-BY-4.0), its JSON Schema; written in our own words.
 */

/** Business Partner Number of a legal entity, by which companies find each other in Catena-X. */
export const BPNL = /^BPNL[a-zA-Z0-9]{12}$/

/** Product class that stands where none is known. Source: the description of productCodeCpc in the schema. */
const NO_CLASS = '011-99000'

/** Units of Pcf 7.0.0; the others of PACT 3.0 are not among them. */
const UNITS: ReadonlySet<DeclaredUnit> = new Set<DeclaredUnit>([
  ...(['liter', 'kilogram', 'cubic meter', 'kilowatt hour', 'megajoule'] as const),
  ...(['ton kilometer', 'square meter', 'piece'] as const),
])

/** Largest share of emissions that the schema lets be left out, %. */
const EXEMPTED_MAX = 5

export interface CatenaXExport {
  readonly footprints: readonly Readonly<Record<string, unknown>>[]
  readonly lacking: LotFootprintsAnswer['lacking']
}

/**
 * Footprints of Pcf 7.0.0 for the lots of a report of the form `product-footprint`, and lots that have none with what lacks.
 * @param bpnl number of the company that declares them
 */
export function catenaXExport(report: Report, bpnl: string, isSuperseded = false): CatenaXExport {
  const { footprints, lacking } = pactExport(report, isSuperseded)
  const made = footprints.map((one) => ({ one, reasons: lacksOf(one) }))
  return {
    footprints: made
      .filter(({ reasons }) => reasons.length === 0)
      .map(({ one }) => catenaXOf(one, bpnl, report.version)),
    lacking: [
      ...lacking,
      ...made
        .filter(({ reasons }) => reasons.length > 0)
        .map(({ one, reasons }) => ({ lot: lotOf(one), reasons: [...reasons] })),
    ],
  }
}

/** Number of the lot, out of the second id of its product. */
function lotOf({ productIds }: PactFootprint): string {
  return decodeURIComponent(productIds.at(-1)?.split(':lot:').at(-1) ?? '')
}

function regionOf({ pcf }: PactFootprint): string | null {
  return worldRegion(pcf.geographyCountry ?? pcf.geographyCountrySubdivision?.slice(0, 2) ?? '')
}

function assessmentOf({ pcf }: PactFootprint): string | undefined {
  return pcf.ipccCharacterizationFactors.find((one) => one === 'AR5' || one === 'AR6')
}

function lacksOf(footprint: PactFootprint): readonly string[] {
  const { pcf } = footprint
  return [
    ...(regionOf(footprint) === null
      ? ['the region of the world is not known: grid_region names no country of it']
      : []),
    ...(UNITS.has(pcf.declaredUnitOfMeasurement) ? [] : ['Pcf 7.0.0 has no such unit']),
    ...(Number(pcf.exemptedEmissionsPercent) > EXEMPTED_MAX ? ['exempted_pct is above 5'] : []),
    ...(assessmentOf(footprint) === undefined ? ['Pcf 7.0.0 takes the potentials of AR5 or AR6 alone'] : []),
    ...(Number(pcf.pcfExcludingBiogenicUptake) < 0 ? ['the footprint without biogenic uptake is below 0'] : []),
    ...(Number(pcf.productMassPerDeclaredUnit) < 0 ? ['the mass is below 0'] : []),
  ]
}

/** Amounts are numbers there, which PACT writes as texts: the nearest double of each. */
function catenaXOf(footprint: PactFootprint, bpnl: string, version: number): Readonly<Record<string, unknown>> {
  const { id, created, status, companyName, companyIds, productIds, productDescription, productNameCompany } = footprint
  return {
    id,
    specVersion: 'urn:io.catenax.pcf:datamodel:version:7.0.0',
    partialFullPcf: 'Cradle-to-gate',
    ...(footprint.precedingPfIds === undefined
      ? {}
      : { precedingPfIds: footprint.precedingPfIds.map((preceding) => ({ id: preceding })) }),
    version,
    created,
    extWBCSD_pfStatus: status,
    companyName,
    companyIds: [`urn:bpn:id:${bpnl}`, ...companyIds],
    productDescription,
    productIds,
    extWBCSD_productCodeCpc: NO_CLASS,
    productName: productNameCompany,
    comment: footprint.comment?.replace('PACT 3.0', 'Catena-X Pcf 7.0.0'),
    pcf: carbonOf(footprint),
  }
}

function carbonOf(footprint: PactFootprint): Readonly<Record<string, unknown>> {
  const { pcf } = footprint
  const fossil = pcf.fossilCarbonContent
  // The export for PACT states both of every lot that it has.
  const [biogenic, uptake] = [pcf.biogenicCarbonContent!, pcf.biogenicCO2Uptake!]
  return {
    declaredUnit: pcf.declaredUnitOfMeasurement,
    unitaryProductAmount: Number(pcf.declaredUnitAmount),
    productMassPerDeclaredUnit: Number(pcf.productMassPerDeclaredUnit),
    exemptedEmissionsPercent: Number(pcf.exemptedEmissionsPercent),
    boundaryProcessesDescription: pcf.boundaryProcessesDescription,
    ...(pcf.geographyCountrySubdivision === undefined
      ? {}
      : { geographyCountrySubdivision: pcf.geographyCountrySubdivision }),
    ...(pcf.geographyCountry === undefined ? {} : { geographyCountry: pcf.geographyCountry }),
    geographyRegionOrSubregion: regionOf(footprint),
    referencePeriodStart: pcf.referencePeriodStart,
    referencePeriodEnd: pcf.referencePeriodEnd,
    // Standards are named that somebody says to have followed: this document is prepared for one, and no more.
    crossSectoralStandardsUsed: [{ crossSectoralStandard: 'Other' }],
    productOrSectorSpecificRules: [],
    extWBCSD_characterizationFactors: assessmentOf(footprint),
    extWBCSD_allocationRulesDescription: pcf.allocationRulesDescription,
    extTFS_allocationWasteIncineration: 'cut-off',
    primaryDataShare: Number(pcf.primaryDataShare),
    secondaryEmissionFactorSources: (pcf.secondaryEmissionFactorSources ?? []).map(({ name, version }) => {
      return { secondaryEmissionFactorSource: `${name}, ${version}` }
    }),
    extWBCSD_packagingEmissionsIncluded: false,
    pcfExcludingBiogenic: Number(pcf.pcfExcludingBiogenicUptake),
    pcfIncludingBiogenic: Number(pcf.pcfIncludingBiogenicUptake),
    fossilGhgEmissions: Number(pcf.fossilGhgEmissions),
    biogenicCarbonWithdrawal: Number(uptake),
    carbonContentTotal: Number(add(fossil, biogenic)),
    extWBCSD_fossilCarbonContent: Number(fossil),
    carbonContentBiogenic: Number(biogenic),
  }
}
