import { afterEach, describe, expect, test } from 'vitest'
import type { Window } from '../../../src/base/kpi.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { evenly } from '../../support/registers.js'

const at = (time: string) => Date.parse(time)
const MAIN = { id: 'grid', role: 'main' }

let bench: Bench
afterEach(() => bench.close())

async function run(options: Record<string, unknown>, ...readings: readonly Reading[][]): Promise<void> {
  bench = await Bench.open([plantOf({ devices: [MAIN], ...options })])
  const all = readings.flat().sort((a, b) => a.ts - b.ts)
  await bench.feed(all, all.at(-1)!.ts + 40 * 86_400_000)
}

const point = (kpi: string, window: Window, start: string) => bench.point({ kpi, window, start })

const TWO_PRICES = {
  id: 't1',
  valid_from: '2020-01-01',
  currency: 'EUR',
  periods: [
    { name: 'valley', price_per_kwh: 0.1, from: '00:00', to: '06:00' },
    { name: 'peak', price_per_kwh: 0.3, from: '06:00', to: '24:00' },
  ],
}

describe('the cost of electricity', () => {
  const zone = { timezone: 'Asia/Shanghai' }

  test('each quarter costs its energy at the price of its local start', async () => {
    // 05:30 to 06:30 in Shanghai: two quarters at 0.10, two at 0.30, 1 kWh each.
    await run(
      { ...zone, tariffs: [TWO_PRICES] },
      evenly('grid', 'elec_import_kwh', [at('2025-06-30T21:00Z'), at('2025-07-01T00:00Z')], 4),
    )
    expect((await point('energy_cost', '15m', '2025-06-30T21:45Z'))?.value).toBeCloseTo(0.1, 9)
    expect((await point('energy_cost', '15m', '2025-06-30T22:00Z'))?.value).toBeCloseTo(0.3, 9)
    expect(await point('energy_cost', '1h', '2025-06-30T22:00Z')).toMatchObject({
      value: expect.closeTo(1.2, 9),
      factors: ['tariff.t1'],
      stream: { unit: 'EUR' },
    })
  })

  test('a day is the sum of its hours, a month that of its days; kWh by period and the peak share come with it', async () => {
    const day = [at('2025-06-30T16:00Z'), at('2025-07-01T16:00Z')] as const
    await run({ ...zone, tariffs: [TWO_PRICES] }, evenly('grid', 'elec_import_kwh', day, 4, 15))
    const start = '2025-06-30T16:00Z'
    const hours = (await bench.points()).filter(
      ({ stream, startMs }) =>
        stream.kpi === 'energy_cost' && stream.scope === 'plant' && stream.window === '1h' && startMs < day[1],
    )
    expect(hours).toHaveLength(24)
    // 24 kWh · 0.10 + 72 kWh · 0.30.
    expect(hours.reduce((sum, hour) => sum + hour.numerator, 0)).toBeCloseTo(24, 9)
    expect((await point('energy_cost', '1d', start))?.value).toBeCloseTo(24, 9)
    expect((await point('energy_cost', '1mo', start))?.numerator).toBeCloseTo(24, 9)
    expect((await point('energy_import_valley', '1d', start))?.value).toBeCloseTo(24, 9)
    expect((await point('energy_import_peak', '1d', start))?.value).toBeCloseTo(72, 9)
    expect((await point('energy_cost_peak_share', '1d', start))?.value).toBeCloseTo(21.6 / 24, 9)
    expect((await point('energy_cost_valley', '1d', start))?.value).toBeCloseTo(2.4, 9)
    expect((await point('energy_cost_peak', '1d', start))?.value).toBeCloseTo(21.6, 9)
    expect(await point('energy_import_sharp', '1d', start)).toBeUndefined()
    expect(await point('energy_cost_sharp', '1d', start)).toBeUndefined()
  })

  test('weekdays and months choose the price, by the local day', async () => {
    const weekday = { name: 'peak', price_per_kwh: 1, days: ['mon', 'tue', 'wed', 'thu', 'fri'] }
    const weekend = { name: 'flat', price_per_kwh: 0.5, days: ['sat', 'sun'] }
    const july = [7]
    const rest = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    const all = { from: '00:00', to: '24:00' }
    const periods = [
      { ...weekday, ...all, months: rest },
      { ...weekday, ...all, months: july, price_per_kwh: 2 },
      { ...weekend, ...all },
    ]
    // Sunday 29 June 23:00 to Tuesday 1 July 01:00 in Shanghai.
    const reach = [at('2025-06-29T15:00Z'), at('2025-06-30T17:00Z')] as const
    await run({ ...zone, tariffs: [{ ...TWO_PRICES, periods }] }, evenly('grid', 'elec_import_kwh', reach, 4, 15))
    expect((await point('energy_cost', '1h', '2025-06-29T15:00Z'))?.value).toBeCloseTo(2, 9)
    expect((await point('energy_cost', '1h', '2025-06-29T16:00Z'))?.value).toBeCloseTo(4, 9)
    expect((await point('energy_cost', '1h', '2025-06-30T16:00Z'))?.value).toBeCloseTo(8, 9)
  })

  test('a new tariff holds from the first quarter of its first day on', async () => {
    const flat = (id: string, price: number, dates: object) => ({
      ...TWO_PRICES,
      id,
      ...dates,
      periods: [{ name: 'flat', price_per_kwh: price, from: '00:00', to: '24:00' }],
    })
    const old = flat('old', 0.5, { valid_from: '2025-01-01', valid_to: '2025-06-30' })
    const now = flat('new', 1, { valid_from: '2025-07-01' })
    const reach = [at('2025-06-30T15:00Z'), at('2025-06-30T17:00Z')] as const
    await run({ ...zone, tariffs: [old, now] }, evenly('grid', 'elec_import_kwh', reach, 4))
    expect(await point('energy_cost', '1h', '2025-06-30T15:00Z')).toMatchObject({ factors: ['tariff.old'] })
    expect((await point('energy_cost', '1h', '2025-06-30T15:00Z'))?.value).toBeCloseTo(2, 9)
    expect((await point('energy_cost', '1h', '2025-06-30T16:00Z'))?.value).toBeCloseTo(4, 9)
  })

  test('without a price there is no cost: bad_config, with what is known', async () => {
    const morning = [{ name: 'peak', price_per_kwh: 1, from: '08:00', to: '12:00' }]
    const reach = [at('2025-07-01T03:00Z'), at('2025-07-01T05:00Z')] as const
    await run({ ...zone, tariffs: [{ ...TWO_PRICES, periods: morning }] }, evenly('grid', 'elec_import_kwh', reach, 4))
    expect((await point('energy_cost', '1h', '2025-07-01T03:00Z'))?.value).toBeCloseTo(4, 9)
    expect(await point('energy_cost', '1h', '2025-07-01T04:00Z')).toMatchObject({
      value: null,
      reason: 'bad_config',
      coverage: 1,
    })
  })

  test('money of two currencies is never added up', async () => {
    const one = { ...TWO_PRICES, id: 'a', valid_to: '2025-07-01' }
    const other = { ...TWO_PRICES, id: 'b', valid_from: '2025-07-02', currency: 'CNY' }
    const reach = [at('2025-06-30T16:00Z'), at('2025-07-02T16:00Z')] as const
    await run({ ...zone, tariffs: [one, other] }, evenly('grid', 'elec_import_kwh', reach, 4, 15))
    expect((await point('energy_cost', '1d', '2025-07-01T16:00Z'))?.value).toBeCloseTo(24, 9)
    expect(await point('energy_cost', '1mo', '2025-06-30T16:00Z')).toMatchObject({
      value: null,
      factors: ['tariff.a', 'tariff.b'],
    })
  })

  test('what is fed in earns its own price and is never taken off the cost', async () => {
    const reach = [at('2025-07-01T03:00Z'), at('2025-07-01T05:00Z')] as const
    await run(
      { ...zone, tariffs: [{ ...TWO_PRICES, export_price_per_kwh: 0.4 }] },
      evenly('grid', 'elec_import_kwh', reach, 4),
      evenly('grid', 'elec_export_kwh', reach, 50),
    )
    expect((await point('energy_export_revenue', '1h', '2025-07-01T03:00Z'))?.value).toBeCloseTo(20, 9)
    expect((await point('energy_cost', '1h', '2025-07-01T03:00Z'))?.value).toBeCloseTo(1.2, 9)
  })

  test('a plant without a tariff has no figure of cost', async () => {
    await run(zone, evenly('grid', 'elec_import_kwh', [at('2025-07-01T03:00Z'), at('2025-07-01T05:00Z')], 4))
    expect(await point('energy_cost', '1h', '2025-07-01T03:00Z')).toBeUndefined()
  })
})

describe('on the days on which clocks change, a quarter belongs to the period of its local start', () => {
  test.each([
    // 4 kWh an hour; from 06:00 there are 18 hours, before it 5, 6 or 7.
    ['Europe/Berlin', 'has 23 hours', '2024-03-30T23:00Z', 23, 4 * 5 * 0.1 + 72 * 0.3],
    ['Europe/Berlin', 'has 25 hours', '2024-10-26T22:00Z', 25, 4 * 7 * 0.1 + 72 * 0.3],
    ['Europe/Berlin', 'has 24 hours', '2024-10-25T22:00Z', 24, 4 * 6 * 0.1 + 72 * 0.3],
    ['America/New_York', 'has 23 hours', '2024-03-10T05:00Z', 23, 4 * 5 * 0.1 + 72 * 0.3],
    ['America/New_York', 'has 25 hours', '2024-11-03T04:00Z', 25, 4 * 7 * 0.1 + 72 * 0.3],
  ])('%s, a day that %s', async (timezone, _, start, hours, cost) => {
    const reach = [at(start), at(start) + hours * 3_600_000] as const
    await run({ timezone, tariffs: [TWO_PRICES] }, evenly('grid', 'elec_import_kwh', reach, 4, 15))
    expect((await point('energy_import_peak', '1d', start))?.value).toBeCloseTo(72, 9)
    expect((await point('energy_cost', '1d', start))?.value).toBeCloseTo(cost, 9)
  })

  test('both times that the wall shows 02:30 have the price of 02:30', async () => {
    const periods = [
      { name: 'valley', price_per_kwh: 1, from: '02:00', to: '03:00' },
      { name: 'flat', price_per_kwh: 3, from: '03:00', to: '02:00' },
    ]
    const reach = [at('2024-10-26T22:00Z'), at('2024-10-27T04:00Z')] as const
    await run(
      { timezone: 'Europe/Berlin', tariffs: [{ ...TWO_PRICES, periods }] },
      evenly('grid', 'elec_import_kwh', reach, 4, 15),
    )
    const prices = ['2024-10-26T23:45Z', '2024-10-27T00:30Z', '2024-10-27T01:30Z', '2024-10-27T02:00Z']
    const costs = await Promise.all(prices.map(async (start) => (await point('energy_cost', '15m', start))?.value))
    expect(costs).toEqual([3, 1, 1, 3].map((price) => expect.closeTo(price, 9)))
  })
})

describe('demand', () => {
  const steps = (...values: readonly (readonly [time: string, kwh: number])[]) =>
    values.map(([time, value]) => reading({ device: 'grid', metric: 'elec_import_kwh', ts: at(time), value }))

  test('O9: 150 kWh in half an hour are 300 kW (utility guide)', async () => {
    const flat = steps(['2025-07-01T08:45Z', 150], ['2025-07-01T09:00Z', 150])
    await run({}, steps(['2025-07-01T08:00Z', 0], ['2025-07-01T08:15Z', 75], ['2025-07-01T08:30Z', 150]), flat)
    expect(await point('peak_demand_15', '1h', '2025-07-01T08:00Z')).toMatchObject({
      value: 300,
      numerator: 75,
      denominator: 0.25,
    })
  })

  test('a month costs its highest quarter, at the price of its tariff', { tags: ['slow'] }, async () => {
    const high = steps(['2025-07-01T08:00Z', 840], ['2025-07-01T08:15Z', 915], ['2025-07-01T08:30Z', 990])
    const later = evenly('grid', 'elec_import_kwh', [at('2025-07-01T08:45Z'), at('2025-07-31T23:45Z')], 40, 15)
    const tariff = { ...TWO_PRICES, demand_price_per_kw_month: 40 }
    await run({ tariffs: [tariff] }, high, later)
    expect(await point('demand_cost', '1mo', '2025-07-01T00:00Z')).toMatchObject({
      value: 12_000,
      factors: ['tariff.t1'],
    })
    expect(await point('demand_cost', '1d', '2025-07-01T00:00Z')).toBeUndefined()
  })

  test('late data correct the highest quarter of the month', { tags: ['slow'] }, async () => {
    const tariff = { ...TWO_PRICES, demand_price_per_kw_month: 40 }
    const all = evenly('grid', 'elec_import_kwh', [at('2025-07-01T00:00Z'), at('2025-08-01T00:00Z')], 40, 15)
    bench = await Bench.open([plantOf({ devices: [MAIN], tariffs: [tariff] })])
    await bench.feed(all, at('2025-09-01T00:00Z'))
    expect((await point('demand_cost', '1mo', '2025-07-01T00:00Z'))?.value).toBeCloseTo(40 * 40, 6)
    // 5 kWh of the quarter before come in the next one: 15 and 5 instead of 10 and 10.
    const { ts, value } = all[1000]!
    await bench.feed([{ ...all[1000]!, seq: 1, value: (value as number) + 5 }], ts + 40 * 86_400_000)
    expect((await point('demand_cost', '1mo', '2025-07-01T00:00Z'))?.value).toBeCloseTo(60 * 40, 6)
  })

  test('a tariff without a demand price leaves the cost unknown', { tags: ['slow'] }, async () => {
    const now = { ...TWO_PRICES, valid_to: '2025-07-31' }
    const next = { ...TWO_PRICES, id: 't2', valid_from: '2025-08-01', demand_price_per_kw_month: 40 }
    const reach = [at('2025-07-01T00:00Z'), at('2025-07-31T23:45Z')] as const
    await run({ tariffs: [now, next] }, evenly('grid', 'elec_import_kwh', reach, 40, 15))
    expect(await point('demand_cost', '1mo', '2025-07-01T00:00Z')).toMatchObject({ value: null, reason: 'bad_config' })
  })
})
