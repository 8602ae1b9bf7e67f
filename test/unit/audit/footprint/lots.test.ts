// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import type { DeviceEvent } from '../../../../src/base/reading.js'
import type { Report } from '../../../../src/base/report.js'
import {
  LOT_EVENTS,
  MASS_LOT,
  METERED_LOT,
  SCREW_FOOTPRINT,
  SCREW_INPUT,
  STEEL_FOOTPRINT,
  STEEL_INPUT,
} from '../../../support/lot-entries.js'
import { LOT_OPTIONS, said } from '../../../support/lot-plant.js'
import { LotReports, lotFigure } from '../../../support/lot-reports.js'

/** Proves footprints of lots by hand, and that each part that lacks makes them unknown. */

const reports = new LotReports()

let report: Report

beforeAll(async () => {
  report = await reports.of(LOT_EVENTS)
})
afterAll(() => reports.close())

describe('worked by hand', () => {
  /** An hour of the plant: 100 kg for 200 kWh bought, of 250 kWh used: 0.4 kg/kWh. Gas 2.2 kg/Nm3, heat 110 kg/GJ. */
  test.each([
    // 4 h · 80 kWh = 320 kWh · 0.4 = 128 kg; 128 / 64.
    ['e-1/line/energy_elec_import', 320],
    ['e-1/electricity', 128],
    ['e-1/own', 128],
    ['e-1/total', 128],
    ['e-1/per_unit', 2],
    ['e-1/primary_data_share', 0],
    ['e-1/metered_share', 100],
    // 6 h: 360 kWh · 0.4 = 144; 60 Nm3 · 2.2 = 132; 6 GJ · 110 = 660; together 936, of which 3/8 = 351.
    ['e-2/electricity', 144],
    ['e-2/line/scope1_co2e', 132],
    ['e-2/heat', 660],
    ['e-2/line_co2e', 936],
    ['e-2/share', 0.375],
    ['e-2/own', 351],
    // Steel 2,500 kg · 1.9 = 4,750; screws 12 · 3/4 = 9.
    ['e-2/upstream', 4759],
    ['e-2/upstream_fossil', 4509],
    ['e-2/total', 5110],
    ['e-2/per_unit', 2555],
    ['e-2/fossil_per_unit', 2430],
    // (132 · 0.375 · 100 % of measured gas + 4,750 · 40 %) / 5,110.
    ['e-2/primary_data_share', (49.5 * 100 + 4750 * 40) / 5110],
    ['e-2/metered_share', (351 / 5110) * 100],
    // 4 h: 240 kWh · 0.4 = 96; 40 Nm3 · 2.2 = 88; 4 GJ · 110 = 440; 624 / 4 = 156; 156 / 300.
    ['e-3/line_co2e', 624],
    ['e-3/own', 156],
    ['e-3/total', 156],
    ['e-3/per_unit', 0.52],
    ['e-3/primary_data_share', (22 / 156) * 100],
  ])('%s is %d', (id, value) => {
    const { value: text, reason } = lotFigure(report, id)
    expect(reason).toBe('')
    expect(Math.abs(Number(text) - value)).toBeLessThan(1e-9)
  })

  test('a figure of the line leads to its hours', () => {
    expect(lotFigure(report, 'e-1/line/energy_elec_import').made).toEqual({
      ...{ by: 'hours', kpi: 'energy_elec_import', plant: 'p', scope: 'line', id: 'a', hours: 4 },
      ...{ from: '2026-10-01T00:00:00.000Z', to: '2026-10-01T04:00:00.000Z' },
    })
  })

  test('the document agrees with itself', () => {
    expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
  })
})

const without = (...left: readonly DeviceEvent[]) => LOT_EVENTS.filter((event) => !left.includes(event))
const changed = (event: DeviceEvent, more: Record<string, unknown>): DeviceEvent => ({
  ...event,
  fields: { ...event.fields, ...more },
})
const withdrawn = (event: DeviceEvent) =>
  said('withdrawn', `${event.id}/withdrawn`, new Date(event.ts).toISOString(), {
    ...{ of: event.id, at: new Date(event.ts).toISOString(), reason: 'wrong' },
  })

describe('is not known, with the reason,', () => {
  const unknown: readonly (readonly [string, readonly DeviceEvent[], string, string])[] = [
    ['while an input is not on record', without(SCREW_INPUT), 'e-2/total', 'no_data'],
    ['without the footprint of a supplier', without(SCREW_FOOTPRINT), 'e-2/total', 'no_factor'],
    ['when that footprint was withdrawn', [...LOT_EVENTS, withdrawn(STEEL_FOOTPRINT)], 'e-2/total', 'no_factor'],
    [
      'when that footprint is not valid any more',
      [...without(STEEL_FOOTPRINT), changed(STEEL_FOOTPRINT, { valid_to: '2026-10-01T08:00:00Z' })],
      'e-2/total',
      'no_factor',
    ],
    [
      'when that footprint is declared in another unit',
      [...without(STEEL_INPUT), changed(STEEL_INPUT, { unit: 'pcs' })],
      'e-2/total',
      'bad_config',
    ],
    [
      'while nobody says whether there are inputs',
      [...without(METERED_LOT), changed(METERED_LOT, { supplier_inputs: undefined })],
      'e-1/total',
      'not_configured',
    ],
    [
      'when its line has no meter',
      [...without(METERED_LOT), changed(METERED_LOT, { line: 'c' })],
      'e-1/total',
      'no_data',
    ],
    [
      'when the lots of a line get more than all of it',
      [...LOT_EVENTS, changed({ ...MASS_LOT, id: 'e-9' }, { lot: 'L-9', allocated: 6 })],
      'e-2/own',
      'bad_config',
    ],
  ]
  test.each(unknown)('%s', async (_, events, id, reason) => {
    const { value, reason: why } = lotFigure(await reports.of(events), id)
    expect(value).toBeNull()
    expect(why).toBe(reason)
  })
})

test('a lot that was withdrawn is not in the report, and one that reaches beyond it is named', async () => {
  const beyond = said('production_lot', 'e-8', '2026-10-02T12:00:00Z', {
    ...{ lot: 'L-8', product: 'plate', line: 'a', quantity: 1, unit: 'pcs', allocation: 'metered_energy' },
    ...{ from: '2026-10-02T20:00:00+08:00', to: '2026-10-03T04:00:00+08:00', supplier_inputs: 0 },
  })
  const { figures, sections } = await reports.of([...LOT_EVENTS, withdrawn(METERED_LOT), beyond])
  const ids = Object.keys(figures)
  expect(ids.filter((id) => id.startsWith('p/lot/e-1/') || id.startsWith('p/lot/e-8/'))).toEqual([])
  expect(ids).toContain('p/lot/e-3/total')
  const table = sections.flatMap(({ tables }) => tables).find(({ id }) => id === 'lots-beyond')
  expect(table?.rows.map(({ cells }) => cells[0])).toEqual([{ word: 'L-8' }])
})

test('a report of another form has no lots', async () => {
  const other = await reports.of(LOT_EVENTS, LOT_OPTIONS, 'ghg')
  expect(Object.keys(other.figures).filter((id) => id.includes('/lot/'))).toEqual([])
})
