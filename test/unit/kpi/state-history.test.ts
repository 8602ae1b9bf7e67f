import { afterEach, expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { STATES } from '../../../src/base/states.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const DAY = '2025-07-01'
const at = (time: string) => Date.parse(time.includes('T') ? time : `${DAY}T${time}Z`)
const BEFORE = at('2025-06-30T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

function said(...words: readonly (readonly [time: string, word: string | number, metric?: string])[]): Reading[] {
  return words.map(([time, value, metric = 'state']) => reading({ device: 'r', metric, ts: at(time), value }))
}

function robot(onChange: boolean, plant: Record<string, unknown> = {}) {
  const device = {
    id: 'r',
    role: 'robot',
    line: 'cell',
    on_change: onChange,
    metrics: { state: { period_s: onChange ? 120 : 60 } },
  }
  return [plantOf({ ...plant, devices: [device] })]
}

const change = (time: string, isUp: boolean): ConnectionChange => ({ plant: 'p', device: 'r', at: at(time), isUp })

/** As `09:00 PRODUCING` and so on, with the end behind; null when nobody can tell. */
async function states(from: string, to: string, max = 100): Promise<string[] | null> {
  const found = await bench.engine.states.of('p', 'r', { fromMs: at(from), toMs: at(to) }, max)
  if (found === null) return null
  const spans = found.spans.map(({ fromMs, state }) => `${clock(fromMs)} ${state}`)
  return [...spans, clock(found.spans.at(-1)?.toMs ?? at(from))]
}
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16)

/** Seconds in each state of a day, by the stretches and by the figures of the day. */
async function expectDay(day: string, states: readonly string[]): Promise<void> {
  const startMs = at(`${day}T00:00:00Z`)
  const found = await bench.engine.states.of('p', 'r', { fromMs: startMs, toMs: startMs + 86_400_000 }, 10_000)
  for (const state of STATES) {
    const inState = (found?.spans ?? []).filter((span) => span.state === state)
    const seconds = inState.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 1000, 0)
    const kpi = `time_${state.toLowerCase()}`
    const point = await bench.point({ kpi, window: '1d', start: startMs, scope: 'device', id: 'r' })
    expect(point?.value, kpi).toBe(seconds)
    expect(seconds > 0, `${state} on ${day}`).toBe(states.includes(state))
  }
}

test('a state begins before the range, is one stretch however often it is said, and is unknown when it is not said again', async () => {
  bench = await Bench.open(robot(false), BEFORE)
  await bench.feed(
    said(['08:58', 'Execute'], ['09:01', 'Execute'], ['09:05', 'running'], ['09:08', 'Held'], ['09:20', 'Execute']),
    at('2025-07-03T00:00:00Z'),
  )
  expect(await states('09:00', '09:30')).toEqual([
    '09:00 PRODUCING',
    '09:08 HELD',
    '09:13 UNKNOWN',
    '09:20 PRODUCING',
    '09:25 UNKNOWN',
    '09:30',
  ])
  expect(await states('08:00', '08:58')).toBeNull()
  await expectDay(DAY, ['PRODUCING', 'HELD', 'UNKNOWN'])
})

test('order and calendar say what an ambiguous word means, and cut it where they change', async () => {
  const shift = {
    name: 'day',
    start: '08:00',
    end: '16:00',
    breaks: [{ start: '12:00', end: '12:30' }],
    breaks_in_pbt: true,
  }
  bench = await Bench.open(robot(false, { shifts: [shift] }), BEFORE)
  const every = Array.from({ length: 17 }, (_, i) => clock(at('11:55') + i * 180_000))
  await bench.feed(
    [
      ...said(...every.map((time) => [time, 'stopped'] as const)),
      ...said(['12:44', 'idle'], ['12:45', 1, 'order_active'], ['12:47', 0, 'order_active'], ['12:49', 'idle']),
    ],
    at('2025-07-03T00:00:00Z'),
  )
  expect(await states('11:55', '12:50')).toEqual([
    '11:55 HELD',
    '12:00 BREAK',
    '12:30 HELD',
    '12:44 IDLE_STARVED',
    '12:47 IDLE_NO_ORDER',
    '12:50',
  ])
  await expectDay(DAY, ['HELD', 'BREAK', 'IDLE_STARVED', 'IDLE_NO_ORDER', 'UNKNOWN'])
})

test('what is sent on change holds as long as the connection, over days and a restart, and up to now', async () => {
  bench = await Bench.open(robot(true), BEFORE)
  await bench.commit(said(['08:00', 'Execute']), [], [change('08:00', true)])
  for (let hour = 6; hour < 76; hour += 6) {
    bench.tick(at('08:00') + hour * 3_600_000)
    await bench.settle()
  }
  bench.tick(at('2025-07-04T12:00:00Z'))
  await bench.commit([], [], [change('2025-07-04T12:00:00Z', false)])
  bench.tick(at('2025-07-06T00:00:00Z'))
  await bench.settle()
  expect(await states('2025-07-02T00:00:00Z', '2025-07-05T00:00:00Z')).toEqual([
    '00:00 PRODUCING',
    '12:00 UNKNOWN',
    '00:00',
  ])
  await expectDay('2025-07-02', ['PRODUCING'])
  await bench.restart()
  expect(await states('2025-07-04T00:00:00Z', '2025-07-05T00:00:00Z')).toEqual([
    '00:00 PRODUCING',
    '12:00 UNKNOWN',
    '00:00',
  ])
})

test('days are folded one after the other as if they were one', { tags: ['slow'] }, async () => {
  bench = await Bench.open(robot(false), BEFORE)
  const words = ['Execute', 'Execute', 'Held', 'Idle', 'Suspended', 'Aborted', 'Starting']
  const readings = Array.from({ length: 5 * 400 }, (_, i) =>
    reading({ device: 'r', metric: 'state', ts: at('00:00') + i * 216_000, value: words[(i * i) % 7]! }),
  )
  await bench.feed(readings, at('2025-07-10T00:00:00Z'))
  for (const day of ['2025-07-02', '2025-07-04']) {
    await expectDay(day, ['PRODUCING', 'HELD', 'IDLE_BLOCKED'])
  }
  const range = { fromMs: at('00:00'), toMs: at('2025-07-06T00:00:00Z') }
  const all = await bench.engine.states.of('p', 'r', range, 100_000)
  expect(all?.isTruncated).toBe(false)
  expect(all?.spans.every(({ fromMs }, i) => fromMs === (all.spans[i - 1]?.toMs ?? range.fromMs))).toBe(true)
  expect(all?.spans.every(({ state }, i) => state !== all.spans[i - 1]?.state)).toBe(true)
  const newest = await bench.engine.states.of('p', 'r', range, 7)
  expect(newest).toEqual({ spans: all?.spans.slice(-7), isTruncated: true })
})
