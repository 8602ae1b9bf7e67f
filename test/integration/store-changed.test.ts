// @module-tag slow

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoreStatus, StoresAnswer } from '../../src/base/wire.js'
import type { ConfigAnswer, ConfigSaved } from '../../src/views/wire/configuration.js'
import {
  accounting,
  freePort,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { differences, NO_DIFFERENCES, readingsIn } from '../support/influx-contents.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { PLANT, PlantLoad } from '../support/plant-load.js'
import { findServer } from '../support/servers.js'

/**
 * Proves that a store that is added, set otherwise, taken out and named again by the page of the configuration is so at once, in a
 * gateway to which devices send meanwhile: nothing lacks, and a store that comes back gets what it has not had yet.
 */

const path = findServer('influxd')
const STORE = 'plant_history'

let gateway: TestGateway
let server: Influxd
let load: PlantLoad

async function save(...edits: readonly object[]): Promise<ConfigSaved> {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify({ edits }),
  })
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return JSON.parse(text) as ConfigSaved
}

function added(more: object = {}) {
  const url = server.url
  const value = { type: 'influxdb1', name: STORE, url, database: 'one', batch_age_s: 0.1, timeout_s: 60, ...more }
  return { op: 'add', path: ['store'], value }
}

async function status(): Promise<StoreStatus | undefined> {
  const { stores } = await getJson<StoresAnswer>(gateway, '/api/v1/stores')
  return stores.find(({ name }) => name === STORE)
}

/** The server has everything that was acknowledged, and the accounts close. */
async function isWhole(database: string): Promise<void> {
  await load.rest()
  await settled(gateway)
  await until(async () => (await status())?.state === 'current')
  await until(async () => (await readingsIn(server, database)).size === load.acknowledged.size)
  expect(differences(load.acknowledged, await readingsIn(server, database))).toEqual(NO_DIFFERENCES)
  const { closes, stores } = await accounting(gateway)
  expect(closes).toBe(true)
  expect(stores[STORE]?.readings).toMatchObject({ stored: load.acknowledged.size, pending: 0 })
}

describe.skipIf(path === null)('the stores of a gateway that runs', () => {
  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
    gateway = await startGateway({
      config: { plants: [{ id: PLANT, timezone: 'UTC', name: {} }], store: [{ type: 'duckdb' }] },
    })
    load = new PlantLoad(gateway)
    load.start()
    await load.more(1000)
  })
  afterAll(async () => {
    await load?.end()
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
    await server?.remove()
  })

  test('one that is added gets what the archive has, and what comes from then on', async () => {
    const saved = await save(added())
    expect(saved).toMatchObject({ in_force: true, changes: [{ path: 'store', when: 'now' }] })
    await load.more(1000)
    await isWhole('one')
    expect(await getJson<ConfigAnswer>(gateway, '/api/v1/config')).toMatchObject({ waiting: [] })
  })

  test('readiness follows an address that is wrong, and nothing lacks once it is mended', async () => {
    load.start()
    const away = `http://127.0.0.1:${await freePort()}`
    await save({ op: 'set', path: ['store', 1, 'url'], value: away })
    await until(async () => (await readiness(gateway)).checks.some(({ name, ok }) => name === `store ${STORE}` && !ok))
    await load.more(500)
    await save({ op: 'set', path: ['store', 1, 'url'], value: server.url })
    await isWhole('one')
    await until(async () => (await readiness(gateway)).status === 200)
  })

  test('one that is set to another database fills that one from the beginning, while devices send', async () => {
    load.start()
    await save({ op: 'set', path: ['store', 1, 'database'], value: 'two' })
    await load.more(500)
    await isWhole('two')
  })

  test('one that is taken out is given nothing, is told of nowhere, and goes on from there when it is named again', async () => {
    await save({ op: 'remove', path: ['store', 1] })
    await until(async () => (await status()) === undefined)
    expect((await readiness(gateway)).checks.filter(({ name }) => name.startsWith('store '))).toEqual([])
    // By what lacks of these it is seen that it is not filled from the beginning.
    for (const name of ['energy', 'robot']) await server.query(`DROP MEASUREMENT "${name}"`, 'two')
    const before = load.acknowledged.size
    load.start()
    await load.more(500)
    await load.rest()
    await settled(gateway)
    expect((await readingsIn(server, 'two')).size).toBe(0)
    await save(added({ database: 'two' }))
    const fresh = new Map([...load.acknowledged].slice(before))
    await until(async () => (await status())?.state === 'current')
    await until(async () => (await readingsIn(server, 'two')).size >= fresh.size)
    expect(differences(fresh, await readingsIn(server, 'two'))).toEqual(NO_DIFFERENCES)
    expect((await accounting(gateway)).stores[STORE]?.readings).toMatchObject({ stored: load.acknowledged.size })
  })

  test('answers history as soon as it stands first, and a start finds it as it was left', async () => {
    await save({ op: 'set', path: ['store'], value: [added({ database: 'two' }).value, { type: 'duckdb' }] })
    await until(async () => (await status())?.answers_history === true)
    await gateway.stop()
    gateway = await gateway.restart({ store: [added({ database: 'two' }).value, { type: 'duckdb' }] })
    await until(async () => (await status())?.state === 'current')
    expect((await accounting(gateway)).closes).toBe(true)
    expect(gateway.log()).not.toContain('holds nothing of this gateway')
  })
})
