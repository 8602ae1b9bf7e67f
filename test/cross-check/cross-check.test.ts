// @module-tag deep
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KpiInfo } from '../../src/base/kpi.js'
import { METRICS } from '../../src/base/metrics.js'
import type { AuditJob, Report } from '../../src/base/report.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { compareWindows, type Difference } from './compare.js'
import { FAULTS, withSmallCapture } from './faults.js'
import { compareFeed } from './feed.js'
import { type Ask, askOf, factorRows, plantInput } from './gateway-input.js'
import { NOT_RECOMPUTED } from './not-recomputed.js'
import { comparePage } from './pages.js'
import { recompute } from './recompute/figures.js'
import type { PlantInput, Span } from './recompute/inputs.js'
import { instantOf } from './recompute/windows.js'
import { compareEarlier, compareFiles, compareReport, type ReportFiles, reportFiles } from './reports.js'
import { compareTotals } from './totals.js'
import { worldOf } from './world.js'

/** Plants drawn by lot: what the gateway answers is what their readings come to by the specification alone. */

const SEED = Number(process.env.CROSS_CHECK_SEED ?? 20_261_128)
const world = worldOf(SEED, 2)
const factors = factorRows(join(import.meta.dirname, '..', '..', 'factors', 'emission-factors.csv'))
const metrics = [...METRICS.keys()]
let gateway: TestGateway
let ask: Ask
let catalogue: readonly KpiInfo[]
const inputs: PlantInput[] = []
const spanOf = ({ plant }: PlantInput) => ({
  fromMs: instantOf(world.from, '00:00', plant.timezone),
  toMs: instantOf(world.to, '00:00', plant.timezone),
})

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: world.plants } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const { topic, payload } of world.messages) await client.publishAsync(topic, payload, { qos: 1 })
  await client.endAsync()
  const { readings } = await settled(gateway)
  expect(readings).toMatchObject({ archived: world.readings, conflict: 0 })
  ask = askOf(gateway.httpUrl)
  catalogue = (await ask<{ readonly kpis: readonly KpiInfo[] }>('/kpis')).kpis
  for (const plant of world.plants) {
    const span = {
      fromMs: instantOf(world.from, '00:00', plant.timezone),
      toMs: instantOf(world.to, '00:00', plant.timezone),
    }
    inputs.push(await plantInput(ask, plant, factors, span))
  }
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

/** The world has what these are made of, whatever is drawn: events, contracts, fuels. */
const ALWAYS = [
  ...['scope1_mobile', 'scope1_process', 'scope1_fugitive', 'scope2_mb', 'scope2_covered_share', 'renewable_share'],
  ...['clean_energy_matched_annual', 'clean_energy_matched_hourly', 'carbon_per_unit_mb', 'fpy', 'rty'],
  'peak_demand_15_sliding',
  ...['energy_comprehensive', 'energy_comprehensive_with_pv', 'sec_tce', 'sec_gj'],
]

/** A world without what these are made of would have the right figure, 0, all the same. */
const DRAWN = [
  ...['peak_demand_15_sliding', 'time_planned_stop', 'time_break', 'time_pm', 'corrective_maintenance_ratio'],
  ...['allocation_ratio', 'production_process_ratio', 'equipment_load', 'robot_auto_mode_share', 'rework_ratio'],
  ...['robot_density', 'automation_share', 'time_idle_no_order', 'cp', 'cpk', 'pp', 'ppk'],
  ...['standby_share', 'cost_of_standing', 'kwh_break', 'co2e_producing', 'kwh_per_good_part', 'co2e_per_good_part'],
]

test('the plants have what figures are made of that would be nothing without', () => {
  const largest = (kpi: string) =>
    Math.max(...inputs.map((input) => recompute(kpi, asked(input), metrics)?.numerator ?? 0))
  const asked = (input: PlantInput) => ({ input, scope: 'plant' as const, id: input.plant.id, span: spanOf(input) })
  expect(DRAWN.filter((kpi) => !(largest(kpi) > 0))).toEqual([])
})

test('the windows of every plant, line and device are what the specification makes of their readings', async () => {
  const all: Difference[] = []
  const counted = new Map<string, number>()
  for (const input of inputs) {
    const { differences, counts } = await compareWindows(ask, input, catalogue, spanOf(input), metrics)
    all.push(...differences)
    for (const [kpi, count] of counts) counted.set(kpi, (counted.get(kpi) ?? 0) + count)
  }
  const shown = [...counted].flatMap(([kpi, count]) => {
    const of = all.filter(({ what }) => what.split(' ')[3] === kpi)
    return of.length === 0 ? [] : [`${kpi}: ${of.length} of ${count}, ${JSON.stringify(of[0])}`]
  })
  expect(shown, `seed ${SEED}`).toEqual([])
  expect(ALWAYS.filter((id) => !counted.has(id))).toEqual([])
  const silent = catalogue.filter(({ id }) => !counted.has(id) && !NOT_RECOMPUTED.some(([ids]) => ids.test(id)))
  expect(silent.map(({ id }) => id)).toEqual([])
})

const HOUR = 3_600_000

/** Whole days, hours drawn by lot, from before the first reading, and over the last one into silence. */
function rangesOf(input: PlantInput): { readonly whole: readonly Span[]; readonly open: readonly Span[] } {
  const { fromMs, toMs } = spanOf(input)
  const hours = (toMs - fromMs) / HOUR
  const first = SEED % Math.floor(hours / 2)
  const drawn = { fromMs: fromMs + first * HOUR, toMs: toMs - ((SEED >> 3) % Math.floor(hours / 4)) * HOUR }
  const whole = [{ fromMs, toMs }, drawn]
  return {
    whole,
    open: [
      { fromMs: fromMs - 13 * HOUR, toMs: fromMs + 3 * HOUR },
      { fromMs: toMs - 6 * HOUR, toMs: toMs + 7 * HOUR },
    ],
  }
}

/** Only these are judged where a part of the range is not known. */
const OF_OPEN_RANGES = ['energy_elec_import', 'energy_natural_gas', 'data_completeness']
/** The hour in which a silence begins is not final at once. */
const OPEN_TOLERANCE = 0.03
const open = () => catalogue.filter(({ id }) => OF_OPEN_RANGES.includes(id))

test('a range of time is what its readings come to, from before the first of them and over the last too', async () => {
  for (const input of inputs) {
    const { whole, open: beyond } = rangesOf(input)
    expect(await compareTotals(ask, input, catalogue, whole, metrics)).toEqual([])
    expect(await compareTotals(ask, input, open(), beyond, metrics, OPEN_TOLERANCE)).toEqual([])
  }
})

test('the feed begins with what the interface answers', async () => {
  for (const { plant } of inputs) expect(await compareFeed(ask, gateway.httpUrl, plant.id)).toEqual([])
})

async function jobOf(path: string, body: object): Promise<AuditJob> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  let job = (await answer.json()) as AuditJob
  await until(async () => {
    job = await ask<AuditJob>(`/audit/jobs/${job.id}`)
    return job.state === 'done' || job.state === 'failed'
  })
  expect(job).toMatchObject({ state: 'done' })
  return job
}

describe('a report', () => {
  let files: ReportFiles
  const input = () => inputs[0]!
  const days = () => {
    const { timezone } = input().plant
    const middle = instantOf('2025-10-26', '00:00', timezone)
    const { fromMs, toMs } = spanOf(input())
    return [
      { fromMs, toMs: middle },
      { fromMs: middle, toMs },
    ]
  }

  beforeAll(async () => {
    const asked = { plants: [input().plant.id], from: world.from, to: world.to, profile: 'ghg' }
    const { report } = await jobOf('/reports', asked)
    files = await reportFiles(gateway.httpUrl, report!.id, report!.version)
  })

  test('says of its days what their readings come to', () => {
    expect(compareReport(files.report, input(), days())).toEqual([])
  })

  test('says the same in its document, its table, its workbook and on paper', async () => {
    expect(await compareFiles(files)).toEqual([])
  })

  test('of the second day states what the readings of the first come to, and takes it off', async () => {
    const [plants, profile, middle] = [[input().plant.id], 'ghg', '2025-10-26']
    const first = `${plants[0]}.ghg.${world.from}.${middle}`
    await jobOf(`/reports/${first}/freeze`, { by: 'Wang', languages: ['en'] })
    const { report: second } = await jobOf('/reports', { plants, from: middle, to: world.to, profile })
    const before = await ask<Report>(`/reports/${first}.json?version=1`)
    const beside = await reportFiles(gateway.httpUrl, second!.id, second!.version)
    expect(beside.report.period_before).toMatchObject({ id: first, report: { version: 1 } })
    expect(compareReport(before, input(), days().slice(0, 1))).toEqual([])
    expect(compareReport(beside.report, input(), days().slice(1))).toEqual([])
    expect(compareEarlier(beside.report, before)).toEqual([])
    expect(await compareFiles(beside)).toEqual([])
    const lb = `${plants[0]}/scope2_lb`
    const changed = { ...before, figures: { ...before.figures, [lb]: { ...before.figures[lb]!, value: '1' } } }
    expect(compareEarlier(beside.report, changed).map(({ what }) => what)).toEqual([
      `${second!.id} period-before/${plants[0]}/scope2_lb/earlier`,
    ])
  })

  test('with captures 100 times too small is found', () => {
    expect(compareReport(withSmallCapture(files.report), input(), days()).length).toBeGreaterThan(0)
  })

  test('with one figure changed in one of its files is found', async () => {
    const [id] = Object.entries(files.report.figures).find(([, { value }]) => value !== null && Number(value) > 1)!
    const changed = {
      ...files.report,
      figures: { ...files.report.figures, [id]: { ...files.report.figures[id]!, value: '7.654321' } },
    }
    const differences = await compareFiles({ ...files, report: changed })
    expect(differences.map(({ between }) => between)).toEqual(expect.arrayContaining(['json, csv', 'json, xlsx']))
  })

  test('that is frozen is found right by the verifier', async () => {
    const id = files.report.id
    await jobOf(`/reports/${id}/freeze`, { by: 'Wang', languages: ['en'] })
    const { findings } = await jobOf(`/reports/${id}/check`, {})
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
  })
})

test.each(FAULTS)('is found when put back: $name', async ({ kpi, plantedIn }) => {
  const faulty = plantedIn(ask)
  const only = catalogue.filter(({ id }) => id === kpi)
  const found = []
  for (const input of inputs) {
    const { whole, open: beyond } = rangesOf(input)
    found.push(...(await compareTotals(faulty, input, only, whole, metrics)))
    if (OF_OPEN_RANGES.includes(kpi))
      found.push(...(await compareTotals(faulty, input, only, beyond, metrics, OPEN_TOLERANCE)))
    found.push(...(await compareWindows(faulty, input, only, spanOf(input), metrics)).differences)
  }
  expect(found.length).toBeGreaterThan(0)
  expect(found.every(({ what }) => what.includes(` ${kpi} `))).toBe(true)
})

describe.runIf(chromiumPath !== null)('a page', () => {
  let browser: Browser
  const url = () => gateway.httpUrl

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  test('shows of a range what the interface says of it', async () => {
    for (const input of inputs) {
      const ofPlant = await comparePage(ask, url(), browser, { plant: input.plant.id }, spanOf(input))
      expect(ofPlant.differences).toEqual([])
      expect(ofPlant.kpis).toContain('energy_elec_import')
      const ofLine = await comparePage(ask, url(), browser, { plant: input.plant.id, line: 'press' }, spanOf(input))
      expect(ofLine.differences).toEqual([])
      expect(ofLine.kpis).toEqual(expect.arrayContaining(['load_factor', 'sec', 'peak_demand_15']))
    }
  })

  test('is found when it shows the last day of a range', async () => {
    const [input] = inputs
    const { plant } = input!
    const span = spanOf(input!)
    const lastDay: Ask = (path) => {
      const [, to = ''] = /[?&]to=([^&]*)/.exec(path) ?? []
      const from = new Date(Date.parse(decodeURIComponent(to)) - 24 * HOUR).toISOString()
      return ask(path.replace(/from=[^&]*/, `from=${from}`))
    }
    const { differences } = await comparePage(ask, url(), browser, { plant: plant.id, answered: lastDay }, span)
    expect(differences.map(({ what }) => what)).toContain(`${plant.id} energy_elec_import `)
  })

  test('is found when a fault that figures of ranges have had is in what it shows', async () => {
    const [input] = inputs
    const { plant } = input!
    const answered = FAULTS.reduce((before, { plantedIn }) => plantedIn(before), ask)
    const found = async (shown: { readonly line?: string }) => {
      const page = { plant: plant.id, ...shown, answered }
      return (await comparePage(ask, url(), browser, page, spanOf(input!))).differences.map(({ what }) => what)
    }
    const ofLine = ['load_factor', 'sec'].map((kpi) => `${plant.id} ${kpi} `)
    expect(await found({ line: 'press' })).toEqual(expect.arrayContaining(ofLine))
    expect(await found({})).toContain(`${plant.id} peak_demand_15 `)
  })
})
