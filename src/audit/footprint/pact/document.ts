import { z } from 'zod'
import { DECLARED_UNITS } from '../../../base/production-lots.js'

/**
 * Product footprints of the PACT data model 3.0, as far as this product reads and writes them; other members are let through.
 * Written after the published OpenAPI document of WBCSD PACT, see docs/reference/pact-notice.md. A message says what is expected.
 */

const TEXT = 'a text that is not empty'
const text = z.string(TEXT).min(1, TEXT)
const words = z.string('a text')
const ID = 'a UUID, such as f4b1225a-bd44-4c8e-861d-079e4e1dfd69'
const id = z.guid(ID)
const TIME = 'a time with offset, such as 2026-01-01T00:00:00Z'
const dateTime = z.iso.datetime({ offset: true, error: TIME })
const URNS = 'a list of at least one URN, each once, such as ["urn:gtin:4712345060507"]'
const urns = z
  .array(
    z.string('a URN, such as urn:gtin:4712345060507').regex(/^urn:/i, 'a URN, such as urn:gtin:4712345060507'),
    URNS,
  )
  .min(1, URNS)
  .refine((all) => new Set(all).size === all.length, URNS)

const DECIMAL = 'a decimal number as text, such as "12.9"'
const decimal = z.string(DECIMAL).regex(/^[+-]?\d{1,30}(\.\d{1,30})?$/, DECIMAL)
const ABOVE = 'a decimal number above 0 as text, such as "1"'
const aboveZero = z.string(ABOVE).regex(/^\+?(?=[\d.]*[1-9])\d{1,30}(\.\d{1,30})?$/, ABOVE)
const FROM_ZERO = 'a decimal number from 0 on as text, such as "0.35"'
const fromZero = z.string(FROM_ZERO).regex(/^\+?\d{1,30}(\.\d{1,30})?$/, FROM_ZERO)
const UP_TO_ZERO = 'a decimal number up to 0 as text, such as "-1.61"'
const upToZero = z.string(UP_TO_ZERO).regex(/^(-\d{1,30}(\.\d{1,30})?|0{1,30}(\.0{1,30})?)$/, UP_TO_ZERO)
const yesOrNo = z.boolean('true or false')

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `one of ${values.join(', ')}`)

const REPORTS = 'a list of IPCC assessment reports, each once, such as ["AR6"]'
const STANDARDS = 'a list of at least one standard, each once, such as ["ISO14067", "PACT-3.0"]'
const SOURCES = 'a list of at least one source with name and version'
const RULES = 'a list of at least one rule with operator and ruleNames'
const COUNTRY = 'a country code of ISO 3166-1, such as CN'
const SUBDIVISION = 'a code of ISO 3166-2, such as CN-JS'
const RATING = 'a decimal number from 1 to 5 as text, such as "2.4"'
const rating = z.string(RATING).regex(/^(?:[1-4](?:\.\d{1,30})?|5(?:\.0{1,30})?)$/, RATING)

const carbonFootprint = z.looseObject(
  {
    declaredUnitOfMeasurement: oneOf(DECLARED_UNITS),
    declaredUnitAmount: aboveZero,
    productMassPerDeclaredUnit: decimal,
    referencePeriodStart: dateTime,
    referencePeriodEnd: dateTime,
    geographyRegionOrSubregion: text.optional(),
    geographyCountry: z
      .string(COUNTRY)
      .regex(/^[A-Z]{2}$/, COUNTRY)
      .optional(),
    geographyCountrySubdivision: z
      .string(SUBDIVISION)
      .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, SUBDIVISION)
      .optional(),
    boundaryProcessesDescription: words.optional(),
    pcfExcludingBiogenicUptake: decimal,
    pcfIncludingBiogenicUptake: decimal,
    fossilGhgEmissions: fromZero,
    fossilCarbonContent: fromZero,
    biogenicCarbonContent: fromZero.optional(),
    recycledCarbonContent: fromZero.optional(),
    landUseChangeGhgEmissions: fromZero.optional(),
    landCarbonLeakage: fromZero.optional(),
    landManagementFossilGhgEmissions: fromZero.optional(),
    landManagementBiogenicCO2Emissions: fromZero.optional(),
    landManagementBiogenicCO2Removals: upToZero.optional(),
    biogenicCO2Uptake: upToZero.optional(),
    biogenicNonCO2Emissions: fromZero.optional(),
    landAreaOccupation: fromZero.optional(),
    aircraftGhgEmissions: fromZero.optional(),
    packagingEmissionsIncluded: yesOrNo.optional(),
    packagingGhgEmissions: fromZero.optional(),
    packagingBiogenicCarbonContent: fromZero.optional(),
    outboundLogisticsGhgEmissions: fromZero.optional(),
    technologicalCO2CaptureOrigin: words.optional(),
    technologicalCO2Removals: fromZero.optional(),
    ccsTechnologicalCO2CaptureIncluded: yesOrNo.optional(),
    ccsTechnologicalCO2Capture: upToZero.optional(),
    ccuCarbonContent: fromZero.optional(),
    ccuCalculationApproach: oneOf(['Cut-off', 'Credit']).optional(),
    ccuCreditCertification: words.optional(),
    ipccCharacterizationFactors: z
      .array(z.string(REPORTS).regex(/^AR\d+$/, 'a report of the IPCC, such as AR6'), REPORTS)
      .min(1, REPORTS)
      .refine((all) => new Set(all).size === all.length, REPORTS),
    crossSectoralStandards: z
      .array(text, STANDARDS)
      .min(1, STANDARDS)
      .refine((all) => new Set(all).size === all.length, STANDARDS),
    productOrSectorSpecificRules: z
      .array(
        z.looseObject({
          operator: oneOf(['PEF', 'EPD International', 'Other']),
          ruleNames: z.array(text, RULES).min(1, RULES),
          otherOperatorName: text.optional(),
        }),
        RULES,
      )
      .min(1, RULES)
      .optional(),
    exemptedEmissionsPercent: decimal,
    exemptedEmissionsDescription: words.optional(),
    allocationRulesDescription: words.optional(),
    secondaryEmissionFactorSources: z
      .array(z.looseObject({ name: text, version: text }, SOURCES), SOURCES)
      .min(1, SOURCES)
      .optional(),
    primaryDataShare: decimal.optional(),
    dqi: z
      .looseObject(
        { technologicalDQR: rating, geographicalDQR: rating, temporalDQR: rating },
        'an object with technologicalDQR, geographicalDQR and temporalDQR',
      )
      .optional(),
    verification: z
      .looseObject({
        coverage: oneOf(['PCF calculation model', 'PCF program', 'product level']).optional(),
        providerName: words.optional(),
        completedAt: dateTime.optional(),
        standardName: words.optional(),
        comments: words.optional(),
      })
      .optional(),
  },
  'an object with the carbon footprint',
)

/** A product footprint as suppliers and buyers exchange it: JSON, decimals as text. */
export const pactFootprint = z.looseObject(
  {
    id,
    specVersion: z
      .string('the version of the PACT specification, such as 3.0.0')
      .regex(/^3\.\d+\.\d+(-\d{8})?$/, 'a version 3 of the PACT specification, such as 3.0.0'),
    precedingPfIds: z.array(id, 'a list of ids').min(1, 'a list of at least one id').optional(),
    created: dateTime,
    status: oneOf(['Active', 'Deprecated']),
    validityPeriodStart: dateTime.optional(),
    validityPeriodEnd: dateTime.optional(),
    companyName: text,
    companyIds: urns,
    productDescription: words,
    productIds: urns,
    productClassifications: urns.optional(),
    productNameCompany: text,
    comment: words.optional(),
    pcf: carbonFootprint,
  },
  'a product footprint as one JSON object',
)
export type PactFootprint = z.output<typeof pactFootprint>
