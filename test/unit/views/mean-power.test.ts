import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { pointInKw } from '../../../src/views/mean-power.js'

const START = '2026-11-01T00:00:00.000Z'
const END = '2026-11-01T00:15:00.000Z'
const [startMs, endMs] = [Date.parse(START), Date.parse(END)]

const quarter = (value: number | null, provisional: boolean): KpiPoint => ({
  ...{ plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '15m', unit: 'kWh' },
  ...{ start: START, end: END, value, reason: value === null ? 'low_coverage' : '', numerator: value, denominator: 1 },
  ...{ coverage: 1, estimated_share: 0, provisional, rev: 0, flags: [], factors: [] },
})

const kw = (point: KpiPoint, nowMs: number, newestMs: number) => pointInKw(point, { nowMs, newestMs })

test('mean power of a quarter is over the time that its energy is of, also just after its end', () => {
  expect(kw(quarter(50, true), startMs + 700_000, startMs + 600_000).value).toBeCloseTo(300, 9)
  expect(kw(quarter(50, true), endMs + 5_000, startMs + 600_000).value).toBeCloseTo(300, 9)
  expect(kw(quarter(75, true), endMs + 5_000, endMs + 1_000).value).toBeCloseTo(300, 9)
  expect(kw(quarter(75, false), endMs + 5_000, startMs + 600_000).value).toBeCloseTo(300, 9)
  // When nothing has come since a start, the window is taken as it is.
  expect(kw(quarter(75, true), endMs + 5_000, -Infinity).value).toBeCloseTo(300, 9)
})

test('there is none of less than a minute, and an unknown energy keeps its reason', () => {
  expect(kw(quarter(1, true), startMs + 59_000, startMs + 59_000)).toMatchObject({ value: null, reason: 'no_data' })
  expect(kw(quarter(1, true), startMs + 300_000, -Infinity)).toMatchObject({ value: null, reason: 'no_data' })
  expect(kw(quarter(null, false), endMs, endMs)).toMatchObject({ value: null, reason: 'low_coverage', unit: 'kW' })
})
