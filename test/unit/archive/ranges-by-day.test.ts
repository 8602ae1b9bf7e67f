import { DuckDBInstance } from '@duckdb/node-api'
import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { Database } from '../../../src/archive/database.js'
import { RangesByDay } from '../../../src/archive/ranges-by-day.js'
import { DAY_MS } from '../../../src/base/durations.js'

const newRanges = () => new RangesByDay('reading r', 'r.ts', 'r.position')
const empty = { columns: async () => [] }

test('nothing is ruled out before the table was looked at, and all of an empty one', async () => {
  const ranges = newRanges()
  ranges.note([0], [5], 1)
  expect(ranges.condition(0, 1)).toBe('TRUE')
  await ranges.load(empty)
  expect(ranges.condition(0, 1)).toBe('r.position BETWEEN 5 AND 5')
  expect(ranges.condition(DAY_MS, 2 * DAY_MS)).toBe('FALSE')
})

test('days of the table and days that come are one range each, before 1970 too', async () => {
  const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
  try {
    await database.write((connection) =>
      connection.run(`INSERT INTO reading (series, ts, position) VALUES (0, -1, 7), (0, 0, 9), (0, ${DAY_MS - 1}, 8)`),
    )
    const ranges = newRanges()
    await ranges.load(database)
    expect(ranges.condition(-1, -1)).toBe('r.position BETWEEN 7 AND 7')
    expect(ranges.condition(0, 0)).toBe('r.position BETWEEN 8 AND 9')
    ranges.note([DAY_MS, 1], [12, 13], 2)
    expect(ranges.condition(0, DAY_MS - 1)).toBe('r.position BETWEEN 8 AND 13')
    expect(ranges.condition(-Infinity, Infinity)).toBe('r.position BETWEEN 7 AND 13')
  } finally {
    await database.close()
  }
})

const rows = fc.array(fc.tuple(fc.integer({ min: -3 * DAY_MS, max: 9 * DAY_MS }), fc.nat(1000)), { minLength: 1 })

property.prop([rows, fc.integer({ min: -4 * DAY_MS, max: 10 * DAY_MS }), fc.integer({ min: 0, max: 5 * DAY_MS })])(
  'no row with a time in the range lies outside of the condition',
  async (all, fromMs, lengthMs) => {
    const ranges = newRanges()
    await ranges.load(empty)
    ranges.note(
      all.map(([ts]) => ts),
      all.map(([, position]) => position),
      all.length,
    )
    const condition = ranges.condition(fromMs, fromMs + lengthMs)
    const [first, last] = (condition.match(/\d+/g) ?? [Infinity, -Infinity]).map(Number)
    const within = all.filter(([ts]) => ts >= fromMs && ts <= fromMs + lengthMs)
    expect(within.filter(([, position]) => position < first! || position > last!)).toEqual([])
  },
)
