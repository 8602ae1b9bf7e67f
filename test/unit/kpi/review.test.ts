import { afterEach, describe, expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const LATER = at('2025-09-01T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

const change = (time: string, isUp: boolean): ConnectionChange => ({ plant: 'p', device: 'r', at: at(time), isUp })
const said = (time: string, value: string, receivedAt = time): Reading =>
  reading({ device: 'r', metric: 'state', ts: at(time), value, receivedAt: at(receivedAt) })
const order = (time: string) => reading({ device: 'r', metric: 'order_active', ts: at(time), value: 1 })

function robot(onChange: boolean, options: object = {}) {
  const device = { id: 'r', role: 'robot', on_change: onChange, metrics: { state: { period_s: 60 } } }
  return [plantOf({ ...options, devices: [device] })]
}

/** 60 kWh an hour, a sample every five minutes. */
function meter(device: string, from: string, to: string): Reading[] {
  const count = (at(to) - at(from)) / 300_000
  return Array.from({ length: count + 1 }, (_, i) => {
    const ts = at(from) + i * 300_000
    return reading({ device, metric: 'elec_import_kwh', ts, value: (ts - at('00:00:00')) / 60_000 })
  })
}

const ofRobot = async (kpi: string, window: '15m' | '1h' | '1d', start: string) =>
  (await bench.point({ kpi, window, start: at(start), scope: 'device', id: 'r' }))?.value

describe('an order before the first word of a machine', () => {
  test('does no harm when its connection goes and comes', async () => {
    bench = await Bench.open(robot(true), at('00:00:00'))
    await bench.commit([order('09:00:00')], [], [change('08:59:00', true)])
    await bench.settle()
    // By the clock of the device the order came after the disconnect.
    await bench.commit([], [], [change('08:59:58', false)])
    await bench.settle()
    await bench.commit([said('09:10:00', 'Idle')], [], [change('09:01:00', true)])
    bench.tick(at('10:10:00'))
    await bench.settle()
    expect(await ofRobot('time_idle_starved', '15m', '09:15:00')).toBe(900)
  })

  test('does no harm when the word is a month late', { tags: ['deep'] }, async () => {
    bench = await Bench.open(robot(false), at('00:00:00'))
    await bench.feed([order('09:00:00')])
    await bench.feed([order('2025-08-15T09:00:00Z')])
    await bench.feed([said('2025-08-15T09:00:00Z', 'Idle')], LATER)
    expect(await ofRobot('time_idle_starved', '1d', '2025-08-15T00:00:00Z')).toBe(300)
  })
})

describe('a ratio of the transformers', () => {
  const ratio = (metrics: object) => [plantOf({ devices: [{ id: 'a', role: 'main', metrics }] })]

  test.each([
    ['is a new beginning where there was none before', {}, { elec_import_kwh: { multiplier: 10 } }, 115 + 1200],
    ['that is no longer configured is one too', { elec_import_kwh: { multiplier: 10 } }, {}, 1150 + 120],
  ])('%s', async (_, before, after, kWh) => {
    bench = await Bench.open(ratio(before), at('00:00:00'))
    await bench.commit(meter('a', '08:00:00', '12:00:00'))
    await bench.configure(ratio(after), at('10:00:00'))
    bench.tick(LATER)
    await bench.settle()
    const day = await bench.point({ kpi: 'energy_elec_import', window: '1d', start: at('00:00:00') })
    expect(day?.numerator).toBeCloseTo(kWh, 6)
  })
})

describe('a state that reaches over a change of the configuration', () => {
  test('is judged by the shifts of the time, be there a next word or not', async () => {
    const shift = (start: string, end: string) => robot(true, { shifts: [{ name: 's', start, end }] })
    bench = await Bench.open(shift('06:00', '14:00'), at('00:00:00'))
    await bench.commit([said('09:00:00', 'Idle')], [], [change('08:59:00', true)])
    bench.tick(at('09:30:00'))
    await bench.settle()
    await bench.configure(shift('18:00', '20:00'), at('10:00:00'))
    bench.tick(at('12:20:00'))
    await bench.settle()
    const starved = async () => [
      await ofRobot('time_idle_starved', '15m', '09:00:00'),
      await ofRobot('time_idle_starved', '15m', '11:00:00'),
    ]
    expect(await starved()).toEqual([900, 0])
    await bench.commit([said('12:30:00', 'Execute')])
    await bench.settle()
    expect(await starved()).toEqual([900, 0])
  })

  test('holds as its own rules say, be there a next word or not', async () => {
    bench = await Bench.open(robot(true), at('00:00:00'))
    await bench.commit([said('09:00:00', 'Execute')], [], [change('08:59:00', true)])
    bench.tick(at('09:30:00'))
    await bench.settle()
    await bench.configure(robot(false), at('10:00:00'))
    await bench.commit([said('12:30:00', 'Execute')], [], [change('10:00:00', false)])
    bench.tick(LATER)
    await bench.settle()
    expect(await ofRobot('time_producing', '1h', '09:00:00')).toBe(3600)
    expect(await ofRobot('time_producing', '1h', '10:00:00')).toBe(0)
  })
})

describe('a connected robot that was silent for long', () => {
  test('says something else up to now when it sends a word of before', async () => {
    bench = await Bench.open(robot(true), at('00:00:00'))
    await bench.commit([said('09:00:00', 'Execute')], [], [change('08:59:00', true)])
    bench.tick(at('11:59:00'))
    await bench.settle()
    await bench.commit([said('10:00:00', 'Idle', '12:00:00')])
    bench.tick(at('12:00:10'))
    await bench.settle()
    expect(await ofRobot('time_idle_starved', '15m', '11:15:00')).toBe(900)
  })

  test('is computed a few days at a time after a start', { tags: ['deep'] }, async () => {
    bench = await Bench.open(robot(true), at('00:00:00'))
    await bench.commit([said('09:00:00', 'Idle')], [], [change('08:59:00', true)])
    await bench.commit([reading({ device: 'other', metric: 'state', ts: at('2025-07-15T09:00:00Z'), value: 'Idle' })])
    await bench.restart()
    let most = 0
    let steps = 0
    for (await bench.cycle(); bench.engine.isLatePending; steps++) {
      const { final, provisional } = await bench.cycleLate()
      const ofMinutes = [...final, ...provisional].filter(
        (point) =>
          point.stream.window === '1m' && point.stream.kpi === 'robot_util_calendar' && point.stream.id === 'r',
      )
      most = Math.max(most, ofMinutes.length)
    }
    expect(steps).toBeGreaterThan(3)
    expect(most).toBeLessThanOrEqual(4 * 1440)
    expect(await ofRobot('time_idle_starved', '1d', '2025-07-10T00:00:00Z')).toBe(86_400)
  })
})

describe('windows that are open when the configuration changes', () => {
  const plant = (role: string, timezone: string) => [
    plantOf({ timezone, devices: [{ id: 'a', role, metrics: { elec_import_kwh: {} } }] }),
  ]

  async function finals(live: boolean, after: ReturnType<typeof plant>): Promise<string[]> {
    bench = await Bench.open(plant('main', 'UTC'), at('00:00:00'))
    await bench.commit(meter('a', '00:00:00', '09:55:00'))
    if (live) await bench.settle()
    await bench.configure(after, at('10:00:00'))
    await bench.commit(meter('a', '10:00:00', '2025-07-03T12:00:00Z'))
    bench.tick(LATER)
    await bench.settle()
    return (await bench.points())
      .filter((point) => !point.provisional)
      .map(({ stream: { scope, kpi, window }, startMs, endMs, value }) =>
        [scope, kpi, window, startMs, endMs, value].join(' '),
      )
      .sort()
  }

  test.each([
    ['its zone', plant('main', 'Asia/Kolkata')],
    ['a role', plant('sub', 'UTC')],
  ])('are what they are for who reads the journal at once: %s', async (_, after) => {
    const atOnce = await finals(false, after)
    await bench.close()
    expect(await finals(true, after)).toEqual(atOnce)
    for (const window of ['15m', '1h', '1d', '1mo'] as const) {
      const open = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window } as const
      expect(bench.engine.inMemory(open)).toEqual([])
    }
  })
})
