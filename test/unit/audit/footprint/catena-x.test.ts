// @module-tag slow

import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catenaXExport } from '../../../../src/audit/footprint/catena-x/export.js'
import { pactExport } from '../../../../src/audit/footprint/pact/export.js'
import type { Report } from '../../../../src/base/report.js'
import { worldRegion } from '../../../../src/base/world-regions.js'
import { reportOf } from '../../../support/bench-report.js'
import { CATENA_X_PCF, ofDraft4 } from '../../../support/catena-x-schema.js'
import type { Bench } from '../../../support/engine.js'
import { faultsBy } from '../../../support/json-schema.js'
import { LOT_EVENTS } from '../../../support/lot-entries.js'
import { LOT_DAYS, lotPlant } from '../../../support/lot-plant.js'

/** Proves that footprints of lots go out by the model Pcf 7.0.0 of Catena-X with what the report says, or are left out with what lacks. */

const OWN = 'BPNL00000000TEST'
let bench: Bench
let report: Report

beforeAll(async () => {
  bench = await lotPlant(LOT_EVENTS)
  report = await reportOf(bench, { ...LOT_DAYS, now: '2026-10-07T00:00:00.000Z', profile: 'product-footprint' })
})
afterAll(() => bench.close())

test('they say what the footprints of PACT say', () => {
  const { footprints } = catenaXExport(report, OWN)
  const [pact] = pactExport(report).footprints
  expect(footprints).toHaveLength(1)
  expect(footprints[0]).toMatchObject({
    ...{ id: pact?.id, created: pact?.created, version: 1, extWBCSD_pfStatus: 'Active', companyName: 'Works Ltd' },
    companyIds: [`urn:bpn:id:${OWN}`, 'urn:pact:company:customcode:vendor-assigned:91320500MA1N8K3H0X'],
    comment: expect.stringContaining('Prepared for Catena-X Pcf 7.0.0'),
    pcf: {
      ...{ declaredUnit: 'piece', unitaryProductAmount: 1, productMassPerDeclaredUnit: 1.5 },
      ...{ pcfExcludingBiogenic: 2, pcfIncludingBiogenic: 0.9, biogenicCarbonWithdrawal: -1.1, fossilGhgEmissions: 2 },
      ...{ geographyRegionOrSubregion: 'Eastern Asia', geographyCountrySubdivision: 'CN-JS', primaryDataShare: 0 },
      ...{ extWBCSD_characterizationFactors: 'AR6', exemptedEmissionsPercent: 0, carbonContentBiogenic: 0.3 },
      secondaryEmissionFactorSources: [{ secondaryEmissionFactorSource: 'decree 1, 2026' }],
    },
  })
  const { pcf } = footprints[0] as { pcf: Record<string, number> }
  expect(pcf.carbonContentTotal).toBeCloseTo(pcf.extWBCSD_fossilCarbonContent! + pcf.carbonContentBiogenic!, 12)
})

test('lots that lack something for PACT lack it here, and more where this model asks more', () => {
  expect(catenaXExport(report, OWN).lacking).toEqual(pactExport(report).lacking)
  const elsewhere = JSON.parse(JSON.stringify(report).replaceAll('CN-JS', 'AQ')) as Report
  const { footprints, lacking } = catenaXExport(elsewhere, OWN)
  expect(footprints).toEqual([])
  expect(lacking.at(-1)).toEqual({
    lot: 'L-1',
    reasons: ['the region of the world is not known: grid_region names no country of it'],
  })
})

test('they are deprecated once a later version of the report holds, and name those before', () => {
  const [second] = catenaXExport({ ...report, version: 2 }, OWN, true).footprints
  const [first] = catenaXExport(report, OWN).footprints
  expect(second).toMatchObject({ extWBCSD_pfStatus: 'Deprecated', version: 2, precedingPfIds: [{ id: first?.id }] })
})

test('countries have the regions of the United Nations', () => {
  expect(['CN', 'DE', 'MX', 'US', 'VN', 'XX', ''].map(worldRegion)).toEqual([
    ...['Eastern Asia', 'Western Europe', 'Latin America and the Caribbean', 'Northern America', 'South-eastern Asia'],
    ...[null, null],
  ])
})

/** The published schema, where a copy of it is at hand: its path is in CATENA_X_PCF_SCHEMA. */
const published = process.env.CATENA_X_PCF_SCHEMA ?? ''
const schemas: readonly (readonly [string, object])[] = [
  ['its members, types and bounds', CATENA_X_PCF],
  ...(existsSync(published) ? [['the published schema', ofDraft4(readFileSync(published, 'utf8'))] as const] : []),
]

describe.each(schemas)('by %s', (_, schema) => {
  const faults = (value: unknown) => faultsBy(schema, value)

  test('each footprint is valid', () => {
    const superseded = catenaXExport({ ...report, version: 3 }, OWN, true).footprints
    for (const one of [...catenaXExport(report, OWN).footprints, ...superseded]) expect(faults(one)).toEqual([])
  })

  test('one that lacks a member, or has another value than there may be, is not', () => {
    const [one] = catenaXExport(report, OWN).footprints as [{ pcf: object }]
    const wrong: object[] = [
      { ...one, companyIds: [] },
      { ...one, id: 'L-1' },
      ...['specVersion', 'extWBCSD_productCodeCpc', 'partialFullPcf'].map((key) => ({ ...one, [key]: undefined })),
      { ...one, pcf: { ...one.pcf, unitaryProductAmount: 0 } },
      { ...one, pcf: { ...one.pcf, exemptedEmissionsPercent: 5.5 } },
      { ...one, pcf: { ...one.pcf, geographyRegionOrSubregion: 'China' } },
      { ...one, pcf: { ...one.pcf, pcfExcludingBiogenic: '2' } },
      { ...one, pcf: { ...one.pcf, extWBCSD_packagingEmissionsIncluded: undefined } },
    ]
    for (const each of wrong) expect(faults(JSON.parse(JSON.stringify(each))), JSON.stringify(each)).not.toEqual([])
  })
})
