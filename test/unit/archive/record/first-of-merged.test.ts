import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../../src/base/durations.js'
import type { Reading } from '../../../../src/base/reading.js'
import { plantOf, reading } from '../../../support/engine.js'
import { DAY_MS, Recorded } from './recorded.js'

const TS = Date.parse('2026-01-05T00:00:00Z')
let recorded: Recorded

beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

const firstsOf = () =>
  Object.fromEntries(
    recorded.bench.archive.series.all().map(({ metric, firstTs }) => [metric, (firstTs - TS) / HOUR_MS] as const),
  )

/** A meter that begins to feed in on the fifth day, and a machine that told of its orders before it told its state. */
function day(number: number): Reading[] {
  const all: Reading[] = []
  for (let ts = TS + number * DAY_MS; ts < TS + (number + 1) * DAY_MS; ts += 15 * MINUTE_MS) {
    all.push(reading({ metric: 'elec_import_kw', ts, value: 30 }))
    all.push(reading({ device: 'r', metric: 'order_active', ts, value: 1, class: 'robot' }))
    if (ts >= TS + 103 * HOUR_MS) all.push(reading({ metric: 'elec_export_kw', ts, value: 5 }))
    if (ts >= TS + 105 * HOUR_MS) all.push(reading({ device: 'r', metric: 'state', ts, value: 1, class: 'robot' }))
  }
  return all
}

test('the first reading of a series that is merged of several is its own, after retention and a start too', async () => {
  await recorded.bench.configure([plantOf({})], TS - DAY_MS)
  for (let number = 0; number < 5; number++) await recorded.bench.feed(day(number), TS + (number + 1) * DAY_MS)
  const before = firstsOf()
  expect(before).toMatchObject({ elec_export_kw: 103, state: 105, elec_import_kw: 0, order_active: 0 })
  await recorded.expire(TS + 5 * DAY_MS)
  await recorded.bench.restart()
  expect(firstsOf()).toEqual(before)
})

test('of days that a program let go of which knew no first readings, they are known from the first start on', async () => {
  const all: Reading[] = []
  for (let ts = TS; ts < TS + 6 * DAY_MS; ts += 15 * MINUTE_MS) {
    all.push(reading({ metric: 'elec_import_kwh', ts, value: (ts - TS) / MINUTE_MS }))
  }
  await recorded.bench.feed(all, TS + 6 * DAY_MS)
  await recorded.expire(TS + 6 * DAY_MS)
  await recorded.bench.database.transaction(async (connection) => {
    await connection.run('DELETE FROM first_reading')
  })
  await recorded.bench.restart()
  const first = firstsOf()
  // Known to the quarter of an hour by the states from which computations go on.
  expect(first.elec_import_kwh).toBeLessThan(1)
  await recorded.bench.restart()
  expect(firstsOf()).toEqual(first)
})
