import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { register } from '../../support/meters.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
const LATER = at('2025-07-03T00:00:00Z')
const MAIN = { id: 'm', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }

let bench: Bench
afterEach(() => bench.close())

async function run(readings: readonly Reading[], mode: string | null = 'sliding', restart = false): Promise<void> {
  const energy = mode === null ? {} : { energy: { demand_mode: mode } }
  bench = await Bench.open([plantOf({ devices: [MAIN], ...energy })])
  await bench.commit(readings)
  if (restart) await bench.restart()
  bench.tick(LATER)
  await bench.settle()
}

/** A sample each minute; `kwhOf` is what flows in the minute from a time of day on, "HH:MM". */
function minutes(from: string, to: string, kwhOf: (time: string) => number): Reading[] {
  const readings: Reading[] = []
  let value = 1000
  for (let ts = at(from); ts <= at(to); ts += 60_000) {
    readings.push(reading({ device: 'm', metric: 'elec_import_kwh', ts, value }))
    value += kwhOf(new Date(ts).toISOString().slice(11, 16))
  }
  return readings
}

const sliding = (start = '10:00', window: '1h' | '1d' = '1h') =>
  bench.point({ kpi: 'peak_demand_15_sliding', window, start: at(start) })
const block = (start = '10:00') => bench.point({ kpi: 'peak_demand_15', window: '1h', start: at(start) })
/** 15 minutes at 300 kW, else 60 kW. */
const burst = (from: string, to: string) => (time: string) => (from <= time && time < to ? 5 : 1)

describe('demand in steps of a minute (KPI specification §2, option demand_mode)', () => {
  test('300 kW from 10:05 to 10:20 are seen whole; by blocks they are split in two', async () => {
    await run(minutes('09:00', '12:00', burst('10:05', '10:20')))
    expect(await sliding()).toMatchObject({ value: expect.closeTo(300, 9), denominator: 0.25, coverage: 1, flags: 0 })
    // 5 minutes at 60 kW and 10 at 300 in the first quarter.
    expect((await block())?.value).toBeCloseTo(220, 9)
  })

  test('15 minutes across the hour belong to the hour that holds their end', async () => {
    await run(minutes('09:00', '12:00', burst('09:50', '10:05')))
    expect((await sliding('10:00'))?.value).toBeCloseTo(300, 9)
    // Up to 10:00 ten of them had passed.
    expect((await sliding('09:00'))?.value).toBeCloseTo(220, 9)
  })

  test('15 minutes across midnight belong to the new day, also when it is folded from the archive', async () => {
    const night = minutes('2025-06-30T12:00:00Z', '2025-07-01T12:00:00Z', burst('23:50', '23:59'))
    for (const restart of [false, true]) {
      await run(night, 'sliding', restart)
      const day = await sliding('00:00', '1d')
      // Nine minutes at 300 kW and six at 60.
      expect((await sliding('2025-06-30T00:00:00Z', '1d'))?.numerator).toBeCloseTo(9 * 5 + 6, 9)
      expect(day?.numerator).toBeCloseTo(9 * 5 + 6, 9)
      if (!restart) await bench.close()
    }
  })

  test('of a day it is the highest of its hours', async () => {
    await run(minutes('00:00', '2025-07-02T00:00:00Z', burst('13:53', '14:08')))
    expect(await sliding('00:00', '1d')).toMatchObject({ value: expect.closeTo(300, 9), coverage: 1 })
    const month = await bench.point({ kpi: 'peak_demand_15_sliding', window: '1mo', start: at('00:00') })
    expect(month?.numerator).toBeCloseTo(75, 9)
  })

  test('a late sample of the hour before changes the hour that its 15 minutes end in', async () => {
    const all = minutes('09:00', '12:00', burst('09:50', '10:05'))
    const late = all.filter(({ ts }) => at('09:46') <= ts && ts < at('09:58'))
    bench = await Bench.open([plantOf({ devices: [MAIN], energy: { demand_mode: 'sliding' } })])
    await bench.feed(
      all.filter((one) => !late.includes(one)),
      LATER,
    )
    // Bridged evenly, ten of the minutes count less.
    expect((await sliding())?.value).toBeLessThan(290)
    await bench.feed(
      late.map((one) => ({ ...one, receivedAt: LATER })),
      LATER,
    )
    expect((await sliding())?.value).toBeCloseTo(300, 9)
  })

  test('blocks with an interval over 20 minutes do not count', async () => {
    const all = minutes('09:00', '12:00', () => 1)
    await run(all.filter(({ ts }) => ts <= at('10:10') || ts >= at('10:35')))
    const point = await sliding()
    // Windows that end from 10:11 to 10:49 reach into the gap.
    expect(point).toMatchObject({ value: null, reason: 'low_coverage', coverage: expect.closeTo(21 / 60, 9) })
  })

  test('a meter that is read every five minutes does not know its minutes, and the figure says so', async () => {
    await run(register('m', 'elec_import_kwh', 60, { from: at('09:00'), to: at('12:00') }))
    const point = await sliding()
    expect(point?.value).toBeCloseTo(60, 9)
    expect(flagsOf(point?.flags ?? 0)).toEqual(['approx'])
  })

  test('a plant that does not ask for it has none', async () => {
    await run(
      minutes('09:00', '12:00', () => 1),
      null,
    )
    expect(await sliding()).toBeUndefined()
    expect((await block())?.value).toBeCloseTo(60, 9)
  })
})
