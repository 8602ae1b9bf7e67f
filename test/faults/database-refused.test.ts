// @module-tag deep
/** Proves that an error of input or output at the database's file costs a moment, and neither figures nor the process. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import {
  allReadings,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { hasStrace, type Injection, injectedCount, injecting } from './ground/injected.js'

const PLANT = 'refused-1'
const FIRST_TS = Date.UTC(2026, 0, 5)
const plants = [{ id: PLANT, name: { en: PLANT }, timezone: 'UTC', kpis: ['energy_elec_import'] }]

let gateway: TestGateway
afterEach(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const isReady = async () => (await readiness(gateway).catch(() => ({ status: 0 }))).status === 200
const logOf = () => join(gateway.dir, 'trace')

test.runIf(hasStrace).each<[string, Omit<Injection, 'paths'>, string]>([
  ['a sync of the log', { calls: ['fsync'], how: 'error=EIO', when: 3 }, '.wal'],
  ['a write of the log', { calls: ['write'], how: 'error=EIO', when: 5 }, '.wal'],
  ['a write of the log, for lack of room,', { calls: ['write'], how: 'error=ENOSPC', when: 5 }, '.wal'],
  ['a sync of the file', { calls: ['fsync'], how: 'error=EIO', when: 2 }, ''],
])('%s that fails costs a moment: nothing is lost, doubled or set aside', async (_, injection, suffix) => {
  const wrapper: string[] = []
  gateway = await startGateway({ config: { plants }, wrapper })
  await gateway.stop()
  wrapper.push(...injecting({ ...injection, paths: [join(gateway.dataDir, `archive.duckdb${suffix}`)] }, logOf()))
  gateway = await gateway.restart()
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const topic = `plants/${PLANT}/utilities/main-1/energy`
  let sent = 0
  const send = async () => {
    const ts = FIRST_TS + sent * 60_000
    await client.publishAsync(topic, JSON.stringify({ ts, metrics: { elec_import_kwh: sent++ } }), { qos: 1 })
  }
  await until(async () => {
    await send()
    return suffix === '' ? sent > 50 : injectedCount(logOf()) > 0
  })
  for (let i = 0; i < 20; i++) await send()
  await client.endAsync()
  await until(isReady)
  expect((await settled(gateway)).closes).toBe(true)
  const isWhole = async () => {
    const readings = await allReadings(gateway, { plant: PLANT, device: 'main-1', metric: 'elec_import_kwh' })
    expect(readings.map(({ value }) => value)).toEqual(Array.from({ length: sent }, (_, i) => i))
  }
  await isWhole()
  // The file itself is synced when the gateway stops.
  expect(await gateway.stop()).toBe(0)
  // The tracer writes down what it has seen behind the end of the gateway.
  await until(() => injectedCount(logOf()) > 0)
  wrapper.length = 0
  gateway = await gateway.restart()
  await until(isReady)
  await isWhole()
  expect(readdirSync(gateway.dataDir).filter((name) => name.includes('broken'))).toEqual([])
  expect(existsSync(join(gateway.dataDir, 'archive.duckdb'))).toBe(true)
})
