// @module-tag slow

/** Proves that what only the database knows of days that were let go of is in files, and comes back from them. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { missingFigures } from '../../../../src/archive/record/figures.js'
import { isLeftOver } from '../../../../src/archive/record/left-over.js'
import { letGo, nextExpiry } from '../../../../src/archive/record/retention.js'
import type { AlarmAction } from '../../../../src/base/alarm.js'
import type { Reading } from '../../../../src/base/reading.js'
import { utcDayOf } from '../../../../src/base/utc-day.js'
import { readAlarmChanges, type StoredAlarmChange } from '../../../../src/kpi/alarms/table.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'
import { DAY_MS, Recorded } from './recorded.js'

const TS = Date.parse('2026-01-05T00:00:00Z')
const MINUTE_MS = 60_000

let recorded: Recorded
beforeEach(async () => {
  recorded = await Recorded.begin()
})
afterEach(() => recorded.end())

/** 60 kWh an hour, at night 30: a sample every five minutes. */
function meter(fromMs: number, toMs: number, device = 'm1'): Reading[] {
  const readings: Reading[] = []
  let value = 0
  for (let ts = TS; ts < toMs; ts += 5 * MINUTE_MS) {
    if (ts >= fromMs) readings.push(reading({ device, metric: 'elec_import_kwh', ts, value }))
    value += (ts - TS) % DAY_MS < 8 * 3_600_000 ? 2.5 : 5
  }
  return readings
}

/** All final points but months, with all that is said of them; `rev` of what is computed again begins anew. */
async function finals() {
  const points = (await recorded.bench.points()).filter(
    ({ provisional, stream }) => !provisional && stream.window !== '1mo',
  )
  const shown = points.map(({ rev: _, stream, ...rest }) => ({ ...stream, ...rest }))
  const key = (point: (typeof shown)[number]) =>
    `${point.kpi} ${point.scope} ${point.id} ${point.window} ${point.startMs}`
  return new Map(shown.map((point) => [key(point), point]))
}

/** All of an alarm that lasts: the figure of now is in memory, and known again when its window is computed again. */
const alarms = () =>
  recorded.bench.alarms.list('p', () => true, 1000).map(({ current: _, current_at: __, ...lasting }) => lasting)
/** Changes of alarms that a server is given when it is filled from the beginning. */
const alarmChanges = () =>
  readAlarmChanges(recorded.bench.database, 'change', { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 })

const plants = [plantOf({ timezone: 'Asia/Shanghai', targets: [{ kpi: 'energy_elec_import', window: '1h', max: 45 }] })]

test('a database that is lost has all figures again: of days whose readings are gone, and of those behind them', {
  tags: ['deep'],
}, async () => {
  await recorded.bench.configure(plants, TS - DAY_MS)
  for (let day = 0; day < 10; day++) {
    const [fromMs, toMs] = [TS + day * DAY_MS, TS + (day + 1) * DAY_MS]
    // One that is silent since, when its days go, and sends again.
    const old = day < 2 || day === 9 ? meter(fromMs, toMs, 'old') : []
    await recorded.bench.feed([...meter(fromMs, toMs), ...old], toMs)
    await recorded.expire(toMs)
    // Whatever a plain start does is not laid to the loss.
    await recorded.bench.restart()
  }
  await recorded.bench.settle()
  const [before, told, given] = [await finals(), alarms(), await alarmChanges()]
  expect(before.size).toBeGreaterThan(5000)
  expect([...before.values()].filter(({ startMs }) => startMs < TS + 5 * DAY_MS).length).toBeGreaterThan(2000)
  expect(told.length).toBeGreaterThan(5)
  // The first hour behind the days that are gone has blocks of 14 minutes at 60 kW before midnight and one at 30 kW.
  expect(before.get(`peak_demand_15_sliding plant p 1h ${TS + 7 * DAY_MS}`)?.value).toBeCloseTo(58)

  await recorded.reopen()
  await recorded.rebuild()
  await recorded.bench.settle()
  const after = await finals()
  const others = [...before].filter(([key, point]) => JSON.stringify(after.get(key)) !== JSON.stringify(point))
  const words = (point: { value: number | null; coverage: number } | undefined) =>
    `${point?.value} (${point?.coverage})`
  expect(others.map(([key, point]) => `${key}: ${words(point)}, now ${words(after.get(key))}`)).toEqual([])
  expect(after.size).toBe(before.size)
  expect(recorded.bench.engine.finalPoints).toBe([...after].length + (await months()))
  expect(alarms()).toEqual(told)
  expect(given.filter(({ atMs }) => atMs < TS + 5 * DAY_MS).length).toBeGreaterThan(5)
  expect(inOrder(await alarmChanges())).toEqual(inOrder(given))
})

const inOrder = (changes: readonly StoredAlarmChange[]) =>
  changes.map((change) => JSON.stringify(change)).sort((a, b) => (a < b ? -1 : 1))

const months = async () =>
  (await recorded.bench.points()).filter(({ provisional, stream }) => !provisional && stream.window === '1mo').length

/** All that is said of months, by their stream; not how often they were said. */
async function ofMonths(bench: Bench) {
  const points = (await bench.points()).filter(({ stream }) => stream.window === '1mo')
  return Object.fromEntries(
    points
      .map(
        ({ rev: _, stream, ...rest }) => [`${stream.kpi} ${stream.scope} ${stream.id} ${rest.startMs}`, rest] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

test('months are what they are where nothing is let go of: after starts, a lost database, and a reading of a day that is gone', {
  tags: ['deep'],
}, async () => {
  const whole = await Bench.open()
  const [first, days] = [Date.parse('2026-01-22T16:00:00Z'), 14]
  for (const bench of [whole, recorded.bench]) await bench.configure(plants, first - DAY_MS)
  for (let day = 0; day < days; day++) {
    const [fromMs, toMs] = [first + day * DAY_MS, first + (day + 1) * DAY_MS]
    // One that is silent since, when its days go.
    const samples = [...meter(fromMs, toMs), ...(day < 2 ? meter(fromMs, toMs, 'old') : [])]
    for (const bench of [whole, recorded.bench]) await bench.feed(samples, toMs)
    await recorded.expire(toMs)
    await recorded.bench.restart()
    await recorded.bench.settle()
    await recorded.bench.cycle()
    await whole.cycle()
  }
  const expected = await ofMonths(whole)
  expect(Object.keys(expected).length).toBeGreaterThan(50)
  expect(Object.values(expected).filter(({ value }) => value !== null).length).toBeGreaterThan(20)
  expect(await ofMonths(recorded.bench)).toEqual(expected)

  const ts = first + DAY_MS + 61_000
  await recorded.bench.feed([reading({ metric: 'elec_import_kwh', ts, value: 1e5, receivedAt: first + days * DAY_MS })])
  await recorded.bench.cycle()
  expect(await ofMonths(recorded.bench)).toEqual(expected)

  await recorded.reopen()
  await recorded.rebuild()
  await recorded.bench.settle()
  await recorded.bench.cycle()
  expect(await ofMonths(recorded.bench)).toEqual(expected)
  await whole.close()
})

test('a month whose first days an older program has let go of has no figure, and says why; the next one has', async () => {
  await recorded.bench.configure(plants, TS - DAY_MS)
  const nowMs = TS + 10 * DAY_MS
  await recorded.bench.feed(meter(TS, nowMs), nowMs)
  await recorded.cut()
  await recorded.compact(utcDayOf(nowMs))
  const due = { plant: 'p', day: utcDayOf(TS) + 5 }
  const expired = await letGo(recorded.bench.database, due, recorded.record.position)
  await recorded.bench.restart()
  const month = (start: string) =>
    recorded.bench.point({ kpi: 'energy_elec_import', window: '1mo', start: `${start}T16:00:00Z` })
  await recorded.bench.feed(meter(nowMs, nowMs + DAY_MS), nowMs + DAY_MS)
  await recorded.bench.cycle()
  expect(expired.keptFrom).toEqual({ p: due.day + 1 })
  expect(await month('2025-12-31')).toMatchObject({ value: null, reason: 'days_gone', coverage: 0, provisional: true })
  const laterMs = Date.parse('2026-02-02T16:00:00Z')
  await recorded.bench.feed(meter(nowMs + DAY_MS, laterMs), laterMs)
  await recorded.bench.cycle()
  expect(await month('2025-12-31')).toMatchObject({ value: null, reason: 'days_gone', provisional: false })
  expect(await month('2026-01-31')).toMatchObject({ reason: '', provisional: true })
})

test('restatements are in files with the next delta, each once, and come back', async () => {
  await recorded.bench.configure(plants, TS - DAY_MS)
  const untilMs = TS + 6 * DAY_MS
  await recorded.bench.feed(meter(TS, untilMs), untilMs)
  for (let round = 0; round < 3; round++) {
    const ts = TS + round * 3_600_000 + 11 * MINUTE_MS
    await recorded.bench.feed([
      reading({ metric: 'elec_import_kwh', ts, value: 2.5 + round * 30 + 4, receivedAt: untilMs }),
    ])
    await recorded.cut()
  }
  const query = { plant: 'p', kpi: null, fromMs: 0, toMs: Infinity, afterNumber: 0, limit: 10_000 }
  const before = await recorded.bench.engine.restatements.list(query)
  expect(before.length).toBeGreaterThan(10)
  const files = recorded.record.figures.files.filter(({ kind }) => kind === 'restatement')
  expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(before.length)
  await recorded.reopen()
  await recorded.rebuild()
  expect(await recorded.bench.engine.restatements.list(query)).toEqual(before)
})

test('figures of days that an older program has let go of are missing until they are written', async () => {
  await recorded.bench.feed(meter(TS, TS + 6 * DAY_MS), TS + 6 * DAY_MS)
  const { record, bench } = recorded
  await recorded.cut()
  await recorded.compact(utcDayOf(TS + 6 * DAY_MS))
  const due = nextExpiry(record.manifest, { ageMs: DAY_MS, bytes: null }, TS + 6 * DAY_MS)!
  await record.expire(await letGo(bench.database, due, record.position))
  const missing = missingFigures(record.figures, record.manifest.expired.keptFrom)
  expect(missing).toEqual([{ plant: 'p', before: due.day + 1 }])
  await record.keepFigures(bench.database, missing[0]!)
  expect(missingFigures(record.figures, record.manifest.expired.keptFrom)).toEqual([])
  expect(record.figures.files.find(({ kind }) => kind === 'point')?.rows).toBeGreaterThan(100)
})

/** The first reading of all time of each series by device, and whether there are readings of it. */
const firsts = () =>
  Object.fromEntries(
    recorded.bench.archive.series
      .all()
      .map(({ device, firstTs, oldestTs }) => [device, [firstTs, oldestTs < Infinity]]),
  )

test('since when there have been readings of a series is known when they are gone, and of a forgotten device nothing', async () => {
  const nowMs = TS + 6 * DAY_MS
  const ofOld = meter(TS + 5 * MINUTE_MS, TS + DAY_MS, 'old')
  const ofGone = meter(TS + DAY_MS, TS + 2 * DAY_MS, 'gone')
  await recorded.bench.feed([...meter(TS, nowMs), ...ofOld, ...ofGone, ...meter(TS, nowMs, 'left')], nowMs)
  await recorded.expire(nowMs - DAY_MS)
  await recorded.bench.restart()
  await recorded.bench.feed(
    [reading({ device: 'old', metric: 'elec_import_kwh', ts: TS + MINUTE_MS, value: 0 })],
    nowMs,
  )
  await recorded.expire(nowMs)
  const known = {
    m1: [TS, true],
    old: [TS + MINUTE_MS, false],
    gone: [TS + DAY_MS, false],
    left: [TS, true],
  }
  await recorded.bench.restart()
  expect(firsts()).toEqual(known)
  await recorded.reopen()
  await recorded.rebuild()
  expect(firsts()).toEqual(known)

  const devices = ['gone', 'left']
  await recorded.bench.act({ what: 'forget', plant: 'p', devices } as unknown as AlarmAction, nowMs)
  const position = recorded.bench.nextPosition - 1
  await recorded.cut()
  const order = { plant: 'p', devices, position }
  for (let day = utcDayOf(TS); day <= utcDayOf(nowMs); day++) {
    await recorded.bench.archive.forgetDay(order, { kind: 'reading', day }, async () => {})
  }
  await recorded.bench.archive.forgetSeries(order, async () => {})
  const { gone: _, left: __, ...others } = known
  await recorded.bench.restart()
  expect(firsts()).toEqual(others)
  await recorded.rebuild()
  expect(firsts()).toEqual(others)
  const [rows] = await recorded.bench.database.columns('SELECT count(*)::DOUBLE FROM first_reading')
  expect(rows).toEqual([2])
})

test('a file of figures that a kill has left before its manifest is known for what it is', async () => {
  await recorded.bench.feed(meter(TS, TS + 6 * DAY_MS), TS + 6 * DAY_MS)
  await recorded.cut()
  const { manifest } = recorded.record
  await recorded.record.keepFigures(recorded.bench.database, { plant: 'p', before: utcDayOf(TS) + 1 })
  const [name] = recorded.names().filter((one) => one.startsWith('figures/'))
  const names = new Set(recorded.names())
  expect(await isLeftOver(recorded.dir, manifest, name!, names)).toBe(true)
  expect(await isLeftOver(recorded.dir, manifest, name!.replace('point', 'other'), names)).toBe(false)
})

test('many files of points become few, each window as it was changed last', { tags: ['deep'] }, async () => {
  await recorded.bench.feed(meter(TS, TS + 2 * DAY_MS), TS + 2 * DAY_MS)
  await recorded.cut()
  for (let round = 0; round < 40; round++) {
    await recorded.record.keepFigures(recorded.bench.database, { plant: 'p', before: utcDayOf(TS) + 1 })
    const ts = TS + round * 10 * MINUTE_MS + 1000
    await recorded.bench.feed([reading({ metric: 'elec_import_kwh', ts, value: 10_000, receivedAt: TS + 2 * DAY_MS })])
  }
  await recorded.record.keepFigures(recorded.bench.database, { plant: 'p', before: utcDayOf(TS) + 1 })
  const files = recorded.record.figures.files.filter(({ kind }) => kind === 'point')
  expect(files.length).toBeLessThanOrEqual(33)
  expect(files.some(({ name }) => name.endsWith('-merged.parquet'))).toBe(true)
  await recorded.reopen()
  const onDisk = recorded.names().filter((name) => name.includes('-point'))
  expect(onDisk.length).toBe(files.length)
})
