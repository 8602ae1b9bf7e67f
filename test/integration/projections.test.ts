// @module-tag deep
/** Proves that a real gateway projects month and year of energy, its cost and its emissions out of what devices sent. */
import mqtt from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import type { ProjectionItem, ProjectionsAnswer } from '../../src/views/wire/projections.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const DAYS = 130
const FOUND_MS_MAX = 300_000
/** The newest day that is over for two hours, in UTC. */
const END_MS = Math.floor((Date.now() - 2 * HOUR_MS) / DAY_MS) * DAY_MS
const FIRST_MS = END_MS - DAYS * DAY_MS
const MONTH_MS = Date.UTC(new Date(END_MS).getUTCFullYear(), new Date(END_MS).getUTCMonth())
const WEEKEND_KWH = 10
const WEEKDAY_KWH = 40
const PRICE = 0.5

const WORKS = {
  id: 'works',
  name: { en: 'Works' },
  timezone: 'UTC',
  grid_region: 'CN-JS',
  devices: [{ id: 'main-1', role: 'main', line: 'utilities', metrics: { elec_import_kwh: { period_s: 3600 } } }],
  tariffs: [
    {
      ...{ id: 'flat', valid_from: '2020-01-01', currency: 'EUR' },
      periods: [{ name: 'flat', price_per_kwh: PRICE, from: '00:00', to: '24:00' }],
    },
  ],
  budgets: [{ kpi: 'energy_cost', year: new Date(END_MS).getUTCFullYear(), amount: 1 }],
}

const hourly = (ms: number) => ([0, 6].includes(new Date(ms).getUTCDay()) ? WEEKEND_KWH : WEEKDAY_KWH)

describe('a works that sends for four months', () => {
  let gateway: TestGateway | undefined

  afterEach(async () => {
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
    gateway = undefined
  })

  test('has the end of its month in energy, money and emissions, and keeps it over a restart', async () => {
    gateway = await startGateway({ config: { plants: [WORKS], insight: { enabled: false } } })
    const client = await mqtt.connectAsync(gateway.mqttUrl)
    let stand = 1000
    for (let day = 0; day <= DAYS; day++) {
      const samples = Array.from({ length: 24 }, (_, hour) => {
        const ts = FIRST_MS + day * DAY_MS + hour * HOUR_MS
        const sample = { ts, metrics: { elec_import_kwh: stand } }
        stand += hourly(ts)
        return sample
      }).filter(({ ts }) => ts <= END_MS + HOUR_MS)
      await client.publishAsync('plants/works/utilities/main-1/energy', JSON.stringify(samples), { qos: 1 })
    }
    await client.endAsync()
    await settled(gateway, 300_000)
    const answer = () => getJson<ProjectionsAnswer>(gateway!, '/api/v1/plants/works/projections')
    expect(await answer()).toMatchObject({ reason: 'off', projections: [] })
    await gateway.stop()
    gateway = await gateway.restart({ insight: { enabled: true } })
    await until(async () => (await answer()).reason === '', FOUND_MS_MAX)
    const found = await answer()
    const month = (kpi: string): ProjectionItem =>
      found.projections.find((one) => one.kpi === kpi && one.period === 'month')!
    const daysOf = (fromMs: number, toMs: number) =>
      Array.from({ length: (toMs - fromMs) / DAY_MS }, (_, i) => 24 * hourly(fromMs + i * DAY_MS))
    const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0)
    const energy = month('energy_elec_import')
    const whole = sum(daysOf(Date.parse(energy.start), Date.parse(energy.end)))
    expect(energy.model).toBe('day_profile')
    expect(energy.value! / whole).toBeCloseTo(1, 3)
    expect(energy.measured ?? 0).toBeCloseTo(sum(daysOf(MONTH_MS, END_MS)), 3)
    expect(month('energy_cost')).toMatchObject({ unit: 'EUR' })
    expect(month('energy_cost').value! / (whole * PRICE)).toBeCloseTo(1, 3)
    expect(month('carbon_total_lb').unit).toBe('kgCO2e')
    expect(month('carbon_total_lb').value).toBeGreaterThan(0)
    const year = found.projections.find((one) => one.kpi === 'energy_cost' && one.period === 'year')!
    expect(year.compared).toMatchObject([{ kind: 'budget', amount: 1 }])
    await gateway.stop()
    gateway = await gateway.restart()
    expect(await answer()).toEqual(found)
  })
})
