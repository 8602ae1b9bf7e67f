import { expect, test } from 'vitest'
import type { Series } from '../../../src/archive/series.js'
import type { Clock } from '../../../src/base/clock.js'
import { type ForgetMetricsDeps, forgetMetricsOnRequest } from '../../../src/pipeline/forget-metrics.js'
import { OperatorActions } from '../../../src/pipeline/operator-actions.js'

/** Proves which metrics of a device an order takes, which stay and why, and that it is handed in once. */

const CLOCK: Clock = { nowMs: () => 0, sleep: async () => {} }
const SENT = ['elec_import_kwh', 'elec_imprt_kwh', 'state', 'order_active', 'shoe']

const series = (metric: string, id: number): Series => ({
  ...{ id, plant: 'p', device: 'm', metric, class: 'energy' as const, unit: 'kWh', line: 'l' },
  ...{ oldestTs: 1_000, newestTs: 2_000, firstTs: 1_000 },
})

function setUp(changes: Partial<ForgetMetricsDeps> = {}) {
  const sent: string[] = []
  const actions = new OperatorActions(CLOCK, (content) => sent.push(content))
  const deps: ForgetMetricsDeps = {
    database: { columns: async () => [[1], [7]] },
    series: { all: () => [...SENT.map(series), { ...series('shoe', 9), device: 'other' }] },
    actions,
    configuredMetrics: () => ['elec_import_kwh'],
    isFreezing: () => false,
    onFrozenDays: async () => new Map(),
    ...changes,
  }
  const query = { plant: 'p', device: 'm', isDryRun: false, by: 'wei', why: 'typo' }
  const ask = (metrics: readonly string[], of = {}) => forgetMetricsOnRequest(deps, { ...query, metrics, ...of })
  return { sent, actions, ask, acts: () => sent.map((one) => JSON.parse(one) as object) }
}

test('what would go is told with its readings, and nothing is handed in', async () => {
  const { ask, sent } = setUp()
  expect(await ask(['elec_imprt_kwh', 'elec_imprt_kwh'], { isDryRun: true })).toEqual({
    metrics: [
      {
        metric: 'elec_imprt_kwh',
        unit: 'kWh',
        readings: 7,
        first_reading: '1970-01-01T00:00:01.000Z',
        last_reading: '1970-01-01T00:00:02.000Z',
      },
    ],
    refused: [],
    dry_run: true,
  })
  expect(sent).toEqual([])
})

test('an order names the device and its metrics, and is not handed in again while the journal owes an answer', async () => {
  const { ask, acts, actions } = setUp()
  expect(await ask(['elec_imprt_kwh', 'shoe'])).toBeNull()
  expect(acts()).toMatchObject([
    { what: 'forget', plant: 'p', devices: ['m'], metrics: ['elec_imprt_kwh', 'shoe'], by: 'wei', why: 'typo' },
  ])
  expect(actions.isRemoving('p')).toBe(true)
  expect(await ask(['shoe'])).toBeNull()
  expect(acts()).toHaveLength(1)
})

test('what was never sent, what the configuration names, and what others are read with stays', async () => {
  const { ask, sent } = setUp()
  const answer = await ask(['never', 'elec_import_kwh', 'state'])
  expect(answer).toEqual({
    metrics: [],
    refused: [
      { metric: 'never', reason: 'unknown' },
      { metric: 'elec_import_kwh', reason: 'configured' },
      { metric: 'state', reason: 'merged', with: ['order_active'] },
    ],
    dry_run: false,
  })
  expect(sent).toEqual([])
  // All that a state is made of may go at once.
  expect((await ask(['state', 'order_active'], { isDryRun: true }))?.metrics).toHaveLength(2)
})

test('what a frozen report rests on stays, and nothing goes while one is being frozen', async () => {
  const frozen = setUp({ onFrozenDays: async () => new Map([['shoe', 'r v1']]) })
  expect((await frozen.ask(['shoe', 'elec_imprt_kwh'], { isDryRun: true }))!.refused).toEqual([
    { metric: 'shoe', reason: 'reported', report: 'r v1' },
  ])
  const held = setUp({ isFreezing: () => true })
  expect(await held.ask(['shoe'])).toMatchObject({ metrics: [], refused: [{ metric: 'shoe', reason: 'freezing' }] })
  expect([...frozen.sent, ...held.sent]).toEqual([])
})
