// @module-tag slow

import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import { HORIZONS } from '../../../src/base/forecast.js'
import type { Observation } from '../../../src/insight/series/known-series.js'
import { observationColumns } from '../../../src/insight/series/observation-columns.js'
import { type ForecastChain, hasChain } from '../../../src/insight/stage/chain.js'
import type { ForecastTask } from '../../../src/insight/stage/forecast-task.js'
import { type IssuedForecast, IssuedForecasts } from '../../../src/insight/stage/issued-forecast.js'
import { forecastsOfLog, workOnSeries } from '../../../src/insight/stage/series-work.js'
import { FIRST_MS, hourly } from '../../support/forecasts.js'

/** Proves that the forecasts of a series are issued once, never restated, and the same when they are made again. */

const HISTORY_DAYS = 45
const ISSUE_AFTER_MS = 60_000
let [last, before] = [0, 0]
/** Swings around a level, by the hour: the next hour follows from the last two, and a day ahead follows from nothing. */
const all = hourly(54, (_, random) => {
  ;[last, before] = [1.4 * last - 0.9 * before + random() - 0.5, last]
  return 40 + last
})
const beginMs = FIRST_MS + HISTORY_DAYS * DAY_MS
const history = all.filter(({ arrivedAtMs }) => arrivedAtMs <= beginMs)

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'forecasts-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

function work(boundaryMs: number, observations: readonly Observation[], more: Partial<ForecastTask> = {}) {
  return workOnSeries({
    dir,
    series: { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import' },
    plan: { timezone: 'UTC', shifts: [], calendar: [] },
    coordinates: null,
    stepMs: HOUR_MS,
    issueAfterMs: ISSUE_AFTER_MS,
    seed: 1,
    modelFile: null,
    observations: observationColumns(observations),
    boundaryMs,
    nowMs: boundaryMs + ISSUE_AFTER_MS + 1000,
    ...more,
  })
}

/** Goes on hour by hour, each with what came in it. */
async function goOn(hours: number): Promise<void> {
  for (let hour = 1; hour <= hours; hour++) {
    const boundaryMs = beginMs + hour * HOUR_MS
    await work(
      boundaryMs,
      all.filter(({ arrivedAtMs }) => arrivedAtMs === boundaryMs),
    )
  }
}

/** Bytes of a disk that reads zeros where a line was. */
function damageLastLine(path: string): void {
  const bytes = readFileSync(path)
  bytes.fill(0, bytes.lastIndexOf(10, bytes.length - 2) + 1, bytes.length - 1)
  writeFileSync(path, bytes)
}

const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 10_000 }
const issued = () => HORIZONS.flatMap((horizon) => new IssuedForecasts(dir).range(horizon, everything))
const madeOf = ({ issuedAtMs, ...rest }: IssuedForecast) => rest

describe('a series with too little history', () => {
  test('is not begun, and says how much of it is known', async () => {
    const few = history.slice(-27 * 24)
    expect(await work(beginMs, few)).toMatchObject({ knownDays: 27, liveFromMs: null, newest: [], issued: [] })
    expect(readdirSync(dir)).toEqual([])
  })

  test('is not begun while its newest figures are missing', async () => {
    expect(await work(beginMs + 3 * HOUR_MS, history)).toMatchObject({ isBehind: true, liveFromMs: null })
  })
})

describe('a series that is forecast', () => {
  test('has a forecast of the interval that goes on, of the day and of the next hours, each with whether it is shown', async () => {
    const { newest, liveFromMs } = await work(beginMs, history)
    expect(liveFromMs).toBe(beginMs)
    expect(
      newest.map(({ horizon, startMs, values, hidden }) => ({ horizon, startMs, values: values.length, hidden })),
    ).toEqual([
      { horizon: 'next_interval', startMs: beginMs, values: 1, hidden: null },
      { horizon: 'day_ahead', startMs: beginMs, values: 24, hidden: 'not_better_than_naive' },
      { horizon: 'next_hours', startMs: beginMs, values: 8, hidden: 'not_better_than_naive' },
    ])
    expect(newest[0]).toMatchObject({ dataUpToMs: beginMs, knownUntilMs: beginMs + ISSUE_AFTER_MS, chain: 1, seed: 1 })
  })

  test('has nothing issued of the past when it begins, nor of time that has gone by meanwhile', async () => {
    await work(beginMs, history)
    const boundaryMs = beginMs + 5 * HOUR_MS
    await work(
      boundaryMs,
      all.filter(({ arrivedAtMs }) => arrivedAtMs > beginMs && arrivedAtMs <= boundaryMs),
    )
    expect(issued().map(({ horizon, startMs }) => [horizon, startMs])).toEqual([
      ['next_interval', beginMs],
      ['next_interval', boundaryMs],
      ['day_ahead', beginMs],
      ['next_hours', beginMs],
      ['next_hours', boundaryMs],
    ])
  })

  test('has the same forecasts whether it went on hour by hour, forgot what it had learnt, or goes through its log again', async () => {
    await work(beginMs, history)
    await goOn(30)
    for (const name of ['learnt.cache', 'hours-learnt.cache']) rmSync(join(dir, name))
    const hour = beginMs + 31 * HOUR_MS
    await work(
      hour,
      all.filter(({ arrivedAtMs }) => arrivedAtMs === hour),
    )
    const again = new Map(forecastsOfLog(dir, hour).map((one) => [`${one.horizon} ${one.startMs}`, madeOf(one)]))
    expect(issued()).toHaveLength(32 + 2 + 32)
    for (const one of issued()) expect(again.get(`${one.horizon} ${one.startMs}`)).toEqual(madeOf(one))
  })

  test('has the same forecasts after trees were fitted anew from rows that were made again', async () => {
    await work(beginMs, history)
    // Day 45 of a series that begins on a Monday is a Thursday: the next Monday is four days later.
    const hour = beginMs + (4 * 24 + 2) * HOUR_MS
    await work(
      hour,
      all.filter(({ arrivedAtMs }) => arrivedAtMs > beginMs && arrivedAtMs <= hour),
    )
    const again = new Map(forecastsOfLog(dir, hour).map((one) => [`${one.horizon} ${one.startMs}`, madeOf(one)]))
    const late = issued().filter(({ startMs }) => startMs > beginMs)
    const trees = expect.stringContaining('trees')
    expect(late.map(({ model }) => model)).toEqual([trees, expect.any(String), trees])
    for (const one of late) expect(again.get(`${one.horizon} ${one.startMs}`)).toEqual(madeOf(one))
  })

  test('issues nothing twice and restates nothing when the same hour is asked for again and a figure has changed', async () => {
    await work(beginMs, history)
    const before = issued()
    const changed = { ...history.at(-1)!, value: 99, arrivedAtMs: beginMs + ISSUE_AFTER_MS + 500 }
    expect((await work(beginMs, [changed])).issued).toEqual([])
    expect(issued()).toEqual(before)
    // The changed figure counts from then on: the last value is among the models.
    const next = beginMs + HOUR_MS
    await work(next, [])
    const again = forecastsOfLog(dir, next).filter(({ startMs }) => startMs === next)
    expect(again.map(madeOf)).toEqual(
      issued()
        .filter(({ startMs }) => startMs === next)
        .map(madeOf),
    )
  })

  test('takes half a line that a kill has left as not written', async () => {
    await work(beginMs, history)
    appendFileSync(join(dir, 'observations.jsonl'), '[17')
    await goOn(2)
    expect(readFileSync(join(dir, 'observations.jsonl'), 'utf8')).not.toContain('[17[')
    expect(issued().filter(({ horizon }) => horizon === 'next_interval')).toHaveLength(3)
  })

  test('goes on past lines of its log and its record that cannot be read, and says how many', async () => {
    await work(beginMs, history)
    await goOn(3)
    const [record] = readdirSync(dir).filter((name) => name.startsWith('next_interval-'))
    for (const name of [record!, 'observations.jsonl']) damageLastLine(join(dir, name))
    const next = beginMs + 4 * HOUR_MS
    const { issued: added, damagedLines } = await work(
      next,
      all.filter(({ arrivedAtMs }) => arrivedAtMs === next),
    )
    expect(damagedLines).toBe(2)
    expect(added.map(({ horizon, startMs }) => [horizon, startMs])).toEqual([
      ['next_interval', next],
      ['next_hours', next],
    ])
    const starts = issued().filter(({ horizon }) => horizon === 'next_interval')
    expect(starts.map(({ startMs }) => (startMs - beginMs) / HOUR_MS)).toEqual([0, 1, 2, 4])
  })

  test('begins a chain with a number of its own when the line of the last one cannot be read', async () => {
    await work(beginMs, history)
    damageLastLine(join(dir, 'chains.jsonl'))
    expect(hasChain(dir)).toBe(false)
    const next = beginMs + HOUR_MS
    const { newest, damagedLines } = await work(
      next,
      all.filter(({ arrivedAtMs }) => arrivedAtMs <= next),
    )
    expect(newest[0]).toMatchObject({ chain: 2, startMs: next })
    expect(damagedLines).toBe(1)
  })

  test('begins the next hours from its log where an earlier program made none, and leaves the others as they were', async () => {
    await work(beginMs, history)
    await goOn(2)
    const others = () => issued().filter(({ horizon }) => horizon !== 'next_hours')
    const before = others().map(madeOf)
    for (const name of readdirSync(dir).filter((one) => /^(hours-|next_hours-)/.test(one))) rmSync(join(dir, name))
    await goOn(4)
    const hours = issued().filter(({ horizon }) => horizon === 'next_hours')
    expect(hours.map(({ chain, startMs }) => [chain, (startMs - beginMs) / HOUR_MS])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
    ])
    expect(others().map(madeOf)).toEqual(expect.arrayContaining(before))
    const again = forecastsOfLog(dir, beginMs + 4 * HOUR_MS).filter(({ startMs }) => startMs >= beginMs)
    for (const one of issued()) expect(again.map(madeOf)).toContainEqual(madeOf(one))
  })

  test('begins a new chain by the rules of the sun once the place of its plant is known', async () => {
    await work(beginMs, history)
    const { newest } = await work(beginMs + HOUR_MS, [], { coordinates: { latitude: 31.3, longitude: 120.6 } })
    const [next, , hours] = newest
    for (const one of [next, hours]) expect(one).toMatchObject({ chain: 2, version: '4', startMs: beginMs + HOUR_MS })
  })

  test('takes over what was learnt by version 1, which only judged otherwise, and has the same forecasts as its log gives by version 3', async () => {
    await work(beginMs, history)
    for (const name of ['chains.jsonl', 'hours-chains.jsonl']) {
      const path = join(dir, name)
      writeFileSync(path, readFileSync(path, 'utf8').replace('"version":"3"', '"version":"1"'))
    }
    await goOn(26)
    const later = issued().filter(({ startMs }) => startMs > beginMs)
    expect(later).toHaveLength(26 + 1 + 26)
    for (const one of later) expect(one).toMatchObject({ chain: 2, version: '3' })
    const again = new Map(
      forecastsOfLog(dir, beginMs + 26 * HOUR_MS).map((one) => [`${one.horizon} ${one.startMs}`, madeOf(one)]),
    )
    for (const one of later) expect(again.get(`${one.horizon} ${one.startMs}`)).toEqual(madeOf(one))
    const lines = readFileSync(join(dir, 'chains.jsonl'), 'utf8').trim().split('\n')
    const [before, now] = lines.map((line) => JSON.parse(line) as ForecastChain)
    const { firstMs, fitsFromMs, liveFromMs } = before!
    expect(now).toMatchObject({ firstMs, fitsFromMs, liveFromMs, tookOver: 1 })
  })

  test('begins a new chain when the plan of work is another', async () => {
    await work(beginMs, history)
    const next = beginMs + HOUR_MS
    const plan = { timezone: 'Asia/Shanghai', shifts: [], calendar: [] }
    expect((await work(next, [], { plan })).newest.find(({ horizon }) => horizon === 'next_interval')).toMatchObject({
      chain: 2,
    })
  })
})
