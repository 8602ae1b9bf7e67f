/**
 * Members of the aspect model Pcf 7.0.0 of Catena-X with their types and bounds, as its published JSON Schema has them, in a form of our
 * own. Source: eclipse-tractusx/sldt-semantic-models, io.catenax.pcf/7.0.0/gen/Pcf-schema.json (CC-BY-4.0), read at commit 41f43fae.
 */

const text = { type: 'string' }
const filled = { type: 'string', minLength: 1 }
const number = { type: 'number' }
const fromZero = { type: 'number', minimum: 0 }
const upToZero = { type: 'number', maximum: 0 }
const percent = { type: 'number', minimum: 0, maximum: 100 }
const rating = { type: 'number', minimum: 1, maximum: 3 }
const HEX = '[0-9a-fA-F]'
const UUID = `${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}`
const uuid = { type: 'string', pattern: `^(urn:uuid:)?${UUID}$` }
const time = {
  type: 'string',
  pattern:
    '-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?|(24:00:00(\\.0+)?))(Z|(\\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?',
}
const uris = { type: 'array', minItems: 1, items: { type: 'string', format: 'uri' } }
const oneOf = (words: string) => ({ type: 'string', enum: words.split('|') })

/** An object with the members of `required` and perhaps those of `optional`. */
function object(required: object, optional: object = {}): object {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }
}

const setOf = (item: object, more: object = {}) => ({ type: 'array', items: item, ...more })
const UNIQUE = { uniqueItems: true }

const REGIONS =
  'Africa|Americas|Asia|Europe|Oceania|Australia and New Zealand|Central Asia|Eastern Asia|Eastern Europe|Latin America and the Caribbean|Melanesia|Micronesia|Northern Africa|Northern America|Northern Europe|Polynesia|South-eastern Asia|Southern Asia|Southern Europe|Sub-Saharan Africa|Western Asia|Western Europe|Global|Several'
const STANDARDS =
  'ISO Standard 14067|ISO Standard 14044|Pathfinder v1|Pathfinder v2|PAS 2050|ISO Standard 14040|ISO Standard 14041|ISO Standard 14042|ISO Standard 14043|PEF|Other|GHG Protocol Product Standard'

const rule = object(
  {
    extWBCSD_operator: oneOf('PEF|EPD International|Other'),
    productOrSectorSpecificRules: setOf(object({ ruleName: filled }), { ...UNIQUE, minItems: 1 }),
  },
  { extWBCSD_otherOperatorName: filled },
)

const pcf = object(
  {
    declaredUnit: oneOf('liter|kilogram|cubic meter|kilowatt hour|megajoule|ton kilometer|square meter|piece'),
    unitaryProductAmount: { type: 'number', exclusiveMinimum: 0 },
    productMassPerDeclaredUnit: fromZero,
    exemptedEmissionsPercent: { type: 'number', minimum: 0, maximum: 5 },
    geographyRegionOrSubregion: oneOf(REGIONS),
    referencePeriodStart: time,
    referencePeriodEnd: time,
    crossSectoralStandardsUsed: setOf(object({ crossSectoralStandard: oneOf(STANDARDS) })),
    productOrSectorSpecificRules: setOf(rule, UNIQUE),
    extWBCSD_characterizationFactors: oneOf('AR5|AR6'),
    extTFS_allocationWasteIncineration: oneOf('cut-off|reverse cut-off|system expansion'),
    secondaryEmissionFactorSources: setOf(object({ secondaryEmissionFactorSource: text }), UNIQUE),
    extWBCSD_packagingEmissionsIncluded: { type: 'boolean' },
    pcfExcludingBiogenic: fromZero,
  },
  {
    exemptedEmissionsDescription: text,
    boundaryProcessesDescription: text,
    geographyCountrySubdivision: { type: 'string', pattern: '([A-Z]{2}-[A-Z0-9]{1,3}|)' },
    geographyCountry: { type: 'string', pattern: '([A-Z]{2})' },
    extWBCSD_allocationRulesDescription: text,
    primaryDataShare: percent,
    dataQualityRating: object(
      {},
      {
        coveragePercent: percent,
        ...{ technologicalDQR: rating, temporalDQR: rating, geographicalDQR: rating },
        ...{ completenessDQR: rating, reliabilityDQR: rating },
      },
    ),
    pcfIncludingBiogenic: number,
    fossilGhgEmissions: fromZero,
    biogenicCarbonEmissionsOtherThanCO2: fromZero,
    biogenicCarbonWithdrawal: upToZero,
    dlucGhgEmissions: fromZero,
    extTFS_luGhgEmissions: number,
    aircraftGhgEmissions: fromZero,
    extWBCSD_packagingGhgEmissions: fromZero,
    distributionStagePcfExcludingBiogenic: fromZero,
    distributionStagePcfIncludingBiogenic: number,
    distributionStageFossilGhgEmissions: fromZero,
    distributionStageBiogenicCarbonEmissionsOtherThanCO2: fromZero,
    distributionStageBiogenicCarbonWithdrawal: upToZero,
    extTFS_distributionStageDlucGhgEmissions: fromZero,
    extTFS_distributionStageLuGhgEmissions: number,
    carbonContentTotal: fromZero,
    extWBCSD_fossilCarbonContent: fromZero,
    carbonContentBiogenic: fromZero,
    distributionStageAircraftGhgEmissions: fromZero,
  },
)

/** Every member that there is: one with another name is a slip of ours, though the model lets it through. */
export const CATENA_X_PCF = closed(
  object(
    {
      id: uuid,
      specVersion: text,
      partialFullPcf: oneOf('Cradle-to-gate|Cradle-to-grave'),
      version: fromZero,
      created: time,
      extWBCSD_pfStatus: oneOf('Active|Deprecated'),
      companyName: filled,
      companyIds: uris,
      productIds: uris,
      extWBCSD_productCodeCpc: text,
      productName: filled,
      pcf,
    },
    {
      precedingPfIds: setOf(object({ id: uuid })),
      validityPeriodStart: time,
      validityPeriodEnd: time,
      comment: text,
      productDescription: text,
      pcfLegalStatement: text,
    },
  ),
)

function closed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value
      ? { ...value, additionalProperties: false }
      : value,
  ) as object
}

/** The published schema, which is of draft 4, as later drafts write its bounds. */
export function ofDraft4(schema: string): object {
  return JSON.parse(schema, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const { $schema: _draft, ...one } = value as Record<string, unknown>
    for (const [exclusive, bound] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const) {
      if (typeof one[exclusive] !== 'boolean') continue
      const isExclusive = one[exclusive]
      delete one[exclusive]
      if (!isExclusive) continue
      one[exclusive] = one[bound]
      delete one[bound]
    }
    return one
  }) as object
}
