import { afterEach, describe, expect, test } from 'vitest'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const BEFORE = at('2025-06-30T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

function said(device: string, ...words: readonly (readonly [time: string, word: string])[]): Reading[] {
  return words.map(([time, value]) => reading({ device, metric: 'state', ts: at(time), value }))
}

function robots(onChange: boolean, ...ids: string[]) {
  const devices = ids.map((id) => ({
    id,
    role: 'robot',
    line: 'cell',
    on_change: onChange,
    metrics: { state: { period_s: 60 } },
  }))
  return [plantOf({ devices })]
}

const change = (device: string, time: string, isUp: boolean): ConnectionChange => ({
  plant: 'p',
  device,
  at: at(time),
  isUp,
})
const of = async (kpi: string, window: '1m' | '15m' | '1h' | '1d' | '1mo', start: string, id = 'r') =>
  bench.point({ kpi, window, start: at(start), ...(id === 'p' ? {} : { scope: 'device' as const, id }) })

describe('the time account of a machine', () => {
  test('splits states exactly at the boundary of a window and carries them into it', async () => {
    bench = await Bench.open(robots(false, 'r'))
    await bench.feed(
      said('r', ['08:58:00', 'Execute'], ['09:02:00', 'Idle'], ['09:06:00', 'Execute'], ['09:10:00', 'Execute']),
      at('2025-07-03T00:00:00Z'),
    )
    expect((await of('time_producing', '15m', '08:45:00'))?.value).toBe(120)
    expect((await of('time_producing', '15m', '09:00:00'))?.value).toBe(120 + 240 + 300)
    expect((await of('time_idle_starved', '15m', '09:00:00'))?.value).toBe(240)
    expect((await of('time_unknown', '15m', '09:00:00'))?.value).toBe(0)
  })

  test('its states and what is unknown add up to the elapsed time', async () => {
    bench = await Bench.open(robots(false, 'r'))
    await bench.feed(
      said('r', ['08:58:00', 'Execute'], ['09:10:00', 'singing'], ['09:20:00', 'Held']),
      at('2025-07-03T00:00:00Z'),
    )
    const ofHour = (await bench.points()).filter(
      (p) =>
        p.stream.scope === 'device' &&
        p.stream.window === '1h' &&
        p.startMs === at('09:00:00') &&
        p.stream.kpi.startsWith('time_'),
    )
    expect(ofHour).toHaveLength(12)
    expect(ofHour.reduce((sum, point) => sum + (point.value ?? 0), 0)).toBe(3600)
    // 09:00 to 09:03 by the hold, 09:20 to 09:25.
    expect((await of('time_unknown', '1h', '09:00:00'))?.value).toBe(3600 - 180 - 300)
  })

  test('is never null, however little is known', async () => {
    bench = await Bench.open(robots(false, 'r'))
    await bench.feed(said('r', ['09:00:00', 'Execute'], ['09:01:00', 'Execute']), at('2025-07-03T00:00:00Z'))
    expect(await of('time_held', '1d', '2025-07-01T00:00:00Z')).toMatchObject({ value: 0, reason: '' })
    expect(await of('robot_util_calendar', '1d', '2025-07-01T00:00:00Z')).toMatchObject({
      value: null,
      reason: 'low_coverage',
      numerator: 360,
    })
  })

  test('a word that is in no map is flagged', async () => {
    bench = await Bench.open(robots(false, 'r'))
    await bench.feed(said('r', ['09:00:00', 'singing'], ['09:01:00', 'Execute']), at('2025-07-03T00:00:00Z'))
    // unknown_state is bit 14 of the list of flags.
    expect(((await of('time_unknown', '15m', '09:00:00'))?.flags ?? 0) & (1 << 9)).not.toBe(0)
  })

  test('utilization is that of the robots together, ratios are not averaged (S12)', async () => {
    bench = await Bench.open(robots(true, 'r', 'q'))
    await bench.commit(
      [
        ...said('r', ['08:00:00', 'Execute'], ['08:45:00', 'Idle']),
        ...said('q', ['08:00:00', 'Idle'], ['08:30:00', 'Execute']),
      ],
      [],
      [change('r', '07:59:00', true), change('q', '07:59:00', true)],
    )
    bench.tick(at('09:10:00'))
    await bench.settle()
    expect(await of('robot_util_calendar', '1h', '08:00:00', 'p')).toMatchObject({
      numerator: 45 * 60 + 30 * 60,
      denominator: 7200,
      value: 75 / 120,
    })
    expect((await of('time_idle_starved', '1h', '08:00:00', 'p'))?.value).toBe(45 * 60)
  })

  test('a robot that never sends is missed: its time is unknown, and coverage says so', async () => {
    const silent = { id: 'q', role: 'robot', line: 'cell', on_change: true }
    bench = await Bench.open([plantOf({ devices: [...robots(true, 'r')[0]!.devices, silent] })], BEFORE)
    await bench.commit(said('r', ['08:00:00', 'Execute']), [], [change('r', '07:59:00', true)])
    bench.tick(at('10:10:00'))
    await bench.settle()
    expect(await of('time_unknown', '1h', '09:00:00', 'p')).toMatchObject({ value: 3600, coverage: 0.5 })
    expect(await of('robot_util_calendar', '1h', '09:00:00', 'p')).toMatchObject({
      value: null,
      numerator: 3600,
      denominator: 7200,
    })
  })

  test('cycles are whole pieces: a step belongs to the window that holds its end (S7)', async () => {
    const counts = [
      ['09:50:00', 100],
      ['10:20:00', 130],
    ] as const
    bench = await Bench.open()
    await bench.feed(
      counts.map(([time, value]) => reading({ metric: 'cycle_count', ts: at(time), value })),
      at('2025-07-03T00:00:00Z'),
    )
    expect((await of('cycles', '1h', '09:00:00', 'm1'))?.numerator).toBe(0)
    expect((await of('cycles', '1h', '10:00:00', 'm1'))?.numerator).toBe(30)
  })
})

describe('a robot that sends on change', () => {
  test('is known up to now while it is connected, and its windows become final without a sample', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    await bench.commit(said('r', ['09:00:00', 'Execute']), [], [change('r', '08:59:00', true)])
    bench.tick(at('11:20:00'))
    await bench.settle()
    expect(await of('time_producing', '1h', '10:00:00')).toMatchObject({ value: 3600, coverage: 1, provisional: false })
    const running = bench.engine.inMemory({ plant: 'p', scope: 'device', id: 'r', kpi: 'time_producing', window: '1h' })
    expect(running.map(({ startMs, value, provisional }) => ({ startMs, value, provisional }))).toEqual([
      { startMs: at('11:00:00'), value: 1200, provisional: true },
    ])
  })

  test('each minute of a held state is published', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    await bench.commit(said('r', ['09:00:00', 'Execute']), [], [change('r', '08:59:00', true)])
    bench.tick(at('09:05:40'))
    await bench.settle()
    const minutes = (await bench.points()).filter(
      (p) => p.stream.kpi === 'robot_util_calendar' && p.stream.window === '1m',
    )
    expect(minutes.filter((p) => p.stream.scope === 'device').map((p) => p.startMs)).toEqual(
      [0, 1, 2, 3, 4].map((minute) => at('09:00:00') + minute * 60_000),
    )
  })

  test('a disconnect holds its windows open until it is healed or too late for that', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    await bench.commit(
      said('r', ['09:00:00', 'Execute']),
      [],
      [change('r', '08:59:00', true), change('r', '10:14:00', false)],
    )
    bench.tick(at('10:17:00'))
    await bench.settle()
    expect(await of('time_producing', '15m', '10:00:00')).toMatchObject({ value: 840, provisional: true })
    await bench.commit([], [], [change('r', '10:18:00', true)])
    bench.tick(at('10:18:00'))
    await bench.settle()
    expect(await of('time_producing', '15m', '10:00:00')).toMatchObject({ value: 900, provisional: false, rev: 0 })
  })

  test('one that is not healed makes the rest unknown, with what was written then', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    await bench.commit(
      said('r', ['09:00:00', 'Execute']),
      [],
      [change('r', '08:59:00', true), change('r', '10:14:00', false)],
    )
    bench.tick(at('10:30:00'))
    await bench.settle()
    expect(await of('time_producing', '15m', '10:00:00')).toMatchObject({ value: 840, provisional: false })
    expect((await of('time_unknown', '15m', '10:00:00'))?.value).toBe(60)
  })

  test('a restart changes nothing of it', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    await bench.commit(said('r', ['09:00:00', 'Execute']), [], [change('r', '08:59:00', true)])
    bench.tick(at('10:00:40'))
    await bench.settle()
    await bench.restart()
    bench.tick(at('11:00:40'))
    await bench.settle()
    expect(await of('time_producing', '1h', '10:00:00')).toMatchObject({ value: 3600, provisional: false })
    expect(await of('time_producing', '1h', '09:00:00')).toMatchObject({ value: 3600, rev: 0 })
  })

  test('nothing is due from it, and its pieces that do not come are known to be none', async () => {
    bench = await Bench.open(robots(true, 'r'), BEFORE)
    const count = reading({ device: 'r', metric: 'cycle_count', ts: at('09:00:00'), value: 7 })
    await bench.commit([count, ...said('r', ['09:00:00', 'Idle'])], [], [change('r', '08:59:00', true)])
    bench.tick(at('11:00:40'))
    await bench.settle()
    expect(await of('cycles', '1h', '10:00:00')).toMatchObject({ value: 0, coverage: 1 })
    expect(await of('data_completeness', '1h', '10:00:00')).toMatchObject({ value: null, reason: 'no_denominator' })
  })
})
