import { expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { couldWaitOf, type PeakParts, peakAnswerOf } from '../../../src/views/peak.js'
import type { ForecastItem } from '../../../src/views/wire/forecasts.js'
import { pointAt } from './examples.js'

const START_MS = Date.parse('2026-11-24T00:00:00Z')
const QUARTER_MS = 900_000
const textOf = (ms: number) => new Date(ms).toISOString()

/** A forecast whose first block begins with the day. */
function forecastOf(horizon: ForecastItem['horizon'], kwh: readonly number[], reason: ForecastItem['reason'] = '') {
  const known = (value: number) => (reason === '' ? value : null)
  const values = kwh.map((value, i) => ({
    start: textOf(START_MS + i * QUARTER_MS),
    end: textOf(START_MS + (i + 1) * QUARTER_MS),
    value: known(value),
    low_50: known(value - 5),
    high_50: known(value + 5),
    low_90: known(value - 10),
    high_90: known(value + 10),
  }))
  const made = {
    total: null,
    sum: null,
    model: 'trees 1.00',
    version: '1',
    seed: 1,
    chain: 1,
    model_file: null,
    data_up_to: null,
  }
  return {
    ...{ plant: 'suzhou-1', scope: 'plant', id: 'suzhou-1', kpi: 'energy_elec_import', unit: 'kWh', window: '15m' },
    kpi_unit: 'kWh',
    ...{ horizon, reason, known_days: 40, damaged_lines: 0, model_file: null, score: null },
    newest: { ...made, issued_at: textOf(START_MS), known_until: textOf(START_MS), reason, values },
  } satisfies ForecastItem as ForecastItem
}

const answerOf = (parts: Partial<PeakParts> = {}) =>
  peakAnswerOf({
    nowMs: START_MS + 5 * 60_000,
    targets: [{ kpi: 'peak_demand_15', window: '1d', max: 440, warn: 0.9 }],
    forecasts: [forecastOf('next_interval', [100]), forecastOf('day_ahead', [90, 80, 130])],
    minutes: [],
    mains: [],
    months: [],
    couldWait: { start: null, end: null, meters: [] },
    ...parts,
  })

test('the running block is that of the newest forecast, and the rest of the day that of the day', () => {
  const { running, later, first_over, highest, chance_reason } = answerOf()
  expect(running).toMatchObject({
    expected: { expected_kw: 400, chance_over: 0.05 },
    horizon: 'next_interval',
    reason: '',
  })
  expect(later.map(({ expected_kw }) => expected_kw)).toEqual([320, 520])
  expect(first_over).toMatchObject({ start: '2026-11-24T00:30:00.000Z', lead_s: 1500, chance_over: 0.95 })
  expect(highest).toMatchObject({ expected_kw: 520 })
  expect(chance_reason).toBe('')
})

test('blocks that the next hours are forecast of go by that, which knows more of today; the others by the day', () => {
  const day = forecastOf('day_ahead', [90, 80, 130, 85])
  const next = forecastOf('next_interval', [100])
  const answer = answerOf({ forecasts: [next, day, forecastOf('next_hours', [95, 105, 100])] })
  expect(answer.later.map(({ expected_kw }) => expected_kw)).toEqual([420, 400, 340])
  expect(answer.running).toMatchObject({ expected: { expected_kw: 400 }, horizon: 'next_interval' })
  const hidden = forecastOf('next_hours', [95, 105, 100], 'not_better_than_naive')
  expect(answerOf({ forecasts: [next, day, hidden] }).later.map(({ expected_kw }) => expected_kw)).toEqual([
    320, 520, 340,
  ])
})

test('the next hours are told of where the day is not, and the rest of it stays unknown with the reason', () => {
  const day = forecastOf('day_ahead', [90, 80, 130, 85], 'not_better_than_naive')
  const answer = answerOf({ forecasts: [day, forecastOf('next_hours', [95, 105])] })
  expect(answer.later.map(({ expected_kw }) => expected_kw)).toEqual([420])
  expect(answer.later_reason).toBe('not_better_than_naive')
})

test('a plant without a limit has what is expected, and no chances, with the reason', () => {
  const { limit_kw, chance_reason, running, first_over } = answerOf({ targets: [] })
  expect([limit_kw, chance_reason, first_over]).toEqual([null, 'no_limit', null])
  expect(running.expected).toMatchObject({ expected_kw: 400, chance_over: null })
})

test('a forecast that is not shown gives its reason; the day stands in for the quarter, but not the quarter for the day', () => {
  const hidden = forecastOf('next_interval', [100], 'not_better_than_naive')
  const day = forecastOf('day_ahead', [90, 80, 130])
  expect(answerOf({ forecasts: [hidden, day] }).running).toMatchObject({
    expected: { expected_kw: 360 },
    horizon: 'day_ahead',
  })
  const none = answerOf({ forecasts: [hidden, forecastOf('day_ahead', [90], 'too_short')] })
  expect(none).toMatchObject({ chance_reason: 'no_forecast', later: [], later_reason: 'too_short', highest: null })
  expect(none.running).toMatchObject({ expected: null, horizon: null, reason: 'not_better_than_naive' })
  expect(answerOf({ forecasts: [] })).toMatchObject({ running: { reason: 'no_forecast' }, later_reason: 'no_forecast' })
})

test('a forecast of a quarter that is over is pending', () => {
  const nowMs = START_MS + 50 * 60_000
  expect(answerOf({ nowMs })).toMatchObject({ running: { expected: null, reason: 'pending' }, later_reason: 'pending' })
})

test('the last block of a day has none behind it, which needs no reason', () => {
  const last = answerOf({ forecasts: [forecastOf('next_interval', [100]), forecastOf('day_ahead', [90])] })
  expect(last).toMatchObject({ later: [], later_reason: '', highest: { expected_kw: 400 } })
})

test('a quarter that is shown stands alone where the day is not, with the reason', () => {
  const hidden = forecastOf('day_ahead', [90, 80], 'not_better_than_naive')
  const alone = answerOf({ forecasts: [forecastOf('next_interval', [100]), hidden] })
  expect(alone).toMatchObject({ chance_reason: '', later: [], later_reason: 'not_better_than_naive' })
})

test('final minutes are measured up to the first that is not known: a slow main meter may lack behind a provisional one', () => {
  const minute = (i: number, changes = {}) => pointAt(i, { value: 8, ...changes })
  const provisional = { provisional: true }
  const measured = (minutes: PeakParts['minutes']) => {
    const { measured_kwh, measured_until } = answerOf({ minutes }).running
    return [measured_kwh, measured_until]
  }
  expect(measured([])).toEqual([null, null])
  expect(measured([minute(0, provisional)])).toEqual([null, null])
  expect(measured([minute(0), minute(1), minute(2)])).toEqual([24, '2026-11-24T00:03:00.000Z'])
  expect(measured([minute(0), minute(1, provisional), minute(2, provisional)])).toEqual([8, '2026-11-24T00:01:00.000Z'])
  expect(measured([minute(0), minute(1, provisional), minute(2)])).toEqual([8, '2026-11-24T00:01:00.000Z'])
  expect(measured([minute(0), minute(1, { value: null }), minute(2), minute(3)])).toEqual([
    8,
    '2026-11-24T00:01:00.000Z',
  ])
  expect(measured([minute(0), minute(2), minute(3)])).toEqual([8, '2026-11-24T00:01:00.000Z'])
})

test('minutes are told as mean power, and where demand slides the newest fifteen of them', () => {
  const minutes = Array.from({ length: 19 }, (_, i) => pointAt(i - 15, { value: i < 15 ? 4 : 8 }))
  const blocks = answerOf({ minutes: minutes.slice(15) })
  expect(blocks).toMatchObject({ is_sliding: false, sliding_ratio: null })
  expect(blocks.running).toMatchObject({ measured_kwh: 32, measured_kw: 480, last_15_min_kw: null })
  const months = [
    pointAt(0, { kpi: 'peak_demand_15', value: 400, window: '1mo' }),
    pointAt(0, { kpi: 'peak_demand_15_sliding', value: 420, window: '1mo' }),
  ]
  const sliding = answerOf({ minutes, months })
  expect(sliding).toMatchObject({ is_sliding: true, sliding_ratio: 1.05 })
  expect(sliding.running).toMatchObject({ measured_kwh: 32, measured_kw: 480, last_15_min_kw: 4 * (11 * 4 + 4 * 8) })
  expect(sliding.later[0]!.expected_kw).toBeCloseTo(320 * 1.05, 9)
  const afterGap = answerOf({ minutes: minutes.filter((_, i) => i !== 7), months })
  expect(afterGap.running).toMatchObject({ measured_kw: 480, last_15_min_kw: null })
})

test('a new highest demand of the month has its cost, of the demand that is billed', () => {
  const month = (kpi: string, value: number | null, reason: '' | 'low_coverage' = '') =>
    pointAt(0, { kpi, value, reason, window: '1mo' })
  const block = [month('peak_demand_15', 400), month('demand_cost', 16_000)]
  expect(answerOf({ months: block }).month).toEqual({ demand_kw: 400, reason: '', cost: 16_000, extra_cost: 4_800 })
  const sliding = answerOf({ months: [...block, month('peak_demand_15_sliding', 640)] })
  expect(sliding).toMatchObject({ is_sliding: true, month: { demand_kw: 640, extra_cost: 4_800 } })
  expect(sliding.highest!.expected_kw).toBeCloseTo(520 * 1.6, 9)
  expect(answerOf({ months: [month('peak_demand_15', null, 'low_coverage')] }).month).toEqual({
    ...{ demand_kw: null, reason: 'low_coverage', cost: null, extra_cost: null },
  })
})

test('meters that could wait come by power, each with its share of the plant', () => {
  const { meters, start } = couldWaitOf(quarters(50), [
    ...[meter('small', 5), meter('large', 20), meter('off', 0), meter('silent', null), meter('new', undefined)],
  ])
  expect(meters).toEqual([
    { device: 'large', line: 'press', power_kw: 80, share: 0.4 },
    { device: 'small', line: 'press', power_kw: 20, share: 0.1 },
  ])
  expect(start).toBe('2026-11-24T00:00:00.000Z')
  // Half of the quarter is known: 5 kWh in 7.5 minutes.
  const part = meter('part', 5, { coverage: 0.5 })
  expect(couldWaitOf(quarters(50), [part]).meters[0]).toMatchObject({ power_kw: 40, share: 0.2 })
  expect(couldWaitOf([], [meter('large', 20)]).meters[0]).toMatchObject({ share: null })
})

test('a quarter that may still change gives no power: that before it does', () => {
  const points = [...quarters(5), pointAt(15, { value: 4, coverage: 0.5, provisional: true })]
  const slow = { ...{ device: 'slow', line: 'press' }, points }
  const quick = { ...{ device: 'quick', line: 'press' }, points: [...quarters(10), pointAt(15, { value: 30 })] }
  const { start, meters } = couldWaitOf([...quarters(50), pointAt(15, { value: 60 })], [slow, quick])
  expect(start).toBe('2026-11-24T00:00:00.000Z')
  expect(meters.map(({ device, power_kw, share }) => [device, power_kw, share])).toEqual([
    ['quick', 40, 0.2],
    ['slow', 20, 0.1],
  ])
  expect(couldWaitOf([], [{ ...slow, points: points.slice(1) }])).toEqual({ start: null, end: null, meters: [] })
})

test('meters that all stand still are known, those without a figure are not', () => {
  expect(couldWaitOf(quarters(50), [meter('off', 0)])).toMatchObject({ start: '2026-11-24T00:00:00.000Z', meters: [] })
  for (const unknown of [[], [meter('silent', null)], [meter('new', undefined)]]) {
    expect(couldWaitOf(quarters(50), unknown)).toEqual({ start: null, end: null, meters: [] })
  }
})

/** The first quarter of the day, with this energy. */
function quarters(value: number | null, changes: Partial<KpiPoint> = {}): readonly KpiPoint[] {
  return [pointAt(0, { value, ...changes })]
}

function meter(device: string, value: number | null | undefined, changes: Partial<KpiPoint> = {}) {
  return { device, line: 'press', points: value === undefined ? [] : quarters(value, changes) }
}
