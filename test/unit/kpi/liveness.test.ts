import { afterEach, describe, expect, test } from 'vitest'
import { type DeviceClock, isFinal, isHistorical, isIdle, plantWatermark } from '../../../src/kpi/series/liveness.js'
import { Bench, reading } from '../../support/engine.js'

const S = 1000
const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)

/** A device that last sent at `lastTs`, with no delay unless it says so. */
function device(lastTs: number, of: Partial<DeviceClock> = {}): DeviceClock {
  return { newestTs: lastTs, lastTs, lastArrivalMs: lastTs, idleMs: 900 * S, heldUntilMs: null, ...of }
}

describe('the watermark (KPI specification §5)', () => {
  const now = at('12:00')

  test('is 30 s behind the slowest device that sends', () => {
    expect(plantWatermark([device(now), device(now - 60 * S)], now)).toBe(now - 90 * S)
  })

  test('an idle device holds nothing open: after its idle time, not at it', () => {
    expect(isIdle(device(now - 900 * S), now)).toBe(false)
    expect(isIdle(device(now - 900 * S - 1), now)).toBe(true)
    expect(plantWatermark([device(now), device(now - 901 * S)], now)).toBe(now - 30 * S)
  })

  test('neither does one that sends its history: more than 10 minutes behind its arrival', () => {
    expect(isHistorical(device(now - 600 * S, { lastArrivalMs: now }))).toBe(false)
    const past = device(now - 600 * S - 1, { lastArrivalMs: now })
    expect(isHistorical(past)).toBe(true)
    expect(plantWatermark([device(now), past], now)).toBe(now - 30 * S)
  })

  test('where all are one or the other it is that of the fastest', () => {
    const [a, b] = [device(at('08:00'), { lastArrivalMs: now }), device(at('09:00'), { lastArrivalMs: now })]
    expect(plantWatermark([a, b], now)).toBe(at('09:00') - 30 * S)
  })

  test('a window is final at its end, or 30 s later when everyone is idle', () => {
    expect(isFinal(now, now, false, now)).toBe(true)
    expect(isFinal(now, now - 1, false, now + 3600 * S)).toBe(false)
    expect(isFinal(now, now - 1, true, now + 30 * S)).toBe(false)
    expect(isFinal(now, now - 1, true, now + 30 * S + 1)).toBe(true)
  })
})

describe('in a plant', () => {
  let bench: Bench
  afterEach(() => bench.close())

  const kwh = (device: string, time: string, value: number, receivedAt = at(time)) =>
    reading({ device, metric: 'elec_import_kwh', ts: at(time), value, receivedAt })
  const quarter = { kpi: 'energy_elec_import', window: '15m' } as const

  test('a device that sends 2018 changes no label of now', { tags: ['slow'] }, async () => {
    bench = await Bench.open()
    for (const [i, time] of ['10:00', '10:05', '10:10', '10:16'].entries()) await bench.feed([kwh('a', time, i)])
    const now = await bench.point({ ...quarter, start: at('10:00') })
    expect(now?.provisional).toBe(false)
    const old = ['2018-01-01T00:00:00Z', '2018-01-01T00:05:00Z', '2018-01-01T00:20:00Z']
    await bench.feed(old.map((time, i) => kwh('b', time, i, at('10:16'))))
    expect(await bench.point({ ...quarter, start: at('10:00') })).toEqual(now)
    expect(bench.engine.progress().watermarks.p).toBe(at('10:16') - 30 * S)
    const then = await bench.point({ ...quarter, start: '2018-01-01T00:00:00Z' })
    expect(then).toMatchObject({ provisional: false, coverage: 1 })
  })

  test('the watermark never goes back, not over a restart either', async () => {
    bench = await Bench.open()
    await bench.feed([kwh('a', '10:00', 0), kwh('a', '10:20', 2)])
    await bench.feed([kwh('b', '10:12', 0, at('10:20'))])
    expect(bench.engine.progress().watermarks.p).toBe(at('10:20') - 30 * S)
    await bench.restart()
    await bench.cycle()
    expect(bench.engine.progress().watermarks.p).toBe(at('10:20') - 30 * S)
  })

  test('what was final by silence stays final when the device goes on with older data', async () => {
    bench = await Bench.open()
    await bench.feed([kwh('a', '10:00', 0), kwh('a', '10:05', 1)], at('10:30'))
    const before = await bench.point({ ...quarter, start: at('10:00') })
    expect(before).toMatchObject({ provisional: false, rev: 0, reason: 'low_coverage' })
    await bench.feed([kwh('a', '10:10', 2, at('10:31')), kwh('a', '10:14', 3, at('10:31'))])
    expect(await bench.point({ ...quarter, start: at('10:00') })).toMatchObject({
      provisional: false,
      rev: 1,
      value: 3,
    })
    expect(bench.engine.finalPoints).toBe(await bench.store.finalCount())
  })

  test('a window that was in memory alone at the kill becomes final by silence after the start', async () => {
    bench = await Bench.open()
    await bench.commit([kwh('a', '10:00', 0), kwh('a', '10:14', 1)])
    await bench.engine.cycle()
    await bench.restart()
    bench.tick(at('12:00'))
    await bench.settle()
    expect(await bench.point({ ...quarter, start: at('10:00') })).toMatchObject({ provisional: false, numerator: 1 })
  })

  test('what a device that only tells of events has said is final with the plant, though it says nothing more', async () => {
    bench = await Bench.open()
    for (const minute of ['00', '15', '30', '45']) await bench.feed([kwh('a', `10:${minute}`, Number(minute))])
    const told = { plant: 'p', line: 'l', device: 'log', id: 'e-1', type: 'fuel_used', ts: at('10:06') }
    Object.assign(bench.senders.touch('p', 'l', 'log'), {
      newestTs: at('10:06'),
      lastTs: at('10:06'),
      lastArrivalMs: at('10:57'),
    })
    await bench.commit([], [{ ...told, receivedAt: at('10:57'), fields: { fuel: 'diesel', amount: 2, unit: 't' } }])
    for (const time of ['10:58', '11:05']) await bench.feed([kwh('a', time, 60)])
    const hour = { kpi: 'energy_diesel', scope: 'device', id: 'log', window: '1h', start: at('10:00') } as const
    expect(await bench.point(hour)).toMatchObject({ provisional: false, value: 2 })
  })

  test('new samples that come while late ones wait are not lost when these are folded', async () => {
    bench = await Bench.open()
    await bench.feed([kwh('a', '10:00', 0), kwh('a', '10:14', 14)])
    await bench.feed([kwh('a', '10:29', 29), kwh('a', '10:44', 44)])
    await bench.commit([kwh('a', '10:07', 1)])
    expect(bench.engine.isLatePending).toBe(true)
    await bench.commit([kwh('a', '10:59', 59), kwh('a', '11:16', 76)])
    while (bench.engine.isLatePending) await bench.cycleLate()
    expect((await bench.point({ ...quarter, start: at('10:45') }))?.value).toBeCloseTo(15, 9)
    expect((await bench.point({ ...quarter, start: at('10:00') }))?.numerator).toBeCloseTo(15, 9)
  })

  test('a sample before the first of its quarter corrects the quarter before', async () => {
    bench = await Bench.open()
    const energy = async () => (await bench.point({ ...quarter, start: at('10:00') }))?.value
    await bench.feed([kwh('a', '10:00', 0), kwh('a', '10:10', 10), kwh('a', '10:20', 40), kwh('a', '10:31', 50)])
    expect(await energy()).toBeCloseTo(25, 9)
    await bench.feed([kwh('a', '10:16', 16, at('10:31'))])
    expect(await energy()).toBeCloseTo(15, 9)
  })
})
