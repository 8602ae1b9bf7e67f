import { afterEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, ownGrid } from '../../../support/carbon.js'
import { Bench, reading } from '../../../support/engine.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A day of June in Shanghai. */
const DAY = at('2025-06-09T16:00Z')
const LONG_AFTER = DAY + 10 * DAY_MS

let bench: Bench
afterEach(() => bench.close())

/** An hourly register over three days that grows by so many kWh in each hour of the day. */
function register(device: string, metric: string, kwhOf: (hour: number) => number): Reading[] {
  const readings: Reading[] = []
  let value = 1000
  for (let ts = DAY - DAY_MS; ts <= DAY + 2 * DAY_MS; ts += HOUR_MS) {
    readings.push(reading({ device, metric, ts, value }))
    value += kwhOf(((ts - DAY + DAY_MS) % DAY_MS) / HOUR_MS)
  }
  return readings
}

/** Nothing at night, 6 kWh in the morning, 15 at noon, 4 in the afternoon. */
const byDay = (hour: number) => (hour < 6 || hour >= 18 ? 0 : hour < 10 ? 6 : hour < 14 ? 15 : 4)
const [MAIN, FARM] = [register('main-1', 'elec_import_kwh', () => 10), register('farm', 'elec_export_kwh', byDay)]
/** Part of 10 kWh an hour that the farm covers in a day: 4 · 6 + 4 · 10 + 4 · 4. */
const COVERED_KWH = 80

const contract = {
  id: 'ppa',
  kwh: 100_000,
  factor: 0,
  vintage: 2025,
  generation: { device: 'farm', metric: 'elec_export_kwh' },
}

function plant(options: Record<string, unknown> = {}): PlantOptions {
  const hourly = { period_s: 3600 }
  return carbonPlant({
    devices: [{ id: 'farm', metrics: { elec_export_kwh: hourly, elec_import_kwh: hourly, renew_onsite_kwh: hourly } }],
    factors: [ownGrid(0.5), ownGrid(0.5, { id: 'own.residual', activity: 'grid_electricity_residual' })],
    contracts: [contract],
    carbon: { matching: 'hourly' },
    ...options,
  })
}

async function run(readings: readonly Reading[], options = plant()): Promise<void> {
  bench = await Bench.open([options])
  await bench.feed(readings, LONG_AFTER)
}

const of = (kpi: string, window: '1h' | '1d', hour = 0) => bench.point({ kpi, window, start: DAY + hour * HOUR_MS })

describe('a contract whose generation is metered (KPI specification §2.3)', () => {
  test('covers of each hour what its meter counted then, and nothing at night', async () => {
    await run([...MAIN, ...FARM])
    for (const [hour, share] of [
      [2, 0],
      [7, 0.6],
      [12, 1],
      [15, 0.4],
      [20, 0],
    ] as const) {
      const point = await of('clean_energy_matched_hourly', '1h', hour)
      expect(point).toMatchObject({ value: expect.closeTo(share, 9), reason: '', provisional: false })
      expect((await of('scope2_covered_share', '1h', hour))?.value).toBeCloseTo(share, 9)
      expect((await of('renewable_share', '1h', hour))?.value).toBeCloseTo(share, 9)
      expect((await of('scope2_mb', '1h', hour))?.value).toBeCloseTo((1 - share) * 10 * 0.5, 9)
    }
    expect((await of('clean_energy_matched_hourly', '1d'))?.value).toBeCloseTo(COVERED_KWH / 240, 9)
    expect((await of('scope2_mb', '1d'))?.value).toBeCloseTo((240 - COVERED_KWH) * 0.5, 9)
  })

  test('looks at no meter where contracts are matched over their period', async () => {
    await run([...MAIN, ...FARM], plant({ carbon: {} }))
    const before = [await of('scope2_mb', '1h', 12), await of('scope2_covered_share', '1h', 12)]
    await bench.close()
    await run(MAIN, plant({ carbon: {} }))
    expect([await of('scope2_mb', '1h', 12), await of('scope2_covered_share', '1h', 12)]).toEqual(before)
    expect((await of('clean_energy_matched_annual', '1h', 12))?.value).toBe(1)
    expect(await of('clean_energy_matched_hourly', '1h', 12)).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('tells nothing of an hour that its meter says nothing of, and what is known of the day', async () => {
    await run([...MAIN, ...FARM.filter(({ ts }) => ts >= DAY + 3 * HOUR_MS)])
    for (const kpi of ['clean_energy_matched_hourly', 'scope2_covered_share', 'scope2_mb', 'renewable_share']) {
      expect(await of(kpi, '1h', 2)).toMatchObject({ value: null, reason: 'no_data' })
    }
    expect((await of('scope2_lb', '1h', 2))?.value).toBeCloseTo(5, 9)
    expect((await of('clean_energy_matched_hourly', '1h', 3))?.value).toBe(0)
    const day = await of('clean_energy_matched_hourly', '1d')
    expect(day?.value).toBeCloseTo(COVERED_KWH / 240, 9)
    expect(day?.coverage).toBeCloseTo((24 + 21) / 48, 9)
  })

  test('tells nothing of any hour while its meter has never sent', async () => {
    await run(MAIN)
    expect(await of('clean_energy_matched_hourly', '1h', 12)).toMatchObject({ value: null, reason: 'no_data' })
    expect(await of('scope2_mb', '1d')).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('asks no meter outside the days of the contract', async () => {
    await run(MAIN, plant({ contracts: [{ ...contract, valid_to: '2025-06-09' }] }))
    expect(await of('clean_energy_matched_hourly', '1h', 12)).toMatchObject({ value: 0, reason: '' })
    expect((await of('scope2_mb', '1d'))?.value).toBeCloseTo(120, 9)
  })

  test('comes to the same when a sample of its meter comes late, and after a start', async () => {
    const points = () => bench.points().then((all) => all.filter(({ provisional }) => !provisional))
    await run([...MAIN, ...FARM])
    const expected = new Map((await points()).map((point) => [keyOf(point), point.value]))
    await bench.close()
    const isLate = ({ ts }: Reading) => ts > DAY + 7 * HOUR_MS && ts < DAY + 13 * HOUR_MS
    bench = await Bench.open([plant()])
    await bench.feed([...MAIN, ...FARM.filter((one) => !isLate(one))], DAY + 4 * DAY_MS)
    // A mean of what it counted in six hours: 6, 6, 6, 15, 15 and 15 kWh.
    expect((await of('clean_energy_matched_hourly', '1h', 8))?.value).toBeCloseTo(1, 9)
    await bench.restart()
    await bench.feed(FARM.filter(isLate), LONG_AFTER)
    expect((await of('clean_energy_matched_hourly', '1h', 8))?.value).toBeCloseTo(0.6, 9)
    expect(new Map((await points()).map((point) => [keyOf(point), point.value]))).toEqual(expected)
  })

  test('its meter is no import and no generation of the plant', { tags: ['slow'] }, async () => {
    const others = [
      ...register('farm', 'elec_import_kwh', () => 3),
      ...register('farm', 'renew_onsite_kwh', () => 7),
      ...register('main-1', 'elec_export_kwh', () => 1),
      ...register('pv-1', 'renew_onsite_kwh', () => 2),
    ]
    await run([...MAIN, ...FARM, ...others])
    expect((await of('energy_elec_import', '1d'))?.value).toBeCloseTo(240, 9)
    expect((await of('energy_elec_consumed', '1d'))?.value).toBeCloseTo(240 + 48 - 24, 9)
    expect((await of('renewable_share', '1h', 2))?.value).toBeCloseTo(1 / 11, 9)
    await bench.close()
    const noMain = plant({ contracts: [{ ...contract, generation: { device: 'farm' } }], devices: [{ id: 'farm' }] })
    await run([...register('x', 'renew_onsite_kwh', () => 2), ...register('farm', 'renew_onsite_kwh', () => 7)], noMain)
    expect((await of('energy_elec_onsite', '1d'))?.value).toBeCloseTo(48, 9)
  })
})

function keyOf({
  stream,
  startMs,
}: {
  stream: { kpi: string; window: string; scope: string; id: string }
  startMs: number
}) {
  return `${stream.kpi} ${stream.window} ${stream.scope}/${stream.id} ${startMs}`
}
