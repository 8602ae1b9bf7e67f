import { afterEach, beforeEach, expect, test } from 'vitest'
import { archiveOptions, type Retention, retentionOf } from '../../../../src/archive/options.js'
import { letGo, nextExpiry } from '../../../../src/archive/record/retention.js'
import { utcDayOf } from '../../../../src/base/utc-day.js'
import { reading } from '../../../support/engine.js'
import { DAY_MS, Recorded } from './recorded.js'

const TS = Date.parse('2026-01-05T10:00:00Z')
const TODAY = utcDayOf(TS)
const THREE_DAYS: Retention = { ageMs: 3 * DAY_MS, bytes: null }
const kwh = (ts: number, value: number, plant = 'p') => reading({ metric: 'elec_import_kwh', ts, value, plant })

let recorded: Recorded
beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

/** Lets go of everything that is due; the number of days that went. */
async function expire(retention: Retention, nowMs: number): Promise<number> {
  const { record, bench } = recorded
  for (let days = 0; ; days++) {
    const due = nextExpiry(record.manifest, retention, nowMs)
    if (due === null) return days
    await record.expire(await letGo(bench.database, due, record.position))
  }
}

const readingDays = () => recorded.names().filter((name) => name.startsWith('reading/'))

test.each([
  ['none', { ageMs: null, bytes: null }],
  ['400d', { ageMs: 400 * DAY_MS, bytes: null }],
  [{ days: 2 }, { ageMs: 2 * DAY_MS, bytes: null }],
  [{ bytes: '1GiB' }, { ageMs: null, bytes: 2 ** 30 }],
  [
    { days: 2, bytes: 1000 },
    { ageMs: 2 * DAY_MS, bytes: 1000 },
  ],
])('archive.retention: %j', (retention, means) => {
  expect(retentionOf(archiveOptions.parse({ retention }))).toEqual(means)
})

test.each(['400', '0d', 'forever', { days: 0 }, { age: '1d' }])('archive.retention: %j is refused', (retention) => {
  expect(archiveOptions.safeParse({ retention }).success).toBe(false)
})

test('a day goes, files and rows, when its last instant is older than what is kept; the counts stay', async () => {
  await recorded.bench.commit([kwh(TS, 1), kwh(TS + DAY_MS, 2), kwh(TS, 1, 'q')])
  await recorded.bench.commit([kwh(TS, 5)])
  await recorded.cut()
  await recorded.compact(TODAY + 5)
  const endOfDay = (TODAY + 1) * DAY_MS
  expect(await expire(THREE_DAYS, endOfDay + 3 * DAY_MS - 1)).toBe(0)
  expect(await expire(THREE_DAYS, endOfDay + 3 * DAY_MS)).toBe(2)
  expect(readingDays()).toEqual(['reading/plant=p/day=2026-01-06/gen-1.parquet'])
  expect(await recorded.rows()).toMatchObject({ reading: [expect.any(String)], conflict: [] })
  expect(await recorded.bench.archive.readingCount()).toBe(3)

  const rows = await recorded.rows()
  await recorded.reopen()
  await recorded.rebuild()
  const { series: _, ...kept } = rows
  expect(await recorded.rows()).toMatchObject(kept)
  expect(await recorded.bench.archive.readingCount()).toBe(3)
})

test('a kill between the database and the manifest is made good by the next look', async () => {
  await recorded.bench.commit([kwh(TS, 1), kwh(TS + 5 * DAY_MS, 2)])
  await recorded.cut()
  await recorded.compact(TODAY + 6)
  const { record, bench } = recorded
  const due = nextExpiry(record.manifest, THREE_DAYS, TS + 5 * DAY_MS)!
  await letGo(bench.database, due, record.position)
  await recorded.reopen()
  expect(await expire(THREE_DAYS, TS + 5 * DAY_MS)).toBe(1)
  expect(await bench.archive.readingCount()).toBe(2)
  expect(readingDays()).toHaveLength(1)
})

test('with a limit in bytes the oldest days of all plants go first, and no more than needed', async () => {
  await recorded.bench.commit([0, 1, 2].flatMap((day) => [kwh(TS + day * DAY_MS, day), kwh(TS + day * DAY_MS, 1, 'q')]))
  await recorded.cut()
  await recorded.compact(TODAY + 5)
  const sizes = recorded.record.manifest.days.filter(({ kind }) => kind === 'reading').map((file) => file.bytes)
  const all = sizes.reduce((sum, bytes) => sum + bytes, 0)
  expect(await expire({ ageMs: null, bytes: all }, TS)).toBe(0)
  expect(await expire({ ageMs: null, bytes: all - 1 }, TS)).toBe(1)
  expect(await expire({ ageMs: null, bytes: Math.ceil(all / 2) }, TS)).toBeGreaterThan(0)
  expect(readingDays().every((name) => !name.includes('day=2026-01-05'))).toBe(true)
})

test('a day of which a delta still holds a part, and what no delta holds yet, stays', async () => {
  await recorded.bench.commit([kwh(TS, 1)])
  await recorded.cut()
  await recorded.compact(TODAY + 5)
  await recorded.bench.commit([kwh(TS + 1, 2)])
  await recorded.cut()
  const late = TS + 30 * DAY_MS
  expect(await expire(THREE_DAYS, late)).toBe(0)
  await recorded.compact(TODAY + 5)
  await recorded.bench.commit([kwh(TS + 2, 3)])
  expect(await expire(THREE_DAYS, late)).toBe(1)
  expect((await recorded.rows()).reading).toHaveLength(1)
  expect(await recorded.bench.archive.readingCount()).toBe(3)
})
