import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { PlantOptions } from '../../../src/base/plant.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
const LONG_AFTER = at('2025-08-01T00:00:00Z')

/** A register that rises evenly, a sample every five minutes from `from` to `to`, both included. */
function meter(
  device: string,
  metric: string,
  [from, to]: readonly [string, string],
  perHour: number,
  everyMin = 5,
): Reading[] {
  const count = (at(to) - at(from)) / (everyMin * 60_000)
  return Array.from({ length: count + 1 }, (_, i) =>
    reading({ device, metric, ts: at(from) + i * everyMin * 60_000, value: 1000 + (i * everyMin * perHour) / 60 }),
  )
}

let bench: Bench
afterEach(() => bench.close())

async function run(readings: readonly Reading[], plants: readonly PlantOptions[] = []): Promise<void> {
  bench = await Bench.open(plants)
  await bench.feed(
    [...readings].sort((a, b) => a.ts - b.ts),
    LONG_AFTER,
  )
}

const energyAt10 = { kpi: 'energy_elec_import', window: '1h', start: at('10:00') } as const
const MORNING = ['09:00', '12:00'] as const

describe('who is a member (KPI specification §1.5)', () => {
  const roles = (...devices: [string, string][]) => [plantOf({ devices: devices.map(([id, role]) => ({ id, role })) })]
  const two = [...meter('a', 'elec_import_kwh', MORNING, 60), ...meter('b', 'elec_import_kwh', MORNING, 6)]

  test('grid energy is that of the main meters where there is one', async () => {
    await run(two, roles(['a', 'main']))
    expect((await bench.point(energyAt10))?.value).toBeCloseTo(60, 9)
  })

  test('without one it is that of every unconfigured sender', async () => {
    await run(two)
    expect((await bench.point(energyAt10))?.value).toBeCloseTo(66, 9)
  })

  test('a submeter is never added to the plant', async () => {
    await run(two, roles(['b', 'sub']))
    expect((await bench.point(energyAt10))?.value).toBeCloseTo(60, 9)
  })

  test('generation counts from every sender but submeters', async () => {
    await run([...two, ...meter('pv', 'renew_onsite_kwh', MORNING, 12)], roles(['a', 'main']))
    expect((await bench.point({ ...energyAt10, kpi: 'energy_elec_consumed' }))?.value).toBeCloseTo(72, 9)
  })

  test('an unconfigured sender is missed for 24 hours, then it is no member any more', async () => {
    const gone = meter('b', 'elec_import_kwh', ['09:00', '10:00'], 6)
    await run([...meter('a', 'elec_import_kwh', ['09:00', '2025-07-02T14:00:00Z'], 60), ...gone])
    expect((await bench.point(energyAt10))?.coverage).toBe(0.5)
    expect((await bench.point({ ...energyAt10, start: '2025-07-02T09:00:00Z' }))?.coverage).toBe(0.5)
    expect((await bench.point({ ...energyAt10, start: '2025-07-02T12:00:00Z' }))?.coverage).toBe(1)
  })

  test('a configured one that is silent lowers coverage from its effective_from on, however long', async () => {
    const metrics = { elec_import_kwh: {} }
    const silent = { id: 'b', role: 'main', effective_from: '2025-07-01T10:30:00Z', metrics }
    await run(meter('a', 'elec_import_kwh', MORNING, 60), [plantOf({ devices: [{ id: 'a', role: 'main' }, silent] })])
    expect((await bench.point({ ...energyAt10, start: at('09:00') }))?.coverage).toBe(1)
    expect((await bench.point(energyAt10))?.coverage).toBeCloseTo(60 / 90, 12)
    expect((await bench.point({ ...energyAt10, start: at('11:00') }))?.coverage).toBe(0.5)
  })

  test('the journal says from when on, where effective_from does not', async () => {
    bench = await Bench.open(
      [plantOf({ devices: ['a', 'b'].map((id) => ({ id, role: 'main', metrics: { elec_import_kwh: {} } })) })],
      at('10:30'),
    )
    await bench.feed(meter('a', 'elec_import_kwh', MORNING, 60), LONG_AFTER)
    expect((await bench.point(energyAt10))?.coverage).toBeCloseTo(60 / 90, 12)
  })

  test('kW stand in for a register that is not there, and say so', async () => {
    await run(meter('a', 'elec_import_kw', MORNING, 0).map((one) => ({ ...one, value: 30 })))
    const point = await bench.point(energyAt10)
    expect(point?.value).toBeCloseTo(30, 9)
    expect(flagsOf(point?.flags ?? 0)).toEqual(['approx'])
  })

  test('they count up to the first sample of the register, and no longer', async () => {
    const kw = meter('a', 'elec_import_kw', MORNING, 0).map((one) => ({ ...one, value: 30 }))
    await run([...kw, ...meter('a', 'elec_import_kwh', ['11:00', '12:00'], 60)])
    expect((await bench.point(energyAt10))?.value).toBeCloseTo(30, 9)
    expect((await bench.point({ ...energyAt10, start: at('11:00') }))?.value).toBeCloseTo(60, 9)
  })

  test('a device without an import register has the energy of its submeter', async () => {
    await run(meter('r1', 'elec_submeter_kwh', MORNING, 18))
    expect((await bench.point({ ...energyAt10, scope: 'device', id: 'r1' }))?.value).toBeCloseTo(18, 9)
    expect(await bench.point(energyAt10)).toBeUndefined()
  })
})

describe('a figure has its basis, or a reason (KPI specification §0)', () => {
  test('45 of 60 minutes are enough for a value, 44 are not', async () => {
    await run(meter('a', 'elec_import_kwh', ['09:00', '10:45'], 60))
    expect(await bench.point(energyAt10)).toMatchObject({ reason: '', coverage: 0.75, denominator: 1 })
    await bench.close()
    await run(meter('a', 'elec_import_kwh', ['09:00', '10:44'], 60, 1))
    const point = await bench.point(energyAt10)
    expect(point).toMatchObject({ value: null, reason: 'low_coverage', denominator: 1 })
    expect(point?.numerator).toBeCloseTo(44, 9)
  })

  test('inside a silence of less than a day there is no_data, with numerator and coverage 0', async () => {
    const [before, after] = [
      ['09:00', '10:00'],
      ['13:00', '14:00'],
    ] as const
    const level = [...meter('a', 'elec_import_kw', before, 0), ...meter('a', 'elec_import_kw', after, 0)]
    await run(level)
    const point = await bench.point({ ...energyAt10, start: at('11:00') })
    expect(point).toMatchObject({ value: null, reason: 'no_data', numerator: 0, denominator: 1, coverage: 0 })
  })

  test('O25, cal75.calculator.city: 1000 kWh and 500 kvarh are 1118.03 kVAh, a power factor of .894, an angle of 26.57°', async () => {
    const pair = [...meter('a', 'elec_import_kwh', MORNING, 1000), ...meter('a', 'elec_reactive_kvarh', MORNING, 500)]
    await run(pair)
    const point = await bench.point({ ...energyAt10, kpi: 'power_factor' })
    expect(point?.value).toBeCloseTo(0.894, 3)
    expect(point?.denominator).toBeCloseTo(1118.03, 2)
    expect((Math.acos(point!.value!) * 180) / Math.PI).toBeCloseTo(26.57, 2)
  })

  test('with nothing flowing it has no denominator', async () => {
    await run([...meter('a', 'elec_import_kwh', MORNING, 0), ...meter('a', 'elec_reactive_kvarh', MORNING, 0)])
    expect(await bench.point({ ...energyAt10, kpi: 'power_factor' })).toMatchObject({
      value: null,
      reason: 'no_denominator',
      numerator: 0,
      denominator: 0,
      coverage: 1,
    })
  })

  test('before the first sample of the reactive register there is none, rather than a perfect one', async () => {
    const late = meter('a', 'elec_reactive_kvarh', ['11:00', '12:00'], 500)
    await run([...meter('a', 'elec_import_kwh', MORNING, 1000), ...late])
    expect(await bench.point({ ...energyAt10, kpi: 'power_factor' })).toBeUndefined()
    expect((await bench.point({ ...energyAt10, kpi: 'power_factor', start: at('11:00') }))?.value).toBeCloseTo(0.894, 3)
  })

  test('a reactive register that is silent for half an hour makes it unknown, not better', async () => {
    const short = meter('a', 'elec_reactive_kvarh', ['09:00', '10:30'], 500)
    await run([...meter('a', 'elec_import_kwh', MORNING, 1000), ...short])
    expect(await bench.point({ ...energyAt10, kpi: 'power_factor' })).toMatchObject({
      value: null,
      reason: 'low_coverage',
      coverage: expect.closeTo(0.5, 9),
    })
  })

  test('the highest quarter is the demand; one with an interval over 20 minutes does not count', async () => {
    const samples = [
      ['09:00', 0],
      ['09:15', 10],
      ['09:30', 30],
      ['09:45', 35],
      ['10:00', 40],
      ['10:25', 1000],
    ] as const
    const readings = samples.map(([time, value]) => reading({ metric: 'elec_import_kwh', ts: at(time), value }))
    await run(readings)
    const peak = { kpi: 'peak_demand_15', window: '1h' } as const
    expect(await bench.point({ ...peak, start: at('09:00') })).toMatchObject({
      value: 80,
      numerator: 20,
      denominator: 0.25,
    })
    expect(await bench.point({ ...peak, start: at('10:00') })).toMatchObject({
      value: null,
      reason: 'no_data',
      numerator: 0,
    })
  })

  test('completeness does not count more samples than were due', async () => {
    const often = meter('a', 'elec_import_kwh', ['09:00', '10:59'], 60, 1)
    await run([...often, ...meter('b', 'elec_import_kwh', ['09:00', '10:50'], 60, 10)])
    const point = await bench.point({ kpi: 'data_completeness', window: '1h', start: at('10:00') })
    expect(point).toMatchObject({ numerator: 12 + 6, denominator: 24, value: 0.75 })
  })
})

describe('which windows are published (KPI specification §1.5)', () => {
  const count = async (window: string) =>
    (await bench.points()).filter((p) => p.stream.kpi === 'energy_elec_import' && p.stream.window === window).length / 3

  test('no minutes for a meter that is due every five', async () => {
    await run(meter('a', 'elec_import_kwh', ['09:00', '10:00'], 60))
    expect(await count('1m')).toBe(0)
    expect(await count('15m')).toBe(5)
  })

  test('a quarter without a sample inside is not published, though the register bridges it', async () => {
    await run(meter('a', 'elec_import_kwh', ['09:00', '10:00'], 60, 30))
    expect(await count('15m')).toBe(3)
    expect(await count('1h')).toBe(2)
  })

  test('an hour inside a silence of more than 24 hours is not', async () => {
    const week = '2025-07-08T09:00:00Z'
    await run([
      ...meter('a', 'elec_import_kw', ['09:00', '09:30'], 0),
      ...meter('a', 'elec_import_kw', [week, week], 0),
    ])
    expect(await count('1h')).toBe(2)
  })
})
