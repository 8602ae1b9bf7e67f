import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { xlsxCells } from '../support/xlsx-cells.js'

/** Proves that the tables of figures for spreadsheets hold what the API says of each figure, and refuse what is too much. */

const DAY = Date.UTC(2026, 0, 5)
const RANGE = 'from=2026-01-05T00:00:00Z&to=2026-01-05T00:04:00Z'
const KPIS = ['energy_elec_import', 'energy_water_fresh']
const plantOf = (id: string, timezone: string) => ({
  ...{ id, name: {}, timezone, lines: [{ id: 'hall' }] },
  devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 15 } } }],
})
const PLANTS = [plantOf('one', 'Asia/Shanghai'), plantOf('two', 'UTC')]

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config: { plants: PLANTS } })
  const device = await mqtt.connectAsync(gateway.mqttUrl)
  const samples = Array.from({ length: 18 }, (_, i) => {
    return { ts: DAY + i * 15_000, metrics: { elec_import_kwh: 100 + i * 0.25 } }
  })
  await device.publishAsync('plants/one/hall/main-1/energy', JSON.stringify(samples), { qos: 1 })
  await device.endAsync()
  await until(async () => (await series('one', KPIS[0]!)).filter(({ provisional }) => !provisional).length >= 3)
})
afterAll(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function series(plant: string, kpi: string): Promise<readonly KpiPoint[]> {
  const path = `/api/v1/plants/${plant}/kpis/${kpi}/series?window=1m&scope=line&id=hall&${RANGE}`
  return (await getJson<SeriesAnswer>(gateway, path)).points
}

const ask = (path: string) => fetch(gateway.httpUrl + path)
const table = (ending: string, more = '') =>
  ask(`/api/v1/figures.${ending}?kpi=${KPIS.join(',')}&window=1m&scope=line&${RANGE}${more}`)

/** A row as the API has it, as texts: times in the zone of the plant. */
function textsOf(point: KpiPoint): readonly string[] {
  const timeOf = (instant: string) => {
    const ms = Date.parse(instant) + (point.plant === 'one' ? 8 * 3_600_000 : 0)
    return new Date(ms).toISOString().replace('.000Z', point.plant === 'one' ? '+08:00' : '+00:00')
  }
  const { plant, scope, id, kpi, window, value, unit, coverage, estimated_share, reason, flags, provisional, rev } =
    point
  const cells = [plant, scope, id, kpi, window, timeOf(point.start), timeOf(point.end), value, unit, coverage]
  return [...cells, estimated_share, reason, flags.join(' '), provisional, rev].map((cell) => String(cell ?? ''))
}

async function expected(plants: readonly string[]): Promise<readonly (readonly string[])[]> {
  const all = await Promise.all(plants.flatMap((plant) => KPIS.map((kpi) => series(plant, kpi))))
  return all.flat().map(textsOf)
}

test('the rows are those of the series, figure by figure, of all plants or those that are named', async () => {
  const rowsOf = async (more?: string) => {
    const answer = await table('csv', more)
    expect(answer.headers.get('content-type')).toContain('text/csv')
    const [head, ...rows] = (await answer.text()).trimEnd().split('\r\n')
    expect(head!.split(',').slice(0, 9).join()).toBe('plant,scope,id,kpi,window,start,end,value,unit')
    return rows.map((row) => row.split(','))
  }
  // A window that runs may become another between two questions.
  const isSame = async () => JSON.stringify(await rowsOf()) === JSON.stringify(await expected(['one', 'two']))
  await until(isSame)
  const named = await rowsOf('&plants=one')
  expect(named.length).toBeGreaterThan(3)
  expect(new Set(named.map(([plant]) => plant))).toEqual(new Set(['one']))
  expect(named[0]!.slice(5, 9)).toEqual(['2026-01-05T08:00:00+08:00', '2026-01-05T08:01:00+08:00', '1', 'kWh'])
})

test('a workbook has the same cells', async () => {
  await until(async () => {
    const [, ...rows] = await xlsxCells(Buffer.from(await (await table('xlsx')).arrayBuffer()))
    return JSON.stringify(rows) === JSON.stringify(await expected(['one', 'two']))
  })
})

test('what there is not, and what is too much, is refused with what to ask for', async () => {
  const of = async (query: string) => {
    const answer = await ask(`/api/v1/figures.csv?${query}`)
    return [answer.status, (await answer.text()).replace(/.*"detail":"/s, '')] as const
  }
  expect(await of(`kpi=none&window=1h&${RANGE}`)).toEqual([404, expect.stringContaining('There is no KPI none')])
  expect(await of(`kpi=oee&window=1h&plants=none&${RANGE}`)).toEqual([404, expect.stringContaining('none')])
  expect((await of('kpi=oee&window=1h'))[0]).toBe(200)
  expect((await of('window=1h'))[0]).toBe(400)
  const range = `kpi=oee&window=1h&${RANGE}`
  expect(await of(`${range}&scope=line&id=hal`)).toEqual([400, expect.stringContaining('hall')])
  expect(await of(`${range}&scope=plant&id=hall`)).toEqual([400, expect.stringContaining('one')])
  expect((await of(`${range}&scope=plant&id=one&plants=one`))[0]).toBe(200)
  const century = 'from=1990-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'
  expect(await of(`kpi=oee&window=1h&${century}`)).toEqual([400, expect.stringContaining('at most 20000 rows')])
})
