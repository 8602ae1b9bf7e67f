// @module-tag deep
/** Proves which alarms hours of simulated plants raise: those that are due, and no others. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { DeviceSamples } from '../../../simulators/device-samples.js'
import { payloadOf } from '../../../simulators/samples.js'
import { Timetable } from '../../../simulators/timetable.js'
import { topicOf } from '../../../src/base/topic.js'
import type { JournalEntry } from '../../../src/journal/entries.js'
import { configured, message, SimulatedLife } from '../../support/simulated-life.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** So often a gateway that has caught up computes, or more often. */
const STEP_MS = 5 * SECOND

/** Figures are not what is looked at here: they are computed more seldom than in a gateway. */
const COMPUTE_MS = 10 * MINUTE

let life: SimulatedLife
afterEach(() => life.close())

const session = (arrivedAt: number, client: string, what: 'begin' | 'end'): JournalEntry => {
  return { kind: 'session', client, what, arrivedAt }
}

const inTime = (entries: readonly JournalEntry[]) => entries.toSorted((a, b) => a.arrivedAt - b.arrivedAt)

/** One tick a second in [fromMs, toMs). */
function ticks(fromMs: number, toMs: number): JournalEntry[] {
  const found: JournalEntry[] = []
  for (let at = Math.ceil(fromMs / SECOND) * SECOND; at < toMs; at += SECOND)
    found.push({ kind: 'tick', arrivedAt: at })
  return found
}

const start = (arrivedAt: number): JournalEntry =>
  ({ kind: 'start', arrivedAt, version: 'test' }) as unknown as JournalEntry

const ofRules = (...rules: readonly string[]) => life.alarms.filter(({ rule }) => rules.includes(rule))

describe('an hour of the demo over a noon break', () => {
  // Tuesday in Suzhou: the press stands from 12:00 to 12:45, and its gauge has nothing to measure.
  const T0 = Date.parse('2026-11-24T11:50:00+08:00')

  test('raises no alarm on silence, clocks, names or completeness', async () => {
    const file = new URL('../../../devices/demo/greengauge.yaml', import.meta.url)
    const first = configured(parse(readFileSync(file, 'utf8')) as object, T0)
    life = await SimulatedLife.open(first)
    const timetable = new Timetable({
      startedAtMs: T0,
      fromMs: T0,
      untilMs: null,
      backfillMs: HOUR,
      periodMs: 5 * SECOND,
      speed: 1,
    })
    const cast = demoPlants(1).flatMap((plant) =>
      plant.devices.map((device) => {
        const of = device.isOnChange ? timetable.withPeriod(SECOND) : timetable
        const { path } = device
        const client = `sim-${path.plant}-${path.device}`
        return { samples: new DeviceSamples(plant, device, of), client, path, topic: topicOf(path, device.class) }
      }),
    )
    await life.take([start(T0), first, { kind: 'tick', arrivedAt: T0 }])
    const said = cast.flatMap(({ client, path }) => [
      session(T0 + SECOND, client, 'begin'),
      message(T0 + SECOND, client, topicOf(path, 'status'), 'online', true),
    ])
    const past = cast.flatMap(({ samples, client, topic }) => {
      const sent = samples.between(timetable.firstMs, timetable.liveFromMs)
      return sent.length === 0 ? [] : [message(T0 + 2 * SECOND, client, topic, payloadOf(sent))]
    })
    await life.take([...said, ...past])
    for (let at = T0 + 3 * SECOND; at < T0 + HOUR; at += STEP_MS) {
      const sent = cast.flatMap(({ samples, client, topic }) =>
        samples
          .between(Math.max(at, timetable.liveFromMs), at + STEP_MS)
          .map((sample) => message(sample.ts + 20, client, topic, payloadOf([sample]))),
      )
      await life.take(inTime([...ticks(at, at + STEP_MS), ...sent]))
      if ((at - T0) % COMPUTE_MS < STEP_MS) await life.compute()
    }
    expect(ofRules('device-silence', 'device-clock', 'device-limit', 'data-completeness')).toEqual([])
  })
})

describe('two hours of a plant in which devices, a switch, the gateway and its disk fail', () => {
  const T0 = Date.parse('2026-11-24T08:00:00Z')
  const PERIOD = 15 * SECOND
  /** The keep-alive of a client whose power is gone has run out by then. */
  const KEPT_MS = 90 * SECOND
  const METERS = Array.from({ length: 20 }, (_, i) => ({
    id: `m${i + 1}`,
    line: i < 10 ? 'a' : 'b',
    metrics: { elec_submeter_kwh: { period_s: 15 } },
  }))
  const ROBOTS = ['r1', 'r2', 'r3'].map((id) => ({
    id,
    line: id === 'r3' ? 'b' : 'a',
    role: 'robot',
    on_change: true,
  }))
  const DEVICES = [...METERS, ...ROBOTS]
  const CONFIG = {
    plants: [{ id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'a' }, { id: 'b' }], devices: DEVICES }],
  }
  /** Minutes from and to which a device has no power; the switch is that of line a. */
  const DARK: readonly (readonly [device: string, from: number, to: number])[] = [
    ['m11', 10, 30],
    ['r3', 12, 25],
    ['switch', 32, 36],
    ['m13', 37, 70],
    ['m12', 39, 57],
    ['m14', 84, 99],
    ['switch', 105, Infinity],
  ]
  /** Minutes in which the gateway is killed, stopped, and its disk full. */
  const OFF = [
    [40, 55],
    [75, 75.5],
  ] as const
  const FULL = [85, 97] as const
  /** Each device has the minute at which its alarm is due, and that at which it is over; null means that it stays. */
  const DUE: readonly (readonly [device: string, due: number, over: number | null])[] = [
    ['m11', 16, 30],
    // A robot that sends on change is missed when its session is over.
    ['r3', 18.5, 25],
    // Two minutes of the delay were watched before the gateway was off, the other three after it.
    ['m13', 58, 70],
    ...METERS.slice(0, 10).map(({ id }) => [id, 111, null] as const),
    ['r1', 111.5, null],
    ['r2', 111.5, null],
  ]

  const darkOf = ({ id, line }: (typeof DEVICES)[number]) =>
    DARK.filter(([device]) => device === id || (device === 'switch' && line === 'a')).map(
      ([, from, to]) => [T0 + from * MINUTE, T0 + to * MINUTE] as const,
    )
  const isIn = (at: number, spans: readonly (readonly [number, number])[]) => spans.some(([a, b]) => at >= a && at < b)
  const minutes = (spans: readonly (readonly [number, number])[]) =>
    spans.map(([a, b]) => [T0 + a * MINUTE, T0 + b * MINUTE] as const)

  /** A device says all this, whether or not anybody listens. */
  function saidBy(device: (typeof DEVICES)[number], number: number): JournalEntry[] {
    const [client, dark] = [`c-${device.id}`, darkOf(device)]
    const isMeter = 'metrics' in device
    const every = isMeter ? PERIOD : 4 * MINUTE
    const say = (at: number) => {
      const metrics = isMeter ? { elec_submeter_kwh: (at - T0) / MINUTE } : { state: 'running' }
      const topic = `plants/p/${device.line}/${device.id}/${isMeter ? 'energy' : 'robot'}`
      return message(at, client, topic, JSON.stringify({ ts: at, metrics }))
    }
    const status = `plants/p/${device.line}/${device.id}/status`
    const greet = (at: number) => [
      session(at, client, 'begin'),
      message(at, client, status, 'online', true),
      say(at + SECOND),
    ]
    const entries = [T0 + SECOND, ...minutes(OFF).map(([, on]) => on + 15 * SECOND), ...dark.map(([, to]) => to)]
      .filter((at) => Number.isFinite(at) && !isIn(at, dark))
      .flatMap(greet)
    for (let at = T0 + number * 100 + every; at < T0 + 2 * HOUR; at += every) if (!isIn(at, dark)) entries.push(say(at))
    for (const [from] of dark) {
      entries.push(message(from + KEPT_MS, '', status, 'offline', true), session(from + KEPT_MS, client, 'end'))
    }
    // Messages that wait for room on the disk are acknowledged as soon as there is some.
    entries.push(say(T0 + FULL[1] * MINUTE + number))
    return entries.filter(({ arrivedAt }) => !isIn(arrivedAt, minutes(OFF)) && !isIn(arrivedAt, minutes([FULL])))
  }

  /** The gateway journals these entries, with a record that begins at each start. */
  async function live(): Promise<void> {
    const first = configured(CONFIG, T0)
    life = await SimulatedLife.open(first)
    const alive = DEVICES.flatMap((device, number) => {
      const dark = darkOf(device)
      return saidBy(device, number).filter(
        (one) => one.kind !== 'message' || one.client === '' || !isIn(one.arrivedAt, dark),
      )
    })
    const deaf = minutes([...OFF, FULL])
    const all = inTime([...alive, ...ticks(T0, T0 + 2 * HOUR).filter(({ arrivedAt }) => !isIn(arrivedAt, deaf))])
    const starts = [T0, ...minutes(OFF).map(([, on]) => on)]
    let next = 0
    for (let at = T0; at < T0 + 2 * HOUR; at += STEP_MS) {
      if (starts.includes(at)) {
        if (at > T0) await life.restart()
        await life.take([start(at), { ...first, arrivedAt: at }])
      }
      let to = next
      while (to < all.length && all[to]!.arrivedAt < at + STEP_MS) to++
      await life.take(all.slice(next, to))
      next = to
      if ((at - T0) % COMPUTE_MS === 0) await life.compute()
    }
  }

  test('every silence of more than its delay is told within 10 s of it, and nothing else', async () => {
    await live()
    const silent = ofRules('device-silence')
    expect(silent.map(({ scope_id }) => scope_id).sort()).toEqual(DUE.map(([device]) => device).sort())
    for (const [device, due, over] of DUE) {
      const alarm = silent.find(({ scope_id }) => scope_id === device)!
      const { atMs } = life.told.get(`p|${alarm.id}`)!
      // Its last message was up to a period before.
      expect((atMs - T0) / MINUTE, device).toBeGreaterThan(due - PERIOD / MINUTE)
      expect((atMs - T0) / MINUTE, device).toBeLessThanOrEqual(due + (10 * SECOND) / MINUTE)
      const overMs = alarm.cleared_at === null ? null : Date.parse(alarm.cleared_at) - T0
      if (over === null) expect(overMs, device).toBeNull()
      else expect(overMs! / MINUTE - over, device).toBeLessThanOrEqual((10 * SECOND) / MINUTE)
    }
    expect(ofRules('device-clock', 'device-limit')).toEqual([])
  })
})
