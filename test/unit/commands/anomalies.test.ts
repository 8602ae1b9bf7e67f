import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { DAY_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { EXIT } from '../../../src/base/exit-codes.js'
import type { KpiPoint, Scope } from '../../../src/base/kpi.js'
import { plantOptions } from '../../../src/base/plant.js'
import { seriesAnswer } from '../../../src/base/wire/points.js'
import { addAnomaliesCommand } from '../../../src/commands/anomalies/command.js'
import { gatewayFigures } from '../../../src/commands/anomalies/gateway-figures.js'
import { anomalyLines } from '../../../src/commands/anomalies/lines.js'
import { anomaliesOf } from '../../../src/insight/anomalies/anomaly-watch.js'
import { plantFigures } from '../../../src/insight/anomalies/plant-figures.js'
import { LocalDays } from '../../../src/insight/series/local-days.js'
import { runCommand } from '../../support/command.js'

/** Proves that `greengauge anomalies` takes the figures of a gateway as they are, and says what it found in words. */

const DAYS = 40
const FROM_MS = Date.parse('2026-03-02T00:00:00Z')
const PERIOD = { fromMs: FROM_MS, toMs: FROM_MS + DAYS * DAY_MS }
const PLAN = plantOptions.parse({
  id: 'p',
  name: {},
  timezone: 'UTC',
  shifts: [{ name: 'day', start: '06:00', end: '22:00' }],
  devices: [
    { id: 'main-1', role: 'main' },
    { id: 'water-1', metrics: { water_fresh_m3: {} } },
    { id: 'silent-1', role: 'sub' },
    { id: 'robot-1', line: 'a', role: 'robot' },
  ],
})

function point(
  kpi: string,
  scope: Scope,
  id: string,
  i: number,
  value: number,
  more: Partial<KpiPoint> = {},
): KpiPoint {
  const startMs = FROM_MS + i * QUARTER_HOUR_MS
  return {
    plant: 'p',
    scope,
    id,
    kpi,
    window: '15m',
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + QUARTER_HOUR_MS).toISOString(),
    value,
    unit: kpi === 'energy_water_fresh' ? 'm3' : kpi === 'cycles' ? '1' : 'kWh',
    reason: '',
    numerator: value,
    denominator: null,
    coverage: 1,
    estimated_share: 0,
    provisional: false,
    rev: 0,
    flags: [],
    factors: [],
    ...more,
  }
}

const intervals = Array.from({ length: DAYS * 96 }, (_, i) => i)
const isWork = (i: number) => i % 96 >= 24 && i % 96 < 88
const wobble = (i: number) => 1 + 0.1 * Math.sin(i * i)
/** Water leaks from day 28 on. */
const water = (i: number) => (isWork(i) ? 2 : 0.2) * wobble(i) + (i >= 28 * 96 ? 0.2 : 0)
const SERIES: Readonly<Record<string, (i: number) => KpiPoint>> = {
  'energy_elec_import main-1': (i) =>
    point('energy_elec_import', 'device', 'main-1', i, 100 * wobble(i), i === 5 ? { estimated_share: 0.8 } : {}),
  'energy_water_fresh water-1': (i) => point('energy_water_fresh', 'device', 'water-1', i, water(i)),
  'cycles robot-1': (i) => point('cycles', 'device', 'robot-1', i, isWork(i) ? 10 : 0),
  'energy_natural_gas gas-1': (i) => point('energy_natural_gas', 'device', 'gas-1', i, 7),
}
/** Export and own generation are there by hours alone. */
const HOURS: Readonly<Record<string, number>> = { 'energy_elec_export q': 120, 'energy_elec_onsite q': 8 }
const hoursOf = (kpi: string, value: number) =>
  intervals.filter((i) => i % 4 === 0).map((i) => point(kpi, 'plant', 'q', i, value, { window: '1h' }))
const day = (kpi: string, i: number, value: number) => point(kpi, 'plant', 'q', i * 96, value, { window: '1d' })
/** Emissions of the second day are not known. */
const DAYS_OF: Readonly<Record<string, readonly KpiPoint[]>> = {
  'energy_elec_import q': [day('energy_elec_import', 0, 100), day('energy_elec_import', 1, 300)],
  'energy_cost q': [day('energy_cost', 0, 50), day('energy_cost', 1, 250)],
  'scope2_lb q': [day('scope2_lb', 0, 40)],
}

async function gateway() {
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://gateway')
    const kpi = url.pathname.split('/').at(-2)!
    const name = `${kpi} ${url.searchParams.get('id')}`
    const points = {
      '1d': () => DAYS_OF[name] ?? [],
      '1h': () => (HOURS[name] === undefined ? [] : hoursOf(kpi, HOURS[name])),
      '15m': () => (SERIES[name] === undefined ? [] : intervals.map(SERIES[name])),
    }[url.searchParams.get('window') as '1d' | '1h' | '15m']()
    const answer = seriesAnswer.parse({ points, next: null })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, certFile: null, token: () => '' }
}

test('figures of meters and machines are read; what stands for another interval is not known', async () => {
  const figures = await plantFigures(gatewayFigures(await gateway()), PLAN, PERIOD)
  const { history, silent, intervalsUnknown } = figures
  expect(silent).toEqual(['silent-1'])
  expect(intervalsUnknown).toBe(1)
  expect(history.meters.map(({ device, part, unit }) => [device, part, unit])).toEqual([
    ['main-1', 'main', 'kWh'],
    ['water-1', 'part', 'm3'],
  ])
  expect(history.meters[0]!.values[5]).toBeNaN()
  expect(history.machines.map(({ device }) => device)).toEqual(['robot-1'])
  expect(history.pricePerKwh).toBeNull()
  const findings = anomaliesOf({ ...history, days: new LocalDays(PLAN) })
  expect(findings.map(({ kind, device }) => [kind, device])).toEqual([['leak', 'water-1']])
  const lines = anomalyLines(figures, findings, 'UTC').join('\n')
  expect(lines).toContain('p: 3 meters and machines, 3840 intervals of 15 minutes; figures not known: 1')
  expect(lines).toContain('without a figure in this time: silent-1')
  expect(lines).toContain('water-1: leak: takes more while nothing is planned')
  expect(lines).toContain('since 2026-03-30')
  expect(lines).toContain('kWh not known (not_energy)')
})

test('export is that of the meter of electricity alone, generation that of the sun, and a mean is that of days with both figures', async () => {
  const plan = plantOptions.parse({
    id: 'q',
    name: {},
    timezone: 'UTC',
    devices: [
      { id: 'main-1', role: 'main' },
      { id: 'gas-1', role: 'main', metrics: { ng_volume_nm3: {} } },
      { id: 'pv-1', role: 'pv' },
    ],
  })
  const { history } = await plantFigures(gatewayFigures(await gateway()), plan, PERIOD)
  expect(history.meters.map(({ values }) => values[0])).toEqual([70, 7, 2])
  // Export is a fourth of its hour in each quarter of it.
  expect(history.meters[0]!.values[3]).toBeCloseTo(100 * wobble(3) - 30, 9)
  expect([...history.meters[2]!.values.subarray(0, 5)]).toEqual([2, 2, 2, 2, 2])
  expect([history.pricePerKwh, history.kgCo2ePerKwh]).toEqual([0.75, 0.4])
})

const folder = mkdtempSync(join(tmpdir(), 'anomalies-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  [['--plant', 'q'], '--plant q is none of the configuration, which has p'],
  [['--from', 'monday'], '--from monday is not a day: write it like 2026-10-01'],
  [['--from', '2026-10-02', '--to', '2026-10-01'], '--from 2026-10-02 does not lie before --to 2026-10-01'],
  [['--from', '2020-10-02', '--to', '2026-10-01'], '2190 days are more than the 400 that are read at once'],
])('%j is refused', async (args, problem) => {
  const file = join(folder, 'greengauge.yaml')
  writeFileSync(file, 'plants: [{ id: p, name: {}, timezone: UTC }]')
  const { stderr, code } = await runCommand(addAnomaliesCommand, ['anomalies', '--config', file, ...args])
  expect(stderr).toContain(problem)
  expect(code).toBe(EXIT.usage)
})
