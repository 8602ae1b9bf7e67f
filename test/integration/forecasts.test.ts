// @module-tag deep
/** Proves that a real gateway forecasts a steel works from its back-filled past, once, and the same after restart and rebuild. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import { HORIZONS } from '../../src/base/forecast.js'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import { type IssuedForecast, IssuedForecasts } from '../../src/insight/stage/issued-forecast.js'
import { forecastsOfLog } from '../../src/insight/stage/series-work.js'
import type { ForecastRecordsAnswer, ForecastsAnswer } from '../../src/views/wire/forecasts.js'
import type { PeakAnswer } from '../../src/views/wire/peak.js'
import { DATASETS_REMEDY, datasetFile, playDataset } from '../support/datasets.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { awayFromMidnight } from '../support/midnight.js'

// Source: UCI 851, "Steel Industry Energy Consumption", doi 10.24432/C52G8C.
const file = datasetFile('steel-energy.csv')
const YEAR_START_MS = Date.parse('2018-01-01T00:00:00+09:00')
/** Days that are back-filled: trees are fitted twice or three times. */
const DAYS = 42
const FORECAST_MS_MAX = 500_000
/** Defaults of the alarm of an expected peak. */
const [CHANCE, AHEAD_MS] = [0.7, 3 * HOUR_MS]

const plants = [
  {
    id: 'steel',
    kpis: ['energy_elec_import'],
    name: { en: 'Steel works' },
    timezone: 'Asia/Seoul',
    targets: [{ kpi: 'peak_demand_15', window: '1d', max: 300 }],
    devices: [{ id: 'main-1', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
  },
]
const insight = { enabled: true, issue_after_s: 1, series_max: 1 }

/** The last weeks of a cut of the year, moved by whole weeks so that they end with the quarter before this one. */
function cutOf(path: string, folder: string) {
  const endMs = Math.floor(Date.now() / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const weeks = Math.floor((endMs - Date.parse('2018-12-20T00:00:00+09:00')) / (7 * DAY_MS))
  const movedMs = weeks * 7 * DAY_MS
  const [head, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const end = Math.round((endMs - movedMs - YEAR_START_MS) / QUARTER_HOUR_MS)
  const first = end - (DAYS * DAY_MS) / QUARTER_HOUR_MS
  const cut = join(folder, 'steel.csv')
  writeFileSync(cut, `${[head, ...rows.slice(first, end)].join('\n')}\n`)
  return { cut, start: new Date(YEAR_START_MS + movedMs + first * QUARTER_HOUR_MS).toISOString() }
}

const forecastsOf = (gateway: TestGateway) => getJson<ForecastsAnswer>(gateway, '/api/v1/plants/steel/forecasts')
const recordsOf = (gateway: TestGateway) =>
  getJson<ForecastRecordsAnswer>(
    gateway,
    `/api/v1/plants/steel/forecasts/records?kpi=energy_elec_import&horizon=day_ahead&from=${new Date(Date.now() - 2 * DAY_MS).toISOString()}`,
  )
const isForecast = async (gateway: TestGateway) => {
  const { forecasts } = await forecastsOf(gateway)
  return forecasts.length === 2 && forecasts.every(({ newest }) => newest !== null)
}

describe.runIf(file !== null)(`a steel works whose past came at once (${DATASETS_REMEDY})`, () => {
  let gateway: TestGateway | undefined

  afterEach(async () => {
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
    gateway = undefined
  })

  test('is forecast, once, and the same after a restart, after a rebuild, and when its log is gone through again', async () => {
    // A day ahead is forecast once a day of Korea.
    await awayFromMidnight(9 * HOUR_MS)
    gateway = await startGateway({ config: { plants, insight: { ...insight, enabled: false } } })
    const { cut, start } = cutOf(file!, gateway.dir)
    await playDataset(gateway, 'steel', cut, ['--start', start])
    await settled(gateway)
    expect(await forecastsOf(gateway)).toEqual({ forecasts: [], left_out: 0 })
    await gateway.stop()

    gateway = await gateway.restart({ insight })
    await until(() => isForecast(gateway!), FORECAST_MS_MAX)
    const { forecasts } = await forecastsOf(gateway)
    for (const { score, known_days, newest, reason } of forecasts) {
      expect(known_days).toBeCloseTo(DAYS, 0)
      expect(newest?.reason).toBe(reason)
      expect(score?.rehearsed_days).toBe(score?.days)
      expect(score?.naive.map(({ model }) => model)).toEqual(
        expect.arrayContaining(['last_value', 'yesterday', 'last_week']),
      )
    }
    const highestKw = await expectDemandAsForecast(gateway)
    const before = await recordsOf(gateway)
    expect(before.records).toHaveLength(1)
    console.info(`processor time of the stage: ${await processorSeconds(gateway)} s for ${DAYS} days of one series`)

    await gateway.stop()
    for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
    // With a limit that is sure to be exceeded in a while, so that somebody has to be told of it.
    const targets = [{ ...plants[0]!.targets[0]!, max: Math.max(1, highestKw * 0.2) }]
    gateway = await gateway.restart({ plants: [{ ...plants[0]!, targets }] })
    await until(() => isForecast(gateway!), FORECAST_MS_MAX)
    expect(await recordsOf(gateway)).toEqual(before)
    await expectAlarmAsForecast(gateway)
    await gateway.stop()

    const dir = join(gateway.dataDir, 'forecasts', 'steel', 'plant.steel.energy_elec_import')
    const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, limit: 1000 }
    const issued = HORIZONS.flatMap((horizon) => new IssuedForecasts(dir).range(horizon, range))
    const starts = issued.map(({ horizon, startMs }) => `${horizon} ${startMs}`)
    expect(new Set(starts).size).toBe(starts.length)
    const again = new Map(forecastsOfLog(dir, Date.now()).map((one) => [`${one.horizon} ${one.startMs}`, madeOf(one)]))
    for (const one of issued) expect(again.get(`${one.horizon} ${one.startMs}`)).toEqual(madeOf(one))
  }, 1_200_000)
})

/** Demand is expected as it is forecast, where that is shown, and has its chances then. Gives the highest that is expected, 0 without one. */
async function expectDemandAsForecast(gateway: TestGateway): Promise<number> {
  const { forecasts, peak } = await forecastsOfBlock(gateway)
  const [day, next, hours] = ['day_ahead', 'next_interval', 'next_hours'].map(
    (name) => forecasts.find(({ horizon }) => horizon === name)!,
  )
  const isShown = [day, next].some((item) => item!.reason === '')
  expect(peak.limit_kw).toBe(300)
  expect(peak.chance_reason).toBe(isShown ? '' : 'no_forecast')
  if (day!.reason !== '') expect(peak.later_reason).toBe(day!.reason)
  for (const { start, expected_kw, chance_over } of peak.later) {
    const [soon, ofDay] = [hours, day].map((item) => item!.newest!.values.find((one) => one.start === start)?.value)
    const value = (soon ?? ofDay)!
    expect(expected_kw).toBeCloseTo(4 * value, 6)
    expect(chance_over).toBeGreaterThanOrEqual(0.05)
    expect(chance_over).toBeLessThanOrEqual(0.95)
  }
  if (peak.running.horizon === 'next_interval') {
    expect(peak.running.expected?.expected_kw).toBeCloseTo(4 * next!.newest!.values[0]!.value!, 6)
  }
  return Math.max(0, ...peak.later.map(({ expected_kw }) => expected_kw))
}

/** The alarm of a peak is raised when a block of the next hours is as likely as its rule says, and tells when that begins. */
async function expectAlarmAsForecast(gateway: TestGateway): Promise<void> {
  const alarmOf = async () => {
    const { items } = await getJson<AlarmsAnswer>(gateway, '/api/v1/plants/steel/alarms')
    return items.find(({ rule }) => rule === 'demand-expected')
  }
  const likely = new Set<string>()
  const look = async () => {
    const { running, later } = await getJson<PeakAnswer>(gateway, '/api/v1/plants/steel/peak')
    for (const { start, chance_over } of [running.expected ?? [], later].flat()) {
      if (Date.parse(start) < Date.now() + AHEAD_MS && (chance_over ?? 0) >= CHANCE) likely.add(start)
    }
  }
  await look()
  console.info(`${likely.size} blocks of the next hours are likely to be above the limit`)
  if (likely.size === 0) {
    expect(await alarmOf()).toBeUndefined()
    return
  }
  await until(async () => {
    await look()
    return (await alarmOf()) !== undefined
  })
  await look()
  const { raised_at, value } = (await alarmOf())!
  // The running block has 0 s to go.
  const blockMs = Math.floor((Date.parse(raised_at) + Math.round(value * 1000)) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  expect([...likely]).toContain(new Date(blockMs).toISOString())
}

/** Demand beside the forecasts that it is made of: a quarter of an hour may begin between the two answers. */
async function forecastsOfBlock(gateway: TestGateway) {
  let [forecasts, peak]: [ForecastsAnswer['forecasts'], PeakAnswer | null] = [[], null]
  const isOfBlock = async () => {
    ;({ forecasts } = await forecastsOf(gateway))
    peak = await getJson<PeakAnswer>(gateway, '/api/v1/plants/steel/peak')
    const [day, next] = ['day_ahead', 'next_interval'].map((name) => forecasts.find(({ horizon }) => horizon === name)!)
    if (next!.newest?.values[0]?.start === peak.running.start) return true
    return peak.running.horizon !== 'next_interval' && (next!.reason !== '' || day!.reason === '')
  }
  await until(isOfBlock, FORECAST_MS_MAX)
  return { forecasts, peak: peak! as PeakAnswer }
}

const madeOf = ({ issuedAtMs, ...rest }: IssuedForecast) => rest

async function processorSeconds(gateway: TestGateway): Promise<string> {
  const text = await (await gateway.fetch(`${gateway.httpUrl}/metrics`)).text()
  return /^greengauge_forecast_processor_seconds_total (.+)$/m.exec(text)?.[1] ?? '?'
}
