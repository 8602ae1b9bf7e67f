// @module-tag slow

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoreStatus, StoresAnswer } from '../../src/base/wire.js'
import type { ConfigAnswer, ConfigSaved } from '../../src/views/wire/configuration.js'
import { FakeInfluxdb2 } from '../support/fake-influxdb2.js'
import { accounting, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { differences, NO_DIFFERENCES } from '../support/influx-contents.js'
import { PLANT, PlantLoad } from '../support/plant-load.js'

/**
 * Proves that stores on InfluxDB 2.x and 3.x that are added, set otherwise, taken out and named again in a gateway that runs are so at
 * once, with nothing lacking and nothing twice. What answers is a fake of both: a server of neither can be had as a package of Debian.
 */

const TOKEN = 'a-token-for-both'
const NAMES = ['second', 'third'] as const
type Name = (typeof NAMES)[number]

let gateway: TestGateway
let load: PlantLoad
let fakes: Readonly<Record<Name, FakeInfluxdb2>>

beforeAll(async () => {
  const of = { token: TOKEN, buckets: ['one', 'two'] }
  fakes = {
    second: await FakeInfluxdb2.start({ version: 2, ...of }),
    third: await FakeInfluxdb2.start({ version: 3, ...of }),
  }
  gateway = await startGateway({
    config: { plants: [{ id: PLANT, timezone: 'UTC', name: {} }], store: [{ type: 'duckdb' }] },
  })
  load = new PlantLoad(gateway)
  load.start()
  await load.more(500)
})
afterAll(async () => {
  await load?.end()
  await gateway?.stop('SIGKILL')
  if (gateway !== undefined) removeData(gateway)
  for (const name of NAMES) await fakes?.[name].close()
})

function storeOf(name: Name, bucket: string): object {
  const { url } = fakes[name]
  const org = name === 'second' ? { org: 'works' } : {}
  return { type: 'influxdb2', name, url, bucket, ...org, token: TOKEN, batch_age_s: 0.1, timeout_s: 60 }
}

async function setStores(stores: readonly object[]): Promise<void> {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify({ edits: [{ op: 'set', path: ['store'], value: [{ type: 'duckdb' }, ...stores] }] }),
  })
  expect(answer.status, await answer.clone().text()).toBe(200)
  expect((await answer.json()) as ConfigSaved).toMatchObject({ in_force: true })
}

async function status(name: Name): Promise<StoreStatus | undefined> {
  const { stores } = await getJson<StoresAnswer>(gateway, '/api/v1/stores')
  return stores.find((one) => one.name === name)
}

/** Both have everything that was acknowledged, and the accounts close. */
async function areWhole(bucket: string): Promise<void> {
  await load.rest()
  await settled(gateway)
  for (const name of NAMES) {
    await until(async () => (await status(name))?.state === 'current')
    await until(() => fakes[name].readings(bucket).size >= load.acknowledged.size)
    expect(differences(load.acknowledged, fakes[name].readings(bucket)), name).toEqual(NO_DIFFERENCES)
    expect(fakes[name].refused).toEqual([])
  }
  const { closes, stores } = await accounting(gateway)
  expect(closes).toBe(true)
  for (const name of NAMES) {
    expect(stores[name]?.readings).toMatchObject({ stored: load.acknowledged.size, pending: 0 })
  }
}

test('those that are added get what the archive has, and what comes from then on', async () => {
  await setStores(NAMES.map((name) => storeOf(name, 'one')))
  await load.more(500)
  await areWhole('one')
  expect(await getJson<ConfigAnswer>(gateway, '/api/v1/config')).toMatchObject({ waiting: [] })
})

test('those that are set to another bucket fill that one from the beginning, while devices send', async () => {
  load.start()
  await setStores(NAMES.map((name) => storeOf(name, 'two')))
  await load.more(300)
  await areWhole('two')
})

test('those that are taken out are given nothing, and go on from there when they are named again', async () => {
  await setStores([])
  await until(async () => (await status('second')) === undefined && (await status('third')) === undefined)
  // By what lacks of these it is seen that they are not filled from the beginning.
  for (const name of NAMES) fakes[name].drop('two', ['energy', 'robot'])
  const before = load.acknowledged.size
  load.start()
  await load.more(300)
  await load.rest()
  await settled(gateway)
  for (const name of NAMES) expect(fakes[name].readings('two').size).toBe(0)
  await setStores(NAMES.map((name) => storeOf(name, 'two')))
  const fresh = new Map([...load.acknowledged].slice(before))
  for (const name of NAMES) {
    await until(async () => (await status(name))?.state === 'current')
    await until(() => fakes[name].readings('two').size >= fresh.size)
    expect(differences(fresh, fakes[name].readings('two')), name).toEqual(NO_DIFFERENCES)
    expect((await accounting(gateway)).stores[name]?.readings).toMatchObject({ stored: load.acknowledged.size })
  }
})
