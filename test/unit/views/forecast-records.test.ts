import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startViews, type Views } from '../../../src/views/views.js'
import { type ForecastIssue, forecastRecordsAnswer } from '../../../src/views/wire/forecasts.js'
import { FakeSources } from './fake-sources.js'

/** Proves that forecasts on record are told as energy, and as the mean power that charts of demand draw. */

let views: Views
const sources = new FakeSources()
const AT = '2026-06-11T00:00:00.000Z'

beforeAll(async () => {
  const options = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }
  views = await startViews(options, sources, pino({ level: 'silent' }))
  const [quarter, hour] = ['2026-06-11T00:15:00.000Z', '2026-06-11T01:15:00.000Z']
  const nothing = { value: null, low_50: null, high_50: null, low_90: null, high_90: null }
  const issue: ForecastIssue = {
    ...{ issued_at: AT, known_until: AT, data_up_to: AT, model: 'trees 1', version: '1', seed: 1, chain: 1 },
    ...{ model_file: null, reason: '', total: 180 },
    values: [
      { start: AT, end: quarter, value: 60, low_50: 55, high_50: 65, low_90: 50, high_90: 70 },
      { start: quarter, end: hour, ...nothing },
    ],
  }
  sources.forecastIssues = [issue]
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

test('what is not in kWh has no power', async () => {
  expect((await get('kpi=energy_water_fresh&as=power')).status).toBe(400)
  expect((await get('kpi=energy_water_fresh')).status).toBe(200)
  expect((await get('kpi=energy_elec_import&as=heat')).status).toBe(400)
})
