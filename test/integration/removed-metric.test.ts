// @module-tag slow

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditJob } from '../../src/base/report.js'
import type { DeviceAnswer } from '../../src/base/wire.js'
import type { ForgetMetricsAnswer } from '../../src/views/wire/forget-metrics.js'
import { greengauge } from '../support/cli.js'
import { accounting, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { checkLedger, ended, posted, sealedDaysOf } from '../support/removals.js'

/** Proves that a mistyped metric of a configured device is removed with its readings, over the API and by command, and that all else holds. */

const PLANT = 'works'
const ODD = 'elec_imprt_kwh'
const DAY = Date.UTC(2026, 9, 5)
const QUARTER_MS = 15 * 60_000
const SAMPLES = 2 * 96
const REPORT = `${PLANT}.ghg.2026-10-05.2026-10-06`
const CONFIG = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'Works' },
      timezone: 'UTC',
      grid_region: 'CN-JS',
      devices: [{ id: 'main-1', line: 'hall', role: 'main' }],
    },
  ],
}

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  gateway = await startGateway({ config: CONFIG })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await send((i) => ({ elec_import_kwh: i, [ODD]: i * 5 }))
  await until(async () => (await accounting(gateway)).readings.archived === 2 * SAMPLES)
  await until(async () => (await sealedDaysOf(gateway)).length >= 2)
})

afterAll(async () => {
  await client?.endAsync(true)
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
})

async function send(metricsAt: (i: number) => object): Promise<void> {
  const samples = Array.from({ length: SAMPLES }, (_, i) => ({ ts: DAY + i * QUARTER_MS, metrics: metricsAt(i) }))
  await client.publishAsync(`plants/${PLANT}/hall/main-1/energy`, JSON.stringify(samples), { qos: 1 })
}

const forget = (metrics: readonly string[], dry_run = false) =>
  post<ForgetMetricsAnswer>(`/plants/${PLANT}/devices/main-1/metrics/forget`, {
    ...{ metrics, dry_run, by: 'wei', why: 'mistyped' },
  })

const metrics = async () =>
  (await getJson<DeviceAnswer>(gateway, `/api/v1/plants/${PLANT}/devices/main-1`)).metrics.toSorted()

const post = <T = AuditJob>(path: string, body: object) => posted<T>(gateway, path, body)

const removed = async () => (await sealedDaysOf(gateway)).filter((day) => day.removed !== undefined)

async function dayOfPlant(): Promise<number | null | undefined> {
  const query = `scope=plant&id=${PLANT}&window=1d&from=2026-10-05T00:00:00Z&to=2026-10-06T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?${query}`
  return (await getJson<{ points: readonly { value: number | null }[] }>(gateway, path)).points[0]?.value
}

test('it goes with its readings, the ledger says so, and figures, device and sums stay', async () => {
  await until(async () => (await dayOfPlant()) === 96)
  expect((await forget([ODD, 'never_sent'], true)).body).toMatchObject({
    metrics: [{ metric: ODD, readings: SAMPLES }],
    refused: [{ metric: 'never_sent', reason: 'unknown' }],
    dry_run: true,
  })
  expect(await metrics()).toEqual(['elec_import_kwh', ODD])
  expect((await forget([ODD])).body.metrics).toMatchObject([{ metric: ODD }])
  await until(async () => (await removed()).length === 2)
  for (const { rows, removed: gone } of await removed()) {
    expect([rows, gone!.rows]).toEqual([96, 96])
    expect(gone).toMatchObject({ by: 'wei', why: 'mistyped', devices: ['main-1'], metrics: [ODD] })
  }
  await until(async () => (await metrics()).join() === 'elec_import_kwh')
  await until(async () => (await dayOfPlant()) === 96)
  expect((await accounting(gateway)).closes).toBe(true)
  await checkLedger(gateway)
})

test('a report that is frozen afterwards verifies, and names the metric', async () => {
  await ended(gateway, await post('/reports', { plants: [PLANT], from: '2026-10-05', to: '2026-10-06' }))
  expect(await ended(gateway, await post(`/reports/${REPORT}/freeze`, { by: 'Wang' }))).toMatchObject({ state: 'done' })
  const { findings } = await ended(gateway, await post(`/reports/${REPORT}/check`, {}))
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  const [named] = findings.filter(({ code }) => code === 'removed')
  expect(named!.text.en).toMatch(/^96 rows of elec_imprt_kwh of main-1 of works were removed .* because: mistyped/)
})

test('sent again it is new, stays where a frozen report has its days, and goes by command where none has', async () => {
  const cli = (...args: readonly string[]) =>
    greengauge('device', 'forget', `${PLANT}/hall/main-1`, '--config', join(gateway.dir, 'greengauge.yaml'), ...args)
  await send((i) => ({ [ODD]: i * 5 }))
  await until(async () => (await metrics()).includes(ODD))
  await until(async () => (await forget([ODD], true)).body.refused[0]?.reason === 'reported')
  expect((await forget([ODD])).body).toMatchObject({ metrics: [], refused: [{ report: `${REPORT} v1` }] })
  const refusedText = await cli('--metric', ODD, '--yes')
  expect(refusedText.stderr).toContain(`works/main-1 ${ODD} stays: on a day of it rests the frozen report ${REPORT} v1`)
  const ts = DAY + 10 * 86_400_000
  const payload = JSON.stringify({ ts, metrics: { shoe_count: 3 } })
  await client.publishAsync(`plants/${PLANT}/hall/main-1/energy`, payload, { qos: 1 })
  await until(async () => (await metrics()).includes('shoe_count'))
  expect((await cli('--metric', 'shoe_count')).stderr).toContain('1 metric would be forgotten; --yes does it')
  expect((await cli('--metric', 'shoe_count', '--yes', '--why', 'test bench')).code).toBe(0)
  await until(async () => !(await metrics()).includes('shoe_count'))
  expect((await accounting(gateway)).closes).toBe(true)
})

test('a database that is made anew from the files has the same metrics, rows and figures', async () => {
  await until(async () => (await dayOfPlant()) === 96)
  const { readings } = await accounting(gateway)
  const before = await metrics()
  await gateway.stop()
  for (const name of ['archive.duckdb', 'archive.duckdb.wal']) rmSync(join(gateway.dataDir, name), { force: true })
  gateway = await gateway.restart()
  await until(() =>
    fetch(`${gateway.httpUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  await until(async () => (await dayOfPlant()) === 96)
  const after = await accounting(gateway)
  expect([after.closes, after.readings.archived]).toEqual([true, readings.archived])
  expect(await metrics()).toEqual(before)
  await checkLedger(gateway)
})
