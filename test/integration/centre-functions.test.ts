/** Proves that a plant's functions of an energy and carbon management centre are in use while figures prove it, and stop with them. */
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { EntryItem } from '../../src/base/wire/entries.js'
import type { CentreFunctionsAnswer } from '../../src/views/wire/centre-functions.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { awayFromMidnight } from '../support/midnight.js'

const plant = (id: string) => ({
  ...{ id, name: { en: id }, timezone: 'UTC', grid_region: 'CN-JS' },
  kpis: ['energy_elec_import', 'data_completeness', 'scope2_lb', 'carbon_total_lb'],
  devices: [{ id: 'main-1', role: 'main', line: 'utilities', metrics: { elec_import_kwh: { period_s: 3600 } } }],
})
await awayFromMidnight()
/** Midnight of today. */
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS
/** A full hour a day and some hours ago: late in the day its last day still has a value. */
const SILENT_SINCE_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 27 * HOUR_MS

async function putOnRecord(gateway: TestGateway, of: string): Promise<EntryItem> {
  const answer = await fetch(`${gateway.httpUrl}/api/v1/plants/${of}/centre-functions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'Li Na', id: 'look-1' }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as EntryItem
}

describe('of three plants, one of which ended three days ago, and one a day ago', () => {
  let gateway: TestGateway

  beforeAll(async () => {
    gateway = await startGateway({
      config: { plants: [plant('goes'), plant('ended'), plant('silent')], insight: { enabled: false } },
    })
    const client = await mqtt.connectAsync(gateway.mqttUrl)
    const send = async (of: string, endMs: number) => {
      const hours = (endMs - (TODAY_MS - 6 * DAY_MS)) / HOUR_MS
      const samples = Array.from({ length: hours + 1 }, (_, i) => {
        return { ts: TODAY_MS - 6 * DAY_MS + i * HOUR_MS, metrics: { elec_import_kwh: 100 + 10 * i } }
      })
      await client.publishAsync(`plants/${of}/utilities/main-1/energy`, JSON.stringify(samples), { qos: 1 })
    }
    await send('goes', TODAY_MS)
    await send('ended', TODAY_MS - 3 * DAY_MS)
    await send('silent', SILENT_SINCE_MS)
    await client.endAsync()
    await settled(gateway)
  })

  afterAll(async () => {
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const functionsOf = (of: string) =>
    getJson<CentreFunctionsAnswer>(gateway, `/api/v1/plants/${of}/centre-functions`).then(({ functions }) => functions)

  test('the one has its monitoring and accounting in use, each with the figure of the API', async () => {
    const functions = await functionsOf('goes')
    const [monitoring] = functions
    expect(monitoring).toMatchObject({ number: 1, id: 'monitoring', state: 'in_use' })
    const proof = monitoring?.proofs.find(({ id }) => id === 'energy_elec_import')
    const range = `from=${new Date(TODAY_MS - 2 * DAY_MS).toISOString()}`
    const { points } = await getJson<{ points: readonly KpiPoint[] }>(
      gateway,
      `/api/v1/plants/goes/kpis/energy_elec_import/series?window=1d&${range}`,
    )
    const newest = points.findLast(({ value }) => value !== null)
    expect(newest?.value).toBe(240)
    expect(proof).toMatchObject({ state: 'in_use', value: newest?.value, unit: 'kWh', at: newest?.end, reason: '' })
    expect(functions.find(({ id }) => id === 'carbon_accounting')?.state).toBe('in_use')
  })

  test('what is in use is put on record, with what proves it, for documents', async () => {
    const made = await putOnRecord(gateway, 'goes')
    expect(made).toMatchObject({ id: 'look-1', type: 'centre_look', status: 'recorded', author: 'Li Na' })
    const { functions, in_use } = await getJson<CentreFunctionsAnswer>(gateway, '/api/v1/plants/goes/centre-functions')
    expect(made.fields.in_use).toBe(in_use)
    const said = made.fields.functions as { id: string; state: string; proofs: { id: string; at?: string }[] }[]
    expect(said.map(({ id, state }) => [id, state])).toEqual(functions.map(({ id, state }) => [id, state]))
    expect(said[0]!.proofs[0]).toMatchObject({ id: 'energy_elec_import', state: 'in_use' })
    // Sent again it is the same entry.
    expect((await putOnRecord(gateway, 'goes')).ts).toBe(made.ts)
  })

  test('the other says since when they have stopped, and why', async () => {
    const [monitoring] = await functionsOf('ended')
    expect(monitoring?.state).toBe('stopped')
    expect(monitoring?.proofs.find(({ id }) => id === 'energy_elec_import')).toMatchObject({
      state: 'stopped',
      value: 240,
      at: new Date(TODAY_MS - 3 * DAY_MS).toISOString(),
      reason: 'no_data',
    })
  })

  test('one whose data stopped a day ago is shown as stopped, whichever hour that was', async () => {
    const [monitoring] = await functionsOf('silent')
    expect(monitoring?.state).toBe('stopped')
    expect(monitoring?.proofs.find(({ id }) => id === 'energy_elec_import')?.state).toBe('stopped')
  })

  test('nothing is in use that nobody has set up, and reasons are said', async () => {
    const functions = await functionsOf('goes')
    const of = (id: string) => functions.find((one) => one.id === id)
    expect(of('analysis')).toMatchObject({ state: 'not_in_use' })
    expect(of('analysis')?.proofs.find(({ id }) => id === 'load_plan')?.reason).toBe('nothing_to_shift')
    expect(of('supply_chain')?.state).toBe('not_in_use')
  })
})
