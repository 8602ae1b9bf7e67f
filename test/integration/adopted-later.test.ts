// @module-tag slow

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { AuditJob, Report } from '../../src/base/report.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import type { ConfigAnswer, ConfigVersions } from '../../src/views/wire/configuration.js'
import type { AdoptAnswer, UnknownDevicesAnswer } from '../../src/views/wire/unknown-devices.js'
import { accounting, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { checkLedger, ended, posted } from '../support/removals.js'

/**
 * Proves that devices which are adopted with what they have sent count in their role on days that are over, that a report which was
 * frozen before stays and is told to differ, and that both versions are found right.
 */

const PLANT = 'works'
const DAY_MS = Date.UTC(2026, 9, 5)
const SAMPLES = 3 * 96 + 1
const REPORT = `${PLANT}.ghg.2026-10-05.2026-10-06`
/** kWh a quarter of an hour: two submeters behind the meter at the grid. */
const SENT = { 'main-1': 4, 'press-1': 2, 'weld-1': 1 } as const
const [ALL, MAIN] = [96 * 7, 96 * 4]

let gateway: TestGateway

beforeAll(async () => {
  const plant = { id: PLANT, name: { en: 'Works' }, timezone: 'UTC', grid_region: 'CN-JS' }
  gateway = await startGateway({ config: { archive: { delta_s: 1 }, plants: [plant] } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const [device, step] of Object.entries(SENT)) {
    const samples = Array.from({ length: SAMPLES }, (_, i) => ({
      ts: DAY_MS + i * QUARTER_HOUR_MS,
      metrics: { elec_import_kwh: i * step },
    }))
    await client.publishAsync(`plants/${PLANT}/hall/${device}/energy`, JSON.stringify(samples), { qos: 1 })
  }
  await client.endAsync()
  await until(async () => (await accounting(gateway)).readings.archived === 3 * SAMPLES)
})
afterAll(async () => {
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
})

const post = <T = AuditJob>(path: string, body: object) => posted<T>(gateway, path, body)

async function dayOfPlant(): Promise<number | null | undefined> {
  const query = `scope=plant&id=${PLANT}&window=1d&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?${query}`
  return (await getJson<SeriesAnswer>(gateway, path)).points[0]?.value
}

async function frozen(version: number): Promise<void> {
  const done = { state: 'done' }
  expect(await ended(gateway, await post(`/reports/${REPORT}/freeze`, { by: 'Wang' }))).toMatchObject(done)
  const { findings } = await ended(gateway, await post(`/reports/${REPORT}/check?version=${version}`, {}))
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
}

const report = (version: number) => getJson<Report>(gateway, `/api/v1/reports/${REPORT}.json?version=${version}`)
const importOf = ({ figures }: Report) => Number(figures[`${PLANT}/energy_elec_import`]?.value)

test('a report of before the adoption has all meters, is frozen and found right', async () => {
  await until(async () => (await dayOfPlant()) === ALL)
  await ended(gateway, await post('/reports', { plants: [PLANT], from: '2026-10-05', to: '2026-10-06' }))
  await frozen(1)
  expect(importOf(await report(1))).toBe(ALL)
})

test('adopted with what they have sent, the meter at the grid counts alone on that day', async () => {
  const { items } = await getJson<UnknownDevicesAnswer>(gateway, '/api/v1/devices/unknown')
  const devices = items.map(({ plant, device }) => ({ plant, device }))
  const { body } = await post<AdoptAnswer>('/devices/adopt', { devices, with_past: true, dry_run: false })
  expect(body).toMatchObject({ adopted: 3, saved: true })
  expect(body.text.match(/holds_from: 2026-10-05/g)).toHaveLength(3)
  await until(async () => (await dayOfPlant()) === MAIN)
  await settled(gateway)
  const path = `/api/v1/plants/${PLANT}/restatements?kpi=energy_elec_import&limit=1000`
  const restated = await getJson<{ items: readonly object[] }>(gateway, path)
  expect(restated.items).toContainEqual(expect.objectContaining({ window: '1d', reason: 'configuration' }))
})

test('the frozen report stays and is outdated, and the draft of the next version says what differs and who was configured later', async () => {
  await until(async () => {
    const { items } = await getJson<ReportsAnswer>(gateway, '/api/v1/reports')
    return items.some(({ id, version, outdated }) => id === REPORT && version === 1 && outdated)
  })
  expect(importOf(await report(1))).toBe(ALL)
  const draft = await report(2)
  expect(importOf(draft)).toBe(MAIN)
  expect(draft.previous?.differences.map(({ reasons }) => reasons)).toContainEqual(['configuration'])
  expect(draft.plants[0]?.configurations).toHaveLength(2)
  expect(JSON.stringify(draft)).toContain(
    'main-1, press-1, weld-1: what they sent in the period before they were configured',
  )
  const { findings } = await ended(gateway, await post(`/reports/${REPORT}/check?version=1`, {}))
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
})

test('the next version is frozen and found right, and the ledger holds', async () => {
  await frozen(2)
  expect(importOf(await report(2))).toBe(MAIN)
  await checkLedger(gateway)
  expect((await accounting(gateway)).closes).toBe(true)
})

test('a database that is made anew from the files has the same figure', async () => {
  await gateway.stop()
  for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
  const file = join(gateway.dir, 'greengauge.yaml')
  const adopted = readFileSync(file, 'utf8')
  // A start by the test writes the file anew: whichever of the two is read has what was adopted.
  gateway = gateway.relaunch(parse(adopted))
  writeFileSync(file, adopted)
  await gateway.up()
  await until(async () => (await dayOfPlant().catch(() => null)) === MAIN)
})

async function changed(path: string, body: object): Promise<void> {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const headers = { 'content-type': 'application/json', 'if-match': `"${hash}"` }
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

test('an undo of the adoption brings back the figures of before', async () => {
  const { versions } = await getJson<ConfigVersions>(gateway, '/api/v1/config/versions')
  await changed('/undo', { version: versions.at(-1)!.version })
  await until(async () => (await dayOfPlant()) === ALL)
})

test('a report after an undo, and one of days whose figures nobody makes any more, are found right', async () => {
  await settled(gateway)
  await frozen(3)
  const devices = Object.keys(SENT).map((id) => ({ id, line: 'hall', role: 'sub', holds_from: '2026-10-05' }))
  await changed('', { edits: [{ op: 'set', path: ['plants', PLANT, 'devices'], value: devices }] })
  await until(async () => (await dayOfPlant()) === undefined)
  await settled(gateway)
  await frozen(4)
  const { figures } = await report(4)
  expect(figures[`${PLANT}/energy_elec_import`]).toMatchObject({ value: null, made: { days: 0 } })
  await checkLedger(gateway)
  expect((await accounting(gateway)).closes).toBe(true)
})
