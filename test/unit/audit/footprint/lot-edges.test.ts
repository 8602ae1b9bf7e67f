// @module-tag slow

import { afterAll, expect, test } from 'vitest'
import type { DeviceEvent } from '../../../../src/base/reading.js'
import { LOT_EVENTS, METERED_LOT, SCREW_FOOTPRINT, TIMED_LOT } from '../../../support/lot-entries.js'
import { LOT_OPTIONS, said } from '../../../support/lot-plant.js'
import { LotReports, lotFigure } from '../../../support/lot-reports.js'

/** Proves what footprints of lots come to at the edges: factors that begin within a lot, meters above others, numbers that are used twice. */

const reports = new LotReports()

afterAll(() => reports.close())

/** Eight hours on a line, two of them before midnight of the second day. */
const OVERNIGHT = said('production_lot', 'n-1', '2026-10-01T14:00:00Z', {
  ...{ lot: 'N-1', product: 'bracket', line: 'a', quantity: 8, unit: 'pcs', allocation: 'metered_energy' },
  ...{ from: '2026-10-01T22:00:00+08:00', to: '2026-10-02T06:00:00+08:00', supplier_inputs: 0 },
})

test('a factor that lacks in a quarter of the hours of a lot leaves its footprint unknown', async () => {
  const factors = LOT_OPTIONS.factors.map((one) => (one.id === 'own.grid' ? { ...one, valid_from: '2026-10-02' } : one))
  const { value, reason } = lotFigure(
    await reports.of([OVERNIGHT], { ...LOT_OPTIONS, grid_region: 'QQ', factors }),
    'n-1/total',
  )
  expect([value, reason]).toEqual([null, 'no_factor'])
})

const edited = (event: DeviceEvent, id: string, more: Record<string, unknown>): DeviceEvent => {
  return { ...event, id, fields: { ...event.fields, ...more } }
}

test('a line whose meter stands before those of other lines gives its lots no footprint', async () => {
  const report = await reports.of([METERED_LOT, edited(METERED_LOT, 'u-1', { lot: 'U-1', line: 'u' })])
  expect(lotFigure(report, 'u-1/total')).toMatchObject({ value: null, reason: 'bad_config' })
  expect(lotFigure(report, 'e-1/total').value).toBe('128')
})

test('lots that have a number in common are not known, as nobody knows whose the inputs are', {
  tags: ['slow'],
}, async () => {
  const report = await reports.of([...LOT_EVENTS, edited(METERED_LOT, 'e-9', { lot: 'L-2' })])
  for (const entry of ['e-2', 'e-9']) {
    expect(lotFigure(report, `${entry}/total`)).toMatchObject({ value: null, reason: 'bad_config' })
  }
  expect(lotFigure(report, 'e-3/total').value).toBe('156')
})

test('what no person is known to have said is no lot', async () => {
  const { $origin: _, ...fields } = METERED_LOT.fields
  const report = await reports.of([TIMED_LOT, { ...METERED_LOT, fields }])
  expect(Object.keys(report.figures).filter((id) => id.includes('/lot/e-1/'))).toEqual([])
  expect(lotFigure(report, 'e-3/total').value).toBe('156')
})

test('credits of a supplier that are more than all else leave no share of primary data', async () => {
  const credit = edited(SCREW_FOOTPRINT, 'e-7', { kg_co2e: '-1600', fossil_kg_co2e: '0', primary_data_share: '0' })
  const report = await reports.of([...LOT_EVENTS.filter((one) => one !== SCREW_FOOTPRINT), credit])
  expect(lotFigure(report, 'e-2/total').value).toBe('301')
  expect(lotFigure(report, 'e-2/primary_data_share')).toMatchObject({ value: null, reason: 'no_denominator' })
})
