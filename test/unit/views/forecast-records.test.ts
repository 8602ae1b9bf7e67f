import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seriesAnswer } from '../../../src/base/wire/points.js'
import { requireKwh } from '../../../src/views/routes/kpis.js'
import { startViews, type Views } from '../../../src/views/views.js'
import {
  type ForecastIssue,
  type ForecastItem,
  forecastRecordsAnswer,
  forecastsAnswer,
} from '../../../src/views/wire/forecasts.js'
import { plantNode, pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'

/** Proves that forecasts on record are told as energy, and as the mean power that charts of demand draw. */

let views: Views
const sources = new FakeSources()
const AT = '2026-06-11T00:00:00.000Z'
const textOf = (ms: number) => new Date(ms).toISOString()

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
  const [quarter, hour] = ['2026-06-11T00:15:00.000Z', '2026-06-11T01:15:00.000Z']
  const nothing = { value: null, low_50: null, high_50: null, low_90: null, high_90: null }
  const issue: ForecastIssue = {
    ...{ issued_at: AT, known_until: AT, data_up_to: AT, model: 'trees 1', version: '1', seed: 1, chain: 1 },
    ...{ model_file: null, reason: '', total: 180, sum: 180 },
    values: [
      { start: AT, end: quarter, value: 60, low_50: 55, high_50: 65, low_90: 50, high_90: 70 },
      { start: quarter, end: hour, ...nothing },
    ],
  }
  sources.forecastIssues = [issue]
  const naive = [{ model: 'yesterday', rmse: 10, mae: 8 }]
  const score = { days: 28, rehearsed_days: 0, intervals: 2688, coverage_50: 0.5, coverage_90: 0.9, naive }
  const item: ForecastItem = {
    ...{ plant: 'suzhou-1', scope: 'plant', id: 'suzhou-1', kpi: 'energy_elec_import', unit: 'kWh', kpi_unit: 'kWh' },
    ...{ window: '15m', horizon: 'day_ahead', reason: '', known_days: 60, damaged_lines: 0, model_file: null },
    newest: issue,
    score: { ...score, mae: 3, rmse: 5, mase: 0.5, bias: -1 },
  }
  const water = { kpi: 'energy_water_fresh', unit: 'm³', kpi_unit: 'm³' }
  sources.forecastItems = [item, { ...item, ...water }]
})
afterAll(() => views.close())

const get = (query: string) =>
  fetch(`http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/forecasts/records?horizon=day_ahead&${query}`)

test('60 kWh of a quarter of an hour are 240 kW, and what is not known stays so', async () => {
  const energy = forecastRecordsAnswer.parse(await (await get('kpi=energy_elec_import')).json())
  expect(energy).toMatchObject({ unit: 'kWh', records: [{ total: 180, values: [{ value: 60 }, { value: null }] }] })
  const power = forecastRecordsAnswer.parse(await (await get('kpi=energy_elec_import&as=power')).json())
  expect(power).toMatchObject({ unit: 'kW', records: [{ total: null, issued_at: AT }] })
  expect(power.records[0]!.values).toMatchObject([
    { value: 240, low_50: 220, high_50: 260, low_90: 200, high_90: 280 },
    { value: null, low_50: null },
  ])
})

test('newest forecasts are told as mean power with their errors, beside the energy of all; what is not in kWh stays as it is', async () => {
  const path = `http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/forecasts`
  const [energy] = forecastsAnswer.parse(await (await fetch(path)).json()).forecasts
  expect(energy).toMatchObject({ unit: 'kWh', newest: { total: 180, sum: 180 }, score: { rmse: 5 } })
  const [power, water] = forecastsAnswer.parse(await (await fetch(`${path}?as=power`)).json()).forecasts
  expect(power).toMatchObject({ unit: 'kW', kpi_unit: 'kWh', newest: { total: null, sum: 180 } })
  expect(power!.newest!.values[0]).toMatchObject({ value: 240, low_90: 200 })
  const naive = [{ model: 'yesterday', rmse: 40, mae: 32 }]
  expect(power!.score).toMatchObject({ mae: 12, rmse: 20, mase: 0.5, bias: -4, coverage_90: 0.9, naive })
  expect(water).toMatchObject({ unit: 'm³', newest: { total: 180, values: [{ value: 60 }, { value: null }] } })
})

test('points of energy are told as mean power, of a window that goes on over what has come of it', async () => {
  const nowMs = sources.clock.nowMs()
  const node = plantNode('suzhou-1')
  const [line] = node.lines
  const newest = textOf(nowMs - 120_000)
  sources.nodes = [{ ...node, lines: [{ ...line!, devices: [{ ...line!.devices[0]!, newest }] }] }]
  const quarter = { kpi: 'energy_elec_import', unit: 'kWh', window: '15m', scope: 'plant', id: 'suzhou-1' } as const
  const startMs = nowMs - 600_000
  sources.stored.push(pointAt(0, { ...quarter, start: textOf(startMs - 900_000), end: textOf(startMs), value: 60 }))
  const running = { ...quarter, start: textOf(startMs), end: textOf(startMs + 900_000), provisional: true }
  sources.stored.push(pointAt(0, { ...running, value: 40 }))
  const path = `http://127.0.0.1:${views.port}/api/v1/plants/suzhou-1/kpis/energy_elec_import/series`
  const range = `from=${textOf(startMs - 900_000)}&to=${textOf(startMs + 900_000)}`
  const answer = await fetch(`${path}?window=15m&as=power&${range}`)
  const { points } = seriesAnswer.parse(await answer.json())
  expect(points.map(({ value, unit, numerator }) => [value, unit, numerator])).toEqual([
    [240, 'kW', 60],
    [expect.closeTo(300, 6), 'kW', 40],
  ])
})

test('what is not in kWh has no power', async () => {
  expect((await get('kpi=energy_water_fresh&as=power')).status).toBe(400)
  expect((await get('kpi=energy_water_fresh')).status).toBe(200)
  expect((await get('kpi=energy_elec_import&as=heat')).status).toBe(400)
  expect(() => requireKwh({ id: 'energy_water_fresh', unit: 'm³' })).toThrow(/not valid|energy/)
  expect(() => requireKwh({ id: 'energy_elec_import', unit: 'kWh' })).not.toThrow()
})
