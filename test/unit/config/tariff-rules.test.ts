import { expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (...tariffs: readonly string[]) =>
  `plants: [ { id: p, name: {}, timezone: UTC, tariffs: [ ${tariffs.join(', ')} ] } ]`
const tariff = (periods: string, more = 'valid_from: 2026-01-01') =>
  `{ id: a, currency: CNY, ${more}, periods: [ ${periods} ] }`
const valley = '{ name: valley, price_per_kwh: 0.3, from: "00:00", to: "08:00" }'
const peak = '{ name: peak, price_per_kwh: 1.2, from: "08:00", to: "24:00" }'

test('periods that meet are right', () => {
  expect(accepted({ yaml: plant(tariff(`${valley}, ${peak}`)) }).warnings).toEqual([])
})

test('a price that changes off the quarters is refused: no meter could tell', () => {
  const yaml = plant(tariff(`${valley}, { name: peak, price_per_kwh: 1, from: "08:10", to: "24:00" }`))
  expect(refused({ yaml })).toMatchObject([
    { path: 'plants[0].tariffs[0].periods[1].from', remedy: expect.stringContaining('quarter of an hour') },
  ])
})

test('two prices at one time are refused, with the first such time', () => {
  const early = '{ name: peak, price_per_kwh: 1, from: "07:45", to: "24:00", months: [7, 8], days: [sat] }'
  expect(refused({ yaml: plant(tariff(`${valley}, ${early}`)) })).toMatchObject([
    {
      path: 'plants[0].tariffs[0].periods[1].from',
      problem: 'overlaps plants[0].tariffs[0].periods[0] on sat at 07:45 in month 7',
    },
  ])
})

test('a period over midnight holds on both ends of each of its days', () => {
  const night = '{ name: valley, price_per_kwh: 0.3, from: "22:00", to: "06:00" }'
  const day = '{ name: flat, price_per_kwh: 0.6, from: "06:00", to: "22:00" }'
  expect(accepted({ yaml: plant(tariff(`${night}, ${day}`)) }).warnings).toEqual([])
  expect(refused({ yaml: plant(tariff(`${night}, ${valley}`)) })).toHaveLength(1)
})

test('a time without a price is a warning', () => {
  expect(accepted({ yaml: plant(tariff(valley)) }).warnings).toMatchObject([
    { path: 'plants[0].tariffs[0].periods', problem: 'has no price on mon at 08:00 in month 1' },
  ])
})

test('of two tariffs one holds at a time', () => {
  const one = tariff(`${valley}, ${peak}`)
  const next = tariff(`${valley}, ${peak}`, 'valid_from: 2026-07-01')
  expect(refused({ yaml: plant(one, next) })).toMatchObject([
    { path: 'plants[0].tariffs[1].valid_from', problem: 'holds at the same time as plants[0].tariffs[0]' },
  ])
  const ended = tariff(`${valley}, ${peak}`, 'valid_from: 2026-01-01, valid_to: 2026-06-30')
  expect(accepted({ yaml: plant(ended, next) }).warnings).toEqual([])
})
