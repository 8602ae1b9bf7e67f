import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPactFile, pactFaultText, pactValidity } from '../../../../src/audit/footprint/pact/check.js'
import { pactFootprint } from '../../../../src/audit/footprint/pact/document.js'
import { pactExport } from '../../../../src/audit/footprint/pact/export.js'
import { supplierFootprintFields } from '../../../../src/audit/footprint/pact/supplier-entry.js'
import { EVENT_FIELDS } from '../../../../src/base/events.js'
import type { Report, ReportItem } from '../../../../src/base/report.js'
import { type DocumentSources, reportFiles } from '../../../../src/pipeline/scheduled/document-files.js'
import { reportOf } from '../../../support/bench-report.js'
import type { Bench } from '../../../support/engine.js'
import { schemaFaults } from '../../../support/json-schema.js'
import { LOT_EVENTS } from '../../../support/lot-entries.js'
import { LOT_DAYS, lotPlant } from '../../../support/lot-plant.js'
import { supplierPact } from '../../../support/supplier-pact.js'

/** Proves the footprints of PACT 3: those of suppliers are refused with words that can be sent back, those of lots follow the schema. */

const text = (more?: object, pcf?: object) => JSON.stringify(supplierPact(more, pcf))
const faults = (content: string) => checkPactFile(content).faults.map(pactFaultText)

describe('a file of a supplier', () => {
  test('without a fault gives the entry that lots use', () => {
    const content = text({}, { landCarbonLeakage: null, dqi: null })
    const { footprint } = checkPactFile(content)
    const fields = supplierFootprintFields(footprint!, content, 'mail of 3 March')
    expect(fields).toMatchObject({
      ...{ footprint: 'f4b1225a-bd44-4c8e-861d-079e4e1dfd69', supplier: 'Mill Ltd', product: 'Coil 3' },
      ...{ declared_unit: 'kilogram', declared_amount: '1', kg_co2e: '1.95', fossil_kg_co2e: '1.9' },
      ...{ primary_data_share: '42.5', spec_version: '3.0.0', document: 'mail of 3 March' },
      ...{ valid_from: '2026-01-01T00:00:00.000Z', valid_to: '2029-01-01T00:00:00.000Z' },
      document_sha256: createHash('sha256').update(content).digest('hex'),
    })
    expect(EVENT_FIELDS.supplier_footprint.safeParse({ ...fields, author: 'Li Na' }).success).toBe(true)
  })

  test('is taken out of the answer of a server, too', () => {
    expect(faults(JSON.stringify({ data: supplierPact() }))).toEqual([])
    expect(faults(JSON.stringify({ data: [supplierPact()] }))).toEqual([])
  })

  test('with a validity period is valid in it', () => {
    const period = { validityPeriodStart: '2026-02-01T00:00:00Z', validityPeriodEnd: '2026-08-01T00:00:00Z' }
    const { footprint } = checkPactFile(text(period))
    expect(pactValidity(footprint!)).toEqual({
      fromMs: Date.parse('2026-02-01T00:00:00Z'),
      toMs: Date.parse('2026-08-01T00:00:00Z'),
    })
  })

  const wrong: readonly (readonly [string, string, readonly string[]])[] = [
    ['that is no JSON', '{', ['The file is "{"; a JSON file with one product footprint is expected']],
    [
      'of years that nobody means',
      text({ validityPeriodEnd: '9999-12-31T00:00:00Z' }),
      [
        'validityPeriodEnd is "9999-12-31T00:00:00Z"; a time from 2000-01-01T00:00:00Z on and before 2100-01-01T00:00:00Z is expected',
      ],
    ],
    [
      'of an older version',
      text({ specVersion: '2.2.0' }),
      ['specVersion is "2.2.0"; a footprint of PACT 3, such as 3.0.0: other versions have other members is expected'],
    ],
    [
      'with several footprints',
      JSON.stringify({ data: [supplierPact(), supplierPact()] }),
      ['The file: one product footprint; this file has 2: save each as a file of its own is expected'],
    ],
    [
      'with a number instead of a text, and nothing where something belongs',
      text({ companyIds: undefined }, { declaredUnitAmount: 1 }),
      [
        'companyIds: a list of at least one URN, each once, such as ["urn:gtin:4712345060507"] is expected',
        'pcf.declaredUnitAmount is 1; a decimal number above 0 as text, such as "1" is expected',
      ],
    ],
    [
      'with an amount of nothing',
      text({}, { declaredUnitAmount: '0.000' }),
      ['pcf.declaredUnitAmount is "0.000"; a decimal number above 0 as text, such as "1" is expected'],
    ],
    [
      'with a unit that there is not',
      text({}, { declaredUnitOfMeasurement: 'kg' }),
      [
        'pcf.declaredUnitOfMeasurement is "kg"; one of liter, kilogram, cubic meter, kilowatt hour, megajoule, ton kilometer, square meter, piece, hour, megabit second is expected',
      ],
    ],
    [
      'with an id twice',
      text({ productIds: ['urn:gtin:1', 'urn:gtin:1'] }),
      [
        'productIds is ["urn:gtin:1","urn:gtin:1"]; a list of at least one URN, each once, such as ["urn:gtin:4712345060507"] is expected',
      ],
    ],
    [
      'that is deprecated',
      text({ status: 'Deprecated' }),
      ['status is "Deprecated"; Active: a footprint that is deprecated is not to be used is expected'],
    ],
    [
      'with a share above all',
      text({}, { primaryDataShare: '100.5' }),
      ['pcf.primaryDataShare is "100.5"; a percentage from 0 to 100 is expected'],
    ],
    [
      'that takes more up than there is',
      text({}, { pcfIncludingBiogenicUptake: '2' }),
      [
        'pcf.pcfIncludingBiogenicUptake is "2"; not more than pcf.pcfExcludingBiogenicUptake: uptake takes something off is expected',
      ],
    ],
  ]
  test.each(wrong)('%s is refused', (_, content, said) => expect(faults(content)).toEqual(said))
})

describe('the footprints of lots', () => {
  let bench: Bench
  let report: Report

  beforeAll(async () => {
    bench = await lotPlant(LOT_EVENTS)
    const days = { ...LOT_DAYS, now: '2026-10-07T00:00:00.000Z' }
    report = await reportOf(bench, { ...days, profile: 'product-footprint' })
  })
  afterAll(() => bench.close())

  test('say what the report says', () => {
    const { footprints } = pactExport(report)
    expect(footprints).toHaveLength(1)
    expect(footprints[0]).toMatchObject({
      ...{ specVersion: '3.0.0', status: 'Active', companyName: 'Works Ltd', productNameCompany: 'Bracket' },
      companyIds: ['urn:pact:company:customcode:vendor-assigned:91320500MA1N8K3H0X'],
      productIds: [
        'urn:pact:product:customcode:vendor-assigned:bracket',
        'urn:pact:product:customcode:vendor-assigned:bracket:lot:L-1',
      ],
      pcf: {
        ...{ declaredUnitOfMeasurement: 'piece', declaredUnitAmount: '1', productMassPerDeclaredUnit: '1.5' },
        ...{ referencePeriodStart: '2026-10-01T00:00:00.000Z', referencePeriodEnd: '2026-10-01T04:00:00.000Z' },
        // 0.3 kg of carbon took up 0.3 · 44/12 = 1.1 kg of CO2.
        ...{ pcfExcludingBiogenicUptake: '2', pcfIncludingBiogenicUptake: '0.9', biogenicCO2Uptake: '-1.1' },
        ...{ fossilGhgEmissions: '2', primaryDataShare: '0', geographyCountrySubdivision: 'CN-JS' },
        ...{ ipccCharacterizationFactors: ['AR6'], exemptedEmissionsPercent: '0' },
        secondaryEmissionFactorSources: [{ name: 'decree 1', version: '2026' }],
      },
    })
  })

  test('are left out with what lacks, and never with 0 in its place', () => {
    expect(pactExport(report).lacking).toEqual(
      ['L-2', 'L-3'].map((lot) => ({
        lot,
        reasons: [
          'fossil_carbon_kg is not stated of the lot',
          'biogenic_carbon_kg is not stated of the lot',
          'exempted_pct is not stated of the lot',
        ],
      })),
    )
  })

  test('have the same id each time, and name those of the versions before', () => {
    const [first] = pactExport(report).footprints
    const [second] = pactExport({ ...report, version: 2 }).footprints
    expect(pactExport(report).footprints[0]?.id).toBe(first?.id)
    expect(second?.precedingPfIds).toEqual([first?.id])
    expect(second?.id).not.toBe(first?.id)
  })

  test('go out by the clock as a file each, once the report is frozen', async () => {
    const bytes = Buffer.from(JSON.stringify(report))
    const sources = { reportFile: async () => ({ bytes }) } as unknown as DocumentSources
    const item = { ...report, status: 'frozen', has_bundle: false } as unknown as ReportItem
    const files = (of: ReportItem) => {
      return reportFiles(of, { formats: ['pact'] }, { languages: ['en'], jobs: new Map() }, sources)
    }
    const [first] = pactExport(report).footprints
    const made = await files(item)
    expect(made?.map(({ name }) => name)).toEqual([`${report.id}.v1.pact.${first?.id}.json`])
    expect(JSON.parse(made![0]!.bytes.toString())).toEqual(first)
    expect(await files({ ...item, status: 'draft' })).toEqual([])
  })

  test('are deprecated once a later version of the report holds', () => {
    expect(pactExport(report, true).footprints.map(({ status }) => status)).toContain('Deprecated')
    expect(pactExport(report).footprints.map(({ status }) => status)).not.toContain('Deprecated')
  })

  test('can be read in again as those of a supplier', () => {
    const [footprint] = pactExport(report).footprints
    expect(pactFootprint.safeParse(footprint).error).toBeUndefined()
    expect(faults(JSON.stringify(footprint))).toEqual([])
  })

  /** The published OpenAPI document of PACT 3.0.0, whose licence allows no copy here: its path is in PACT_OPENAPI. */
  const published = process.env.PACT_OPENAPI ?? ''
  test.skipIf(!existsSync(published))('follow the published schema', () => {
    const document = readFileSync(published, 'utf8')
    const [footprint] = pactExport(report).footprints
    expect(schemaFaults(document, 'ProductFootprint', footprint)).toEqual([])
    expect(schemaFaults(document, 'ProductFootprint', supplierPact())).toEqual([])
    expect(schemaFaults(document, 'ProductFootprint', supplierPact({ companyName: undefined }))).not.toEqual([])
  })
})
