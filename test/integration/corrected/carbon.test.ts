// @module-tag deep
/** Proves figures of electricity, factors and gases that were wrong once, through a gateway and its reports. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { removeData, settled, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { allPoints } from '../../support/series.js'
import { daysFigure, register, reportOf, type Sample, send } from './gateway.js'

// Figures of electricity, factors and gases that were wrong once: messages in, API and report out.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MAIN = { id: 'main-1', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }

/** One day of June of 2026 in Shanghai. */
const JUNE = Date.parse('2026-06-01T00:00:00+08:00')

function plant(id: string, options: Record<string, unknown> = {}) {
  return { id, name: { en: id }, timezone: 'Asia/Shanghai', grid_region: 'CN', devices: [MAIN], ...options }
}

/** Its meters go on for a while after it, so that it is over. */
const AFTER = JUNE + DAY_MS + 2 * HOUR_MS

/** 24 MWh on that day, a sample an hour. */
const POWER = { 'main-1': register('elec_import_kwh', JUNE, AFTER, HOUR_MS, 1000) }

/** Something that happened at noon of that day. */
function happened(type: string, fields: Record<string, unknown>): Sample {
  return { ts: JUNE + 12 * HOUR_MS, events: [{ id: `${type}-${Object.values(fields).join('-')}`, type, ...fields }] }
}

const own = { valid_from: '2020-01-01', published: '2020-01-01', source: 'statement 17' }
const GASES = ['R-410A', 'R-22', 'R-448A', 'R-454B', 'R-513A', 'SF6']
const PLANTS = [
  plant('year', { kpis: ['energy_elec_import', 'scope2_lb'] }),
  plant('old'),
  plant('liaoning', { grid_region: 'CN-LN' }),
  plant('tibet', { grid_region: 'CN-XZ' }),
  plant('states', { grid_region: 'US' }),
  plant('lng'),
  plant('ar4', { carbon: { gwp: 'AR4' } }),
  plant('ar6'),
  plant('battery'),
  plant('contract', {
    factors: [
      { id: 'own.grid', activity: 'grid_electricity', value: 0.2, unit: 'kgCO2e/kWh', ...own },
      { id: 'own.rest', activity: 'grid_electricity_residual', value: 0.45, unit: 'kgCO2e/kWh', ...own },
    ],
    contracts: [
      { id: 'wind', kwh: 600_000, factor: 0, vintage: 2026, valid_from: '2026-06-01', valid_to: '2026-06-30' },
    ],
  }),
  plant('machines', {
    devices: [MAIN, ...['m1', 'm2'].map((id) => ({ id, role: 'machine', metrics: { state: { max_hold_s: 90_000 } } }))],
  }),
  plant('methane', { carbon: { combustion: 'ipcc' } }),
  plant('coefficient', {
    factors: [{ id: 'own.1', activity: 'coal_equivalent.natural_gas', value: 1.2143, unit: 'kgce/m3', ...own }],
  }),
]

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: PLANTS } })
  // 366 MWh over 2024 in the zone of the plant, and a day before and after it.
  const [from, to] = [Date.parse('2023-12-31T00:00:00+08:00'), Date.parse('2025-01-02T00:00:00+08:00')]
  await send(gateway, 'year', { 'main-1': register('elec_import_kwh', from, to, HOUR_MS, 1000 / 24) })
  for (const id of ['old', 'liaoning', 'tibet', 'states']) await send(gateway, id, POWER)
  await send(gateway, 'lng', { ...POWER, tank: [happened('fuel_used', { fuel: 'lng', amount: 1 })] })
  for (const id of ['ar4', 'ar6']) {
    const refills = GASES.map(
      (gas) => [`chiller-${gas.toLowerCase()}`, [happened('refrigerant_refill', { gas, kg: 1 })]] as const,
    )
    await send(gateway, id, { ...POWER, ...Object.fromEntries(refills) })
  }
  await send(gateway, 'methane', { ...POWER, boiler: [happened('fuel_used', { fuel: 'natural_gas', amount: 100 })] })
  const day = (metric: string, kwh: number) => register(metric, JUNE, AFTER, HOUR_MS, kwh / 24)
  await send(gateway, 'battery', {
    'main-1': day('elec_import_kwh', 0),
    roof: day('renew_onsite_kwh', 240),
    battery: day('storage_charge_kwh', 144),
  })
  const working = [{ ts: JUNE, metrics: { state: 'Execute' } }]
  await send(gateway, 'machines', {
    'main-1': day('elec_import_kwh', 50),
    roof: day('renew_onsite_kwh', 50),
    m1: day('elec_import_kwh', 60),
    'm1/robot': working,
    m2: day('elec_import_kwh', 40),
    'm2/robot': working,
  })
  // 1,000 MWh in June, all of it from 8 to 16 o'clock.
  const hours = Array.from({ length: 31 * 24 + 1 }, (_, i) => i)
  const worked = (i: number) => Math.min(30 * 8, 8 * Math.floor(i / 24) + Math.max(0, Math.min(8, (i % 24) - 8)))
  const shifts = hours.map((i) => ({
    ts: JUNE + i * HOUR_MS,
    metrics: { elec_import_kwh: 1000 + (worked(i) * 1_000_000) / 240 },
  }))
  await send(gateway, 'contract', { 'main-1': shifts })
  const gas = register('ng_volume_nm3', JUNE, AFTER, HOUR_MS, 100)
  await send(gateway, 'coefficient', { ...POWER, 'gas-1': gas })
  await settled(gateway)
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function day(id: string, kpi: string): Promise<KpiPoint> {
  const range = { from: new Date(JUNE).toISOString(), to: new Date(JUNE + DAY_MS).toISOString() }
  let point: KpiPoint | undefined
  await until(async () => {
    ;[point] = await allPoints(gateway, { plant: id, kpi, window: '1d', ...range })
    return point?.provisional === false
  })
  return point!
}

test('a report of 2024 of 366 MWh in China is 196,395.6 kg: one factor for the whole year', async () => {
  const report = await reportOf(gateway, 'year', '2024-01-01', '2025-01-01')
  expect(daysFigure(report, 'energy_elec_import')).toBeCloseTo(366_000, 6)
  expect(daysFigure(report, 'scope2_lb')).toBeCloseTo(366_000 * 0.5366, 6)
})

test('a factor of data more than two years old says so in the figure', async () => {
  const point = await day('old', 'scope2_lb')
  expect(point).toMatchObject({ value: expect.closeTo(24_000 * 0.5306, 6), factors: ['cn.grid.national.avg.2023'] })
  expect(point.flags).toContain('factor_year_mismatch')
  const year = { window: '1mo' as const, from: '2024-01-01T00:00:00+08:00', to: '2025-01-01T00:00:00+08:00' }
  const months = await allPoints(gateway, { plant: 'year', kpi: 'scope2_lb', ...year })
  expect(months.flatMap(({ flags }) => flags)).not.toContain('factor_year_mismatch')
})

test('a tonne of LNG has one heating value in both tables', async () => {
  const [energy, carbon] = [await day('lng', 'energy_comprehensive'), await day('lng', 'scope1_stationary')]
  // In tce; 24 MWh of electricity beside it.
  expect(energy.value! - 24 * 0.1229).toBeCloseTo(1.7572, 9)
  expect(carbon.value).toBeCloseTo(((51.498 * 0.0153 * 0.99 * 44) / 12) * 1000, 6)
})

test('a plant in Liaoning has the factor of its province of 2023', async () => {
  const point = await day('liaoning', 'scope2_lb')
  expect(point).toMatchObject({ value: expect.closeTo(24_000 * 0.4878, 6), factors: ['cn.grid.prov.ln.2023'] })
})

test('Tibet takes the factor of the country, and says that this is from memory', async () => {
  const point = await day('tibet', 'scope2_lb')
  expect(point).toMatchObject({ value: expect.closeTo(24_000 * 0.5306, 6), factors: ['cn.grid.national.avg.2023'] })
  expect(point.flags).toContain('factor_from_memory')
})

test('the factor of the United States counts all greenhouse gases', async () => {
  const point = await day('states', 'scope2_lb')
  expect(point).toMatchObject({ value: expect.closeTo(24 * 770.9 * 0.45359237, 6), factors: ['us.egrid2023.avg'] })
  expect(point.flags).not.toContain('co2_only')
})

test('refrigerants are weighed by name, in the set of the plant', async () => {
  const total = async (id: string) => (await day(id, 'scope1_fugitive')).value
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b)
  const ar4 = { 'R-410A': 2087.5, 'R-22': 1810, 'R-448A': 1387.09, 'R-454B': 466.319, 'R-513A': 631.44, SF6: 22_800 }
  const ar6 = {
    'R-410A': 2255.5,
    'R-22': 1960,
    'R-448A': 0.26 * 771 + 0.26 * 3740 + 0.2 * 0.501 + 0.21 * 1530 + 0.07 * 1.37,
    'R-454B': 0.689 * 771 + 0.311 * 0.501,
    'R-513A': 0.56 * 0.501 + 0.44 * 1530,
    SF6: 24_300,
  }
  expect(await total('ar4')).toBeCloseTo(sum(Object.values(ar4)), 6)
  expect(await total('ar6')).toBeCloseTo(sum(Object.values(ar6)), 6)
})

test('methane of burnt natural gas is fossil in AR6', async () => {
  const point = await day('methane', 'scope1_stationary')
  // 100 t of 48 GJ: 1 kg CH4 and 0.1 kg N2O a TJ.
  expect(point.value).toBeCloseTo(4.8 * (56_100 + 1 * 29.8 + 0.1 * 273), 6)
})

test('a plant that has the coal equivalent of its gas gives that', async () => {
  const point = await day('coefficient', 'energy_comprehensive')
  expect(point.value).toBeCloseTo(2.4 * 1.2143 + 24 * 0.1229, 9)
  expect(point.factors).toContain('own.1')
})

test('a plant that charges a battery from its roof is all renewable, not two and a half times', async () => {
  const point = await day('battery', 'renewable_share')
  expect(point).toMatchObject({ value: expect.closeTo(1, 9), denominator: expect.closeTo(240, 6) })
})

test('machines that use 100 kWh of which the roof made 50 are given the 26.53 kg of the plant', async () => {
  expect((await day('machines', 'scope2_lb')).value).toBeCloseTo(26.53, 6)
  const states = ['producing', 'setup', 'starved', 'blocked', 'held', 'down', 'idle', 'off', 'unknown']
  const kg = await Promise.all(states.map(async (state) => (await day('machines', `co2e_${state}`)).numerator ?? 0))
  expect(kg.reduce((a, b) => a + b)).toBeCloseTo(26.53, 6)
  expect((await day('machines', 'kwh_producing')).value).toBeCloseTo(100, 6)
})

test('a contract of a month covers .60 of a plant that works by day: 180 t by the market, in the month and the report', async () => {
  const june = { window: '1mo' as const, from: '2026-06-01T00:00:00+08:00', to: '2026-07-01T00:00:00+08:00' }
  const month = async (kpi: string) => (await allPoints(gateway, { plant: 'contract', kpi, ...june }))[0]?.value ?? 0
  await until(async () => Math.abs((await month('scope2_covered_share')) - 0.6) < 1e-9)
  expect(await month('scope2_lb')).toBeCloseTo(200_000, 3)
  expect(await month('scope2_mb')).toBeCloseTo(180_000, 3)
  expect(await month('clean_energy_matched_annual')).toBeCloseTo(0.6, 9)
  expect(await month('clean_energy_matched_hourly')).toBeCloseTo(0.2, 9)
  const report = await reportOf(gateway, 'contract', '2026-06-01', '2026-07-01')
  expect(daysFigure(report, 'scope2_mb')).toBeCloseTo(180_000, 3)
})
