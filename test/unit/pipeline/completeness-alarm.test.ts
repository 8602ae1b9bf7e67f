// @module-tag slow

import { afterEach, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/journal/entries.js'
import { configured, SimulatedLife } from '../../support/simulated-life.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const PERIOD = 60 * SECOND
const T0 = Date.parse('2026-11-24T08:00:00Z')
const METERS = ['m1', 'm2', 'm3', 'm4']
const CONFIG = {
  plants: [
    {
      id: 'p',
      name: {},
      timezone: 'UTC',
      lines: [{ id: 'a' }],
      devices: METERS.map((id) => ({ id, line: 'a', metrics: { elec_submeter_kwh: { period_s: 60 } } })),
    },
  ],
}

let life: SimulatedLife
afterEach(() => life.close())

/** One message with a sample a minute in [fromMs, toMs). */
function message(device: string, arrivedAt: number, fromMs: number, toMs: number): JournalEntry {
  const samples = Array.from({ length: Math.ceil((toMs - fromMs) / PERIOD) }, (_, i) => {
    const ts = fromMs + i * PERIOD
    return { ts, metrics: { elec_submeter_kwh: (ts - T0) / MINUTE + 10_000 } }
  })
  const body = Buffer.from(JSON.stringify(samples))
  const topic = `plants/p/a/${device}/energy`
  const sent = { client: device, topic, payload: body, qos: 1 as const, retain: false, fullSizeBytes: null }
  return { kind: 'message', ingress: 'mqtt', arrivedAt, ...sent }
}

const start = (arrivedAt: number) => ({ kind: 'start', arrivedAt, version: 'test' }) as unknown as JournalEntry
const tick = (arrivedAt: number): JournalEntry => ({ kind: 'tick', arrivedAt })
const told = () => [...life.told.values()].filter(({ alarm }) => alarm.rule === 'data-completeness')

/** The meters send each minute in [fromMs, toMs), and everything is computed every five seconds. */
async function run(meters: readonly string[], fromMs: number, toMs: number): Promise<void> {
  for (let at = fromMs; at < toMs; at += 5 * SECOND) {
    const sent = at % PERIOD === 0 ? meters.map((device) => message(device, at + 1, at, at + 1)) : []
    await life.take([tick(at), ...sent])
    await life.compute()
  }
}

async function open(): Promise<void> {
  const first = configured(CONFIG, T0)
  life = await SimulatedLife.open(first)
  await life.take([start(T0), first, tick(T0)])
}

test('devices that send hours of their past one after the other raise no alarm on completeness', async () => {
  await open()
  const first = T0 - 6 * HOUR
  await life.take(METERS.map((device) => message(device, T0 + 1, first, first + 10 * MINUTE)))
  for (const [number, device] of METERS.entries()) {
    const at = T0 + number * 20 * SECOND
    await life.take([tick(at), message(device, at + 2, first + 10 * MINUTE, T0)])
    await life.compute()
  }
  await run(METERS, T0 + 2 * MINUTE, T0 + 10 * MINUTE)
  expect(life.alarms).toEqual([])
  expect(told()).toEqual([])
})

test('an hour in which half of the meters were away is told two minutes after it is final, and over a kill', {
  tags: ['deep'],
}, async () => {
  await open()
  await run(METERS, T0, T0 + 2 * MINUTE)
  await run(['m1', 'm2'], T0 + 2 * MINUTE, T0 + HOUR + MINUTE)
  expect(told()).toEqual([])
  const again = T0 + HOUR + MINUTE + 30 * SECOND
  await life.restart()
  await life.take([start(again), { ...configured(CONFIG, T0), arrivedAt: again }])
  await run(METERS, T0 + HOUR + 2 * MINUTE, T0 + HOUR + 10 * MINUTE)
  const [alarm] = told()
  expect(told()).toHaveLength(1)
  expect(alarm!.alarm).toMatchObject({ raised_at: new Date(T0 + HOUR).toISOString(), notes: [] })
  // Half a minute until the hour is final, two minutes after the start.
  expect(alarm!.atMs - again).toBeLessThanOrEqual(2 * MINUTE + 40 * SECOND)
})

test('the same without a kill is told two minutes after the hour is final', async () => {
  await open()
  await run(METERS, T0, T0 + 2 * MINUTE)
  await run(['m1', 'm2'], T0 + 2 * MINUTE, T0 + HOUR + 5 * MINUTE)
  const [alarm] = told()
  expect(alarm!.atMs - T0 - HOUR).toBeGreaterThan(2 * MINUTE)
  expect(alarm!.atMs - T0 - HOUR).toBeLessThanOrEqual(3 * MINUTE + 40 * SECOND)
})
