import { expect, test } from 'vitest'
import type { AlarmItem } from '../../../src/base/alarm.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { DeviceState } from '../../../src/base/wire.js'
import type { PublishedPlant } from '../../../src/cluster/results/published.js'
import { ResultsRegistry } from '../../../src/cluster/results/registry.js'
import {
  alarmSubject,
  ownerSubject,
  plantSubject,
  pointsSubject,
  tokenOf,
} from '../../../src/cluster/results/subjects.js'

function point(value: number, more: Partial<KpiPoint> = {}): KpiPoint {
  return {
    plant: 'p',
    scope: 'line',
    id: 'l',
    kpi: 'energy',
    window: '1m',
    start: '2026-01-05T10:00:00.000Z',
    end: '2026-01-05T10:01:00.000Z',
    value,
    unit: 'kWh',
    reason: '',
    numerator: value,
    denominator: 1,
    coverage: 1,
    estimated_share: 0,
    provisional: false,
    rev: 0,
    flags: [],
    factors: [],
    ...more,
  }
}

function plant(state: DeviceState): PublishedPlant {
  const device = { id: 'd', role: null, configured: true, state, last_seen: null, rejected_reason: null, newest: null }
  const counters = { messages: 0, readings: 0, elements_rejected: 0, rate_per_min: 0 }
  const rest = { clock: null, clock_offset_ms: null, sequence_gaps: 0, sequence_missing: 0 }
  const lines = [{ id: 'l', name: {}, devices: [{ ...device, ...counters, ...rest }] }]
  return {
    node: { id: 'p', name: {}, timezone: 'UTC', configured: true, targets: [], lines },
    rules: { fourEyes: true, tolerancePct: 2 },
  }
}

const says = (registry: ResultsRegistry, epoch: number, ...points: KpiPoint[]) =>
  registry.apply({ subject: pointsSubject(0, points[0]!), epoch, said: points })
const owner = (registry: ResultsRegistry, epoch: number, isWhole: boolean) =>
  registry.apply({ subject: ownerSubject(0), epoch, said: { isWhole } })
const values = (registry: ResultsRegistry) => registry.latest('p', {}).map(({ value }) => value)

test('of each KPI the newest window is the last value, whatever else is told of with it', () => {
  const registry = new ResultsRegistry()
  const later = point(2, { start: '2026-01-05T10:01:00.000Z', provisional: true })
  says(registry, 1, point(1), later, point(7, { kpi: 'co2' }))
  expect(registry.latest('p', {})).toEqual([later, point(7, { kpi: 'co2' })])
  expect(registry.inMemory(later)).toEqual([point(1), later])
  expect(registry.latest('p', { window: '1h' })).toEqual([])
  expect(registry.latest('p', { wants: ({ kpi }) => kpi === 'co2' })).toEqual([point(7, { kpi: 'co2' })])
})

test('an older owner is not heard any more once a newer one has spoken', () => {
  const registry = new ResultsRegistry()
  says(registry, 1, point(1))
  owner(registry, 2, false)
  says(registry, 1, point(99))
  expect(values(registry)).toEqual([1])
  says(registry, 2, point(2))
  says(registry, 1, point(99))
  expect(values(registry)).toEqual([2])
  owner(registry, 1, true)
  expect(values(registry)).toEqual([2])
})

test('what the older owner had and the newer one has not is shown until the newer one has said all', () => {
  const registry = new ResultsRegistry()
  says(registry, 1, point(1))
  says(registry, 1, point(3, { id: 'gone' }))
  owner(registry, 2, false)
  says(registry, 2, point(2))
  expect(values(registry)).toEqual([2, 3])
  owner(registry, 2, true)
  expect(values(registry)).toEqual([2])
})

test('partitions have owners of their own', () => {
  const registry = new ResultsRegistry()
  owner(registry, 9, true)
  registry.apply({ subject: pointsSubject(1, point(1)), epoch: 1, said: [point(1)] })
  expect(values(registry)).toEqual([1])
})

test('what is not in the stream any more when it is read anew is no more', () => {
  const registry = new ResultsRegistry()
  registry.begin()
  says(registry, 1, point(1))
  says(registry, 1, point(3, { id: 'gone' }))
  registry.whole()
  registry.begin()
  says(registry, 1, point(1))
  expect(values(registry)).toEqual([1, 3])
  registry.whole()
  expect(values(registry)).toEqual([1])
})

test('an empty message takes its subject away', () => {
  const registry = new ResultsRegistry()
  says(registry, 1, point(1))
  registry.apply({ subject: pointsSubject(0, point(1)), epoch: 1, said: null })
  expect(values(registry)).toEqual([])
})

test('listeners hear what is new, and nothing twice', () => {
  const registry = new ResultsRegistry()
  const heard: (number | null)[] = []
  const stop = registry.onPoints((points) => heard.push(...points.map(({ value }) => value)))
  says(registry, 1, point(1))
  says(registry, 1, point(1), point(2, { start: '2026-01-05T10:01:00.000Z' }))
  says(registry, 1, point(1), point(2, { start: '2026-01-05T10:01:00.000Z' }))
  stop()
  says(registry, 1, point(5))
  expect(heard).toEqual([1, 2])
})

test('a device that has become another is told of, its counters are not', () => {
  const registry = new ResultsRegistry()
  const heard: unknown[] = []
  registry.onDevice((change) => heard.push(change))
  for (const state of ['online', 'online', 'stale'] as const) {
    registry.apply({ subject: plantSubject(0, 'p'), epoch: 1, said: plant(state) })
  }
  expect(heard).toEqual([{ plant: 'p', line: 'l', device: 'd', state: 'stale' }])
  expect([registry.hasPlant('p'), registry.hasPlant('q')]).toEqual([true, false])
  expect(registry.rules('p')).toEqual({ fourEyes: true, tolerancePct: 2 })
})

test('an act on an alarm stands, although the stream still says what was before it', () => {
  const registry = new ResultsRegistry()
  const raised = { id: 'x', plant: 'p', raised_at: '2026-01-05T10:00:00.000Z', cleared_at: null, acked_at: null }
  const before = { ...raised, state: 'active_unack', notes: [], current: 1 } as unknown as AlarmItem
  const acked = { ...before, state: 'active_ack', acked_at: '2026-01-05T10:05:00.000Z' } as const
  const alarmSays = (said: AlarmItem) => registry.apply({ subject: alarmSubject(0, 'p', 'x'), epoch: 1, said })
  const shown = () => registry.alarms('p', () => true, 9)
  alarmSays(before)
  registry.acted(acked)
  alarmSays({ ...before, current: 2 })
  expect(shown()).toEqual([acked])
  alarmSays({ ...acked, current: 3 })
  expect(shown()).toEqual([{ ...acked, current: 3 }])
  registry.acted({ ...acked, notes: [{ at: raised.raised_at, by: 'Li', text: 'seen' }] })
  alarmSays({ ...acked, current: 4 })
  expect(shown()).toMatchObject([{ notes: [{ text: 'seen' }] }])
})

test('a kind of a later version is left alone', () => {
  const registry = new ResultsRegistry()
  registry.apply({ subject: 'greengauge.results.0.weather.p', epoch: 1, said: {} })
  expect(registry.plants()).toEqual([])
})

test.each([
  ['suzhou-1', 'suzhou-1'],
  ['a.b', 'a%2Eb'],
  ['a*>b c', 'a%2A%3Eb%20c'],
  ['厂', '%E5%8E%82'],
  ['%', '%25'],
  ['', '%'],
])('the id %j is the token %s', (id, token) => {
  expect(tokenOf(id)).toBe(token)
  expect(alarmSubject(3, id, 'x').split('.')).toHaveLength(6)
})
