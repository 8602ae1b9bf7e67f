import { afterEach, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/journal/entries.js'
import { configured, SimulatedLife } from '../../support/simulated-life.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const T0 = Date.parse('2026-11-24T08:00:00Z')
const CONFIG = {
  plants: [
    {
      ...{ id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'c' }] },
      devices: [{ id: 'r', line: 'c', role: 'robot', on_change: true }],
    },
  ],
}
const EVERY = 5 * MINUTE
/** Minutes in which nobody could be reached: the switch was dead, the gateway was stopped. */
const AWAY = [
  [4, 6.2],
  [14, 16.7],
] as const

let life: SimulatedLife
afterEach(() => life.close())

const session = (arrivedAt: number, what: 'begin' | 'end'): JournalEntry => ({
  kind: 'session',
  client: 'r',
  what,
  arrivedAt,
})

function message(ts: number, arrivedAt: number): JournalEntry {
  const payload = Buffer.from(JSON.stringify({ ts, metrics: { state: 'running' } }))
  const sent = {
    client: 'r',
    topic: 'plants/p/c/r/robot',
    payload,
    qos: 1 as const,
    retain: false,
    fullSizeBytes: null,
  }
  return { kind: 'message', ingress: 'mqtt', arrivedAt, ...sent }
}

test('a robot that sends what it kept over two outages has no wrong clock', async () => {
  const first = configured(CONFIG, T0)
  life = await SimulatedLife.open(first)
  const entries: JournalEntry[] = [session(T0 + SECOND, 'begin')]
  for (const [from, to] of AWAY) {
    entries.push(session(T0 + from * MINUTE, 'end'), session(T0 + to * MINUTE, 'begin'))
  }
  for (let ts = T0 + 2 * SECOND; ts < T0 + 60 * MINUTE; ts += EVERY) {
    const away = AWAY.find(([from, to]) => ts >= T0 + from * MINUTE && ts < T0 + to * MINUTE)
    entries.push(message(ts, away === undefined ? ts : T0 + away[1] * MINUTE + SECOND))
  }
  for (let at = T0 + SECOND; at < T0 + 60 * MINUTE; at += SECOND) entries.push({ kind: 'tick', arrivedAt: at })
  await life.take([{ kind: 'start', arrivedAt: T0, version: 'test' } as unknown as JournalEntry, first])
  for (let at = T0; at < T0 + 60 * MINUTE; at += MINUTE) {
    const now = entries.filter(({ arrivedAt }) => arrivedAt >= at && arrivedAt < at + MINUTE)
    await life.take(now.toSorted((a, b) => a.arrivedAt - b.arrivedAt))
  }
  expect(life.alarms).toEqual([])
})
