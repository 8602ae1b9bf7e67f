// @module-tag deep
/** Proves the figures of five years of a real gas turbine. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATASETS_REMEDY, datasetFile, playDataset } from '../support/datasets.js'
import { allReadings, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { allPoints } from '../support/series.js'

// Source: UCI 551, "Gas Turbine CO and NOx Emission Data Set", doi 10.24432/C5WC95. Hour after hour, without a date.
const HOURS = 36_733
const START = '2011-01-01T00:00:00Z'
const HOUR_MS = 3_600_000
const TOLERANCE = 1e-9

const file = datasetFile('gas-turbine-emissions.csv')

// A stack that has fallen silent for this long leaves its last hour final. It changes when, not what.
const period = { period_s: 3600, idle_s: 5 }
/** KPIs that are compared, and no others. */
const kpis = ['pollutant_mean_nox', 'pollutant_mean_co', 'pollutant_mass_nox']
const config = {
  plants: [
    {
      id: 'gas-turbine',
      kpis,
      name: { en: 'Power plant' },
      timezone: 'UTC',
      lines: [{ id: 'power' }],
      devices: [{ id: 'turbine-1', line: 'power', role: 'stack', metrics: { nox_mgm3: period, co_mgm3: period } }],
    },
  ],
}

/** A column of the file as the figures are checked against it: nothing of the product is used here. */
function columnOf(path: string, name: string): number[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split('\r\n')
  const at = header.split(',').indexOf(name)
  return lines.map((line) => Number(line.split(',')[at]))
}

describe.runIf(file !== null)(`five years of a gas turbine (${DATASETS_REMEDY})`, () => {
  const startMs = Date.parse(START)
  const to = new Date(startMs + HOURS * HOUR_MS).toISOString()
  let gateway: TestGateway

  const hourly = (kpi: string, from = START) =>
    allPoints(gateway, { plant: 'gas-turbine', kpi, window: '1h', scope: 'device', id: 'turbine-1', from, to })

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const { seconds } = await playDataset(gateway, 'gas-turbine', file ?? '', ['--start', START])
    console.info(`${HOURS} hours replayed in ${seconds} s`)
    await settled(gateway)
    const lastHour = new Date(Date.parse(to) - HOUR_MS).toISOString()
    await until(async () => (await hourly('pollutant_mean_nox', lastHour))[0]?.provisional === false)
  })

  afterAll(async () => {
    await gateway.stop()
    removeData(gateway)
  })

  test('arrives whole, with the yield of each hour in MWh', async () => {
    const accounts = await settled(gateway)
    expect(accounts.closes).toBe(true)
    expect(accounts.readings).toMatchObject({ archived: 3 * HOURS, duplicate: 0, conflict: 0 })
    const yields = await allReadings(gateway, {
      plant: 'gas-turbine',
      device: 'turbine-1',
      metric: 'turbine_yield_mwh',
    })
    expect(yields.map((reading) => reading.value)).toEqual(columnOf(file ?? '', 'Turbine energy yield'))
    expect(new Set(yields.map((reading) => reading.unit))).toEqual(new Set(['MWh']))
  })

  test.each([
    ['pollutant_mean_nox', 'Nitrogen oxides'],
    ['pollutant_mean_co', 'Carbon monoxide'],
  ])('has in %s, hour for hour, the column %s', async (kpi, column) => {
    const rows = columnOf(file ?? '', column)
    expect(rows).toHaveLength(HOURS)
    const points = await hourly(kpi)
    expect(points).toHaveLength(HOURS)
    const wrong = points.filter((point, hour) => {
      const row = rows[hour]!
      const isThere = Date.parse(point.start) === startMs + hour * HOUR_MS && point.reason === '' && !point.provisional
      return !isThere || !(Math.abs((point.value ?? Number.NaN) - row) <= TOLERANCE * row)
    })
    expect(wrong).toEqual([])
  })

  test('has no mass in any hour, as nothing says how much gas there was', async () => {
    const points = await hourly('pollutant_mass_nox')
    expect(points).toHaveLength(HOURS)
    expect(points.filter((point) => point.value !== null || point.reason !== 'no_data')).toEqual([])
  })
})
