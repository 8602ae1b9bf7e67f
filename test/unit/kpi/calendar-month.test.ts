import { expect, test } from 'vitest'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** A month whose data begin within it: what lies before them is not known. */

const HOUR = 3_600_000
const START = '2026-04-01T00:00:00Z'

async function month(fromDay: number, kpi: string, toDay = 31): Promise<{ value: number | null; coverage: number }> {
  const fromMs = Date.parse(START) + fromDay * 24 * HOUR
  const metrics = { elec_import_kwh: { period_s: 3600 } }
  const bench = await Bench.open([plantOf({ devices: [{ id: 'm1', role: 'main', metrics }] })], fromMs)
  const hours = (toDay - fromDay) * 24
  await bench.commit(
    Array.from({ length: hours + 1 }, (_, i) => {
      return reading({ metric: 'elec_import_kwh', ts: fromMs + i * HOUR, value: 5 * i })
    }),
  )
  bench.tick(fromMs + hours * HOUR + 2 * HOUR)
  await bench.settle()
  await bench.cycle()
  const found = (await bench.point({ kpi, window: '1mo', start: START }))!
  await bench.close()
  return found
}

test('a month with data of its last two days covers these of its thirty, and has too little for a value', async () => {
  const found = await month(28, 'energy_elec_import')
  expect(found.coverage).toBeCloseTo(2 / 30, 9)
  expect(found).toMatchObject({ value: null, reason: 'low_coverage', numerator: 240 })
})

test('a month with data of its last 27 days has its value', async () => {
  expect(await month(3, 'energy_elec_import')).toMatchObject({ value: 27 * 120, coverage: 0.9 })
})

test('a month that goes on is covered up to now', async () => {
  const found = await month(5, 'energy_elec_import', 10)
  expect(found).toMatchObject({ value: null, provisional: true })
  expect(found.coverage).toBeCloseTo(0.5, 2)
})

test('its readings were due before the first one came, too', { tags: ['slow'] }, async () => {
  expect((await month(15, 'data_completeness')).value).toBeCloseTo(0.5, 2)
  expect((await month(0, 'data_completeness')).value).toBeCloseTo(1, 2)
})
