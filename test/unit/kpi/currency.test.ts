import { expect, test } from 'vitest'
import { currencyOf, unitInCurrency } from '../../../src/kpi/settings/currency.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const tariff = (id: string, currency: string, from = '2020-01-01') => ({
  id,
  valid_from: from,
  currency,
  periods: [{ name: 'flat', price_per_kwh: 0.8, from: '00:00', to: '24:00' }],
})

test('cost is in the currency of the plant, not in "currency"', async () => {
  const plant = plantOf({ tariffs: [tariff('a', 'CNY')], devices: [{ id: 'm1', role: 'main' }] })
  const fromMs = Date.parse('2026-03-01T00:00:00Z')
  const bench = await Bench.open([plant], fromMs)
  await bench.commit(
    [0, 1, 2].map((i) => reading({ metric: 'elec_import_kwh', ts: fromMs + i * 900_000, value: i * 10 })),
  )
  bench.tick(fromMs + 10_000_000)
  await bench.settle()
  const costs = (await bench.points()).filter(({ stream }) => stream.kpi === 'energy_cost')
  await bench.close()
  expect(costs.length).toBeGreaterThan(0)
  expect(new Set(costs.map(({ stream }) => stream.unit))).toEqual(new Set(['CNY']))
})

test('a plant with tariffs of two currencies, or with none, has no one code', () => {
  expect(currencyOf(plantOf({ tariffs: [tariff('a', 'CNY'), tariff('b', 'EUR', '2026-01-01')] }))).toBeNull()
  expect(currencyOf(plantOf({}))).toBeNull()
  expect(unitInCurrency('currency', plantOf({}))).toBe('currency')
  expect(unitInCurrency('kWh', plantOf({ tariffs: [tariff('a', 'CNY')] }))).toBe('kWh')
})
