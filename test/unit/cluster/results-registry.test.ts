import { expect, test } from 'vitest'
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

const says = (book: ResultsRegistry, epoch: number, ...points: KpiPoint[]) =>
  book.apply({ subject: pointsSubject(0, points[0]!), epoch, said: points })
const owner = (book: ResultsRegistry, epoch: number, isWhole: boolean) =>
  book.apply({ subject: ownerSubject(0), epoch, said: { isWhole } })
const values = (book: ResultsRegistry) => book.latest('p', {}).map(({ value }) => value)

test('of each KPI the newest window is the last value, whatever else is told of with it', () => {
  const book = new ResultsRegistry()
  const later = point(2, { start: '2026-01-05T10:01:00.000Z', provisional: true })
  says(book, 1, point(1), later, point(7, { kpi: 'co2' }))
  expect(book.latest('p', {})).toEqual([later, point(7, { kpi: 'co2' })])
  expect(book.inMemory(later)).toEqual([point(1), later])
  expect(book.latest('p', { window: '1h' })).toEqual([])
})

test('an older owner is not heard any more once a newer one has spoken', () => {
  const book = new ResultsRegistry()
  says(book, 1, point(1))
  owner(book, 2, false)
  says(book, 1, point(99))
  expect(values(book)).toEqual([1])
  says(book, 2, point(2))
  says(book, 1, point(99))
  expect(values(book)).toEqual([2])
  owner(book, 1, true)
  expect(values(book)).toEqual([2])
})

test('what the older owner had and the newer one has not is shown until the newer one has said all', () => {
  const book = new ResultsRegistry()
  says(book, 1, point(1))
  says(book, 1, point(3, { id: 'gone' }))
  owner(book, 2, false)
  says(book, 2, point(2))
  expect(values(book)).toEqual([2, 3])
  owner(book, 2, true)
  expect(values(book)).toEqual([2])
})

test('partitions have owners of their own', () => {
  const book = new ResultsRegistry()
  owner(book, 9, true)
  book.apply({ subject: pointsSubject(1, point(1)), epoch: 1, said: [point(1)] })
  expect(values(book)).toEqual([1])
})

test('what is not in the stream any more when it is read anew is no more', () => {
  const book = new ResultsRegistry()
  book.begin()
  says(book, 1, point(1))
  says(book, 1, point(3, { id: 'gone' }))
  book.whole()
  book.begin()
  says(book, 1, point(1))
  expect(values(book)).toEqual([1, 3])
  book.whole()
  expect(values(book)).toEqual([1])
})

test('an empty message takes its subject away', () => {
  const book = new ResultsRegistry()
  says(book, 1, point(1))
  book.apply({ subject: pointsSubject(0, point(1)), epoch: 1, said: null })
  expect(values(book)).toEqual([])
})

test('listeners hear what is new, and nothing twice', () => {
  const book = new ResultsRegistry()
  const heard: (number | null)[] = []
  const stop = book.onPoints((points) => heard.push(...points.map(({ value }) => value)))
  says(book, 1, point(1))
  says(book, 1, point(1), point(2, { start: '2026-01-05T10:01:00.000Z' }))
  says(book, 1, point(1), point(2, { start: '2026-01-05T10:01:00.000Z' }))
  stop()
  says(book, 1, point(5))
  expect(heard).toEqual([1, 2])
})

test('a device that has become another is told of, its counters are not', () => {
  const book = new ResultsRegistry()
  const heard: unknown[] = []
  book.onDevice((change) => heard.push(change))
  for (const state of ['online', 'online', 'stale'] as const) {
    book.apply({ subject: plantSubject(0, 'p'), epoch: 1, said: plant(state) })
  }
  expect(heard).toEqual([{ plant: 'p', line: 'l', device: 'd', state: 'stale' }])
  expect([book.hasPlant('p'), book.hasPlant('q')]).toEqual([true, false])
  expect(book.rules('p')).toEqual({ fourEyes: true, tolerancePct: 2 })
})

test('a kind of a later version is left alone', () => {
  const book = new ResultsRegistry()
  book.apply({ subject: 'greengauge.results.0.weather.p', epoch: 1, said: {} })
  expect(book.plants()).toEqual([])
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
