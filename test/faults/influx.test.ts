// @module-tag deep
/** Proves that an InfluxDB has every point once, whatever happens to it and to the way there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RefusedAnswer, SeriesAnswer } from '../../src/base/wire.js'
import { type FaultyProxy, openFaultyProxy } from '../support/faulty-proxy.js'
import {
  accounting,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { differences, NO_DIFFERENCES, pointsIn, pointsInDatabase, readingsIn } from '../support/influx-contents.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { FIRST_TS, PLANT, PlantLoad, readingKey } from '../support/plant-load.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { isCurrent, saidOfStore, storeStatus } from '../support/store-watch.js'

const path = findServer('influxd')
const DATABASE = 'greengauge'
const USER = { username: 'gateway', password: 'first' }
/** Long enough that several tries fall into it. */
const OUTAGE_READINGS = 4000

let gateway: TestGateway
let server: Influxd
let load: PlantLoad

/** Reason that the gateway is not ready, as far as the store is the cause; '' when it is not. */
async function reasonOnReadyz(): Promise<string> {
  const { checks } = await readiness(gateway)
  const check = checks.find(({ name }) => name === 'store influxdb1')
  return check === undefined || check.ok ? '' : check.reason
}

/** A server that stands still for a second on a machine that is busy is no outage. */
const TIMEOUT_S = 5
const NO_ANSWER = new RegExp(
  `^store influxdb1: the server does not answer \\(url\\): no answer within ${TIMEOUT_S} s \\(timeout_s\\)`,
)
const REFUSED_ONE = /^influxdb1 does not take one reading or KPI point .*, the rest is stored: /
const TAKES_NOTHING = /^influxdb1 takes nothing, it gets everything later: /
const TAKES_AGAIN = /^influxdb1 takes what it is given again, after \d+ s$/

interface Fault {
  begin(): Promise<unknown> | unknown
  end(): Promise<unknown> | unknown
  /** Reason that /readyz gives while the fault lasts. */
  readonly reason: RegExp
  /** Messages of the log between the trouble and its end. */
  readonly alsoSaid?: readonly string[]
}

/** A fault in the middle of the load: what the gateway says and does meanwhile, and how long the way back takes. */
async function outage({ begin, end, reason, alsoSaid = [] }: Fault): Promise<void> {
  load.start()
  await load.more(500)
  await until(async () => (await storeStatus(gateway)).state !== 'waiting')
  const saidBefore = saidOfStore(gateway).length
  await begin()
  await until(async () => reason.test(await reasonOnReadyz()))
  const before = (await accounting(gateway)).stores
  await load.more(OUTAGE_READINGS)
  await until(async () => {
    const { duckdb } = (await accounting(gateway)).stores
    return duckdb!.readings.stored >= before.duckdb!.readings.stored + OUTAGE_READINGS
  })
  const during = await accounting(gateway)
  expect(during.closes).toBe(true)
  expect(during.stores.influxdb1!.readings.pending).toBeGreaterThanOrEqual(OUTAGE_READINGS)
  expect(await chart()).not.toEqual([])
  expect(await reasonOnReadyz()).toMatch(reason)
  await end()
  await until(async () => (await storeStatus(gateway)).state !== 'waiting')
  await load.rest()
  await isWhole()
  await expect
    .poll(() => saidOfStore(gateway).slice(saidBefore))
    .toEqual([expect.stringMatching(TAKES_NOTHING), ...alsoSaid, expect.stringMatching(TAKES_AGAIN)])
  expect(await reasonOnReadyz()).toBe('')
}

/** Points that a dashboard draws. */
async function chart(): Promise<SeriesAnswer['points']> {
  const range = `from=${new Date(FIRST_TS).toISOString()}&to=2026-02-01T00:00:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=15m&${range}`
  return (await getJson<SeriesAnswer>(gateway, path)).points
}

/** The server comes to hold every acknowledged reading with its value, every final point, and nothing beside them. */
function isWhole(refused: readonly string[] = []): Promise<void> {
  // A window that becomes final between two of the questions is in the answer to one of them alone.
  return vi.waitFor(() => holdsAll(refused), { timeout: SOON_MS, interval: 500 })
}

async function holdsAll(refused: readonly string[]): Promise<void> {
  await isCurrent(gateway)
  const expected = new Map(load.acknowledged)
  for (const key of refused) expected.delete(key)
  expect(differences(expected, await readingsIn(server, DATABASE))).toEqual(NO_DIFFERENCES)
  const { stores, closes, readings } = await accounting(gateway)
  const finals = [...(await pointsIn(server, DATABASE)).values()].filter(({ provisional }) => provisional === false)
  expect(closes).toBe(true)
  expect(readings).toMatchObject({ archived: load.acknowledged.size, conflict: 0, pending: 0 })
  expect(stores.influxdb1).toEqual({
    readings: { archived: load.acknowledged.size, stored: expected.size, refused: refused.length, pending: 0 },
    kpis: { final: finals.length, stored: finals.length, refused: 0, pending: 0 },
  })
}

/** More often than a window can become final between the last look and the stop. */
const STOPS_MAX = 3

/**
 * Ends the gateway and compares every field of every point with its database. A point that becomes final while it stops goes out at
 * the next start: then it is started and ended once more. One that is lost is not sent again, and is missing each time.
 */
async function endsWithTheSamePoints(): Promise<void> {
  await load.end()
  for (let stops = 1; ; stops++) {
    // Provisional points come a moment after the readings, and those that a stop leaves go out at the next start.
    await settled(gateway)
    await isCurrent(gateway)
    expect(await gateway.stop()).toBe(0)
    const embedded = await pointsInDatabase(join(gateway.dataDir, 'archive.duckdb'))
    expect(embedded.size).toBeGreaterThan(100)
    const found = differences(embedded, await pointsIn(server, DATABASE))
    if (stops === STOPS_MAX || isDeepStrictEqual(found, NO_DIFFERENCES)) return expect(found).toEqual(NO_DIFFERENCES)
    gateway = await gateway.restart()
  }
}

/** Writes that the server was asked for so far. */
async function writesOf(of: Influxd): Promise<number> {
  const answer = await fetch(`${of.url}/debug/vars`)
  const modules = (await answer.json()) as Record<string, { name?: string; values?: { writeReq?: number } }>
  return Object.values(modules).find(({ name }) => name === 'httpd')?.values?.writeReq ?? 0
}

function configOf(url: string) {
  const influxdb1 = { type: 'influxdb1', url, database: DATABASE, timeout_s: TIMEOUT_S, batch_age_s: 0.1 }
  return { store: [{ type: 'duckdb' }, influxdb1] }
}

describe.skipIf(path === null)('an InfluxDB 1.x that is written to directly', () => {
  let passwordFile: string

  beforeAll(async () => {
    server = await startInfluxd(path ?? '', { auth: { username: 'admin', password: 'secret' } })
    await server.query(`CREATE USER ${USER.username} WITH PASSWORD '${USER.password}' WITH ALL PRIVILEGES`)
    passwordFile = join(server.dir, 'password')
    writeFileSync(passwordFile, USER.password)
    const { store } = configOf(server.url)
    const [duckdb, influxdb1] = store
    gateway = await startGateway({
      config: { store: [duckdb, { ...influxdb1, username: USER.username, password_file: passwordFile }] },
    })
    load = new PlantLoad(gateway)
  })
  afterAll(async () => {
    await load.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await server.remove()
  })

  test('stopped and started again, it has all of it', () =>
    outage({
      begin: () => server.kill('SIGTERM'),
      end: () => server.start(),
      reason:
        /^store influxdb1: the server does not answer \(url\): .*(ECONNREFUSED|ECONNRESET|socket hang up).*; what it is to be given waits in the archive$/,
    }))

  test('killed and started again, it has all of it', () =>
    outage({
      begin: () => server.kill('SIGKILL'),
      end: () => server.start(),
      reason: /^store influxdb1: the server does not answer \(url\): .*(ECONNREFUSED|ECONNRESET|socket hang up)/,
    }))

  test('paused, so that it accepts and never answers, it has all of it', () =>
    outage({
      begin: () => server.pause(),
      end: () => server.resume(),
      reason: NO_ANSWER,
    }))

  test('when its password was changed, the right one in the file is enough', () =>
    outage({
      begin: () => server.query(`SET PASSWORD FOR ${USER.username} = 'second'`),
      end: () => writeFileSync(passwordFile, 'second'),
      reason: /^store influxdb1: user or password is refused \(username, password_file\): authorization failed/,
    }))

  test('when its database was dropped, it gets everything again, what it had before too', async () => {
    // A write that is under way at that moment finds the database closing; what finds it gone is told its name with or without quotes.
    const reason =
      /^store influxdb1: (the database is not there \(database\): database not found: "?greengauge"?|the server cannot take it now: engine is closed)/
    load.start()
    await load.more(500)
    const saidBefore = saidOfStore(gateway).length
    await server.query(`DROP DATABASE ${DATABASE}`)
    await until(() => saidOfStore(gateway).length >= saidBefore + 3)
    await load.more(500)
    await load.rest()
    await isWhole()
    const said = saidOfStore(gateway).slice(saidBefore)
    expect(said).toEqual([
      expect.stringMatching(TAKES_NOTHING),
      'influxdb1 holds nothing of this gateway any more: everything is written to it again',
      expect.stringMatching(TAKES_AGAIN),
    ])
    expect(said[0]?.replace(TAKES_NOTHING, '')).toMatch(reason)
  })

  test('on a full disk nothing is refused, and after a restart with room it has all of it', () =>
    outage({
      begin: () => server.limitFiles(1),
      end: async () => {
        server.limitFiles(null)
        // Its log of writes has failed once and fails for good: a fault of InfluxDB 1.x that only a restart ends.
        await server.kill()
        await server.start()
      },
      reason: /^store influxdb1: the server's disk is full, make room and start it anew: .*file too large/,
    }))

  test('of 1,000 readings, one of them in a field that holds words there, 999 are stored', async () => {
    await load.rest()
    await isWhole()
    const ts = load.endTs
    await fetch(`${server.url}/write?db=${DATABASE}&precision=ms&u=admin&p=secret`, {
      method: 'POST',
      body: `energy,device=other,plant=${PLANT} oil_temp_c="hot" ${ts}`,
    })
    await server.query(`DROP SERIES FROM energy WHERE device = 'other'`, DATABASE)
    const elements = Array.from({ length: 999 }, (_, i) => ({
      ts: ts + i * 1000,
      metrics: { elec_import_kw: i, ...(i === 500 ? { oil_temp_c: 70 } : {}) },
    }))
    const writesBefore = await writesOf(server)
    const saidBefore = saidOfStore(gateway).length
    await load.send({ line: 'oil', id: 'oil-1', class: 'energy' }, elements)
    await until(async () => (await storeStatus(gateway)).refused.readings === 1)
    // Five writes are of readings: all, the suspect, the others, and the suspect's two readings one by one. The rest are points.
    expect((await writesOf(server)) - writesBefore).toBeLessThanOrEqual(8)
    await isWhole([readingKey('oil-1', 'oil_temp_c', ts + 500_000)])
    const { items } = await getJson<RefusedAnswer>(gateway, '/api/v1/stores/influxdb1/refused')
    expect(items).toEqual([
      {
        time: new Date(ts + 500_000).toISOString(),
        refused_at: expect.any(String),
        detail: expect.stringMatching(
          /input field "oil_temp_c" on measurement "energy" is type float, already exists as type string/,
        ),
        plant: PLANT,
        device: 'oil-1',
        metric: 'oil_temp_c',
      },
    ])
    await expect.poll(() => saidOfStore(gateway).slice(saidBefore)).toEqual([expect.stringMatching(REFUSED_ONE)])
    expect((await readiness(gateway)).status).toBe(200)
  })

  test('after all of this its points are those of the embedded database, field by field', () => endsWithTheSamePoints())

  test('while it is silent the gateway still stops at once, and the next start brings what was missing', async () => {
    const patient = { type: 'influxdb1', url: server.url, database: DATABASE, timeout_s: 600, batch_age_s: 0.1 }
    const user = { username: USER.username, password_file: passwordFile }
    gateway = await gateway.restart({ store: [{ type: 'duckdb' }, { ...patient, ...user }] })
    await isCurrent(gateway)
    server.pause()
    load = new PlantLoad(gateway)
    const one = [{ ts: FIRST_TS - 1000, metrics: { elec_import_kw: 1 } }]
    await load.send({ line: 'oil', id: 'oil-1', class: 'energy' }, one)
    await until(async () => (await storeStatus(gateway)).pending.readings === 1)
    await load.end()
    const stopping = performance.now()
    expect(await gateway.stop()).toBe(0)
    // Less than the server has for an answer, by far.
    expect(performance.now() - stopping).toBeLessThan(120_000)
    server.resume()
    gateway = await gateway.restart()
    await until(async () =>
      (await readingsIn(server, DATABASE)).has(readingKey('oil-1', 'elec_import_kw', FIRST_TS - 1000)),
    )
  })
})

describe.skipIf(path === null)('an InfluxDB 1.x behind a proxy that makes its faults', () => {
  let proxy: FaultyProxy

  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
    proxy = await openFaultyProxy(server.url)
    gateway = await startGateway({ config: configOf(proxy.url) })
    load = new PlantLoad(gateway)
  })
  afterAll(async () => {
    await load.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await proxy.close()
    await server.remove()
  })

  test('when every write is answered with 500 for a while, nothing is refused', () =>
    outage({
      begin: () => {
        proxy.mode = { kind: 'broken' }
      },
      end: () => {
        proxy.mode = { kind: 'pass' }
      },
      reason: /^store influxdb1: the server answers with an error of its own: panic: runtime error/,
    }))

  test('when its answers are lost on the way, what it took twice is there once', async () => {
    const swallowed = proxy.swallowed
    await outage({
      begin: () => {
        proxy.mode = { kind: 'swallow' }
      },
      end: () => {
        proxy.mode = { kind: 'pass' }
      },
      reason: NO_ANSWER,
    })
    expect(proxy.swallowed).toBeGreaterThan(swallowed)
  })

  test('the gateway killed in the middle of a delivery goes on where it was', async () => {
    load.start()
    proxy.mode = { kind: 'swallow' }
    await until(async () => (await storeStatus(gateway)).state === 'waiting')
    await load.more(OUTAGE_READINGS)
    await until(async () => (await storeStatus(gateway)).pending.readings > 1000)
    const taken = proxy.swallowed
    // One more try has reached the server, and nobody will ever hear of it.
    await until(() => proxy.swallowed > taken)
    await gateway.stop('SIGKILL')
    proxy.mode = { kind: 'pass' }
    gateway = await gateway.restart()
    await load.more(500)
    await load.rest()
    await isWhole()
    expect(saidOfStore(gateway)).toEqual([])
  })

  test('one point that it answers with 500 for ever is refused, the rest is stored', async () => {
    proxy.mode = { kind: 'poisoned', text: 'device=cursed' }
    const saidBefore = saidOfStore(gateway).length
    load.start()
    await load.more(1000)
    const ts = load.endTs
    await load.send({ line: 'oil', id: 'cursed', class: 'energy' }, [{ ts, metrics: { elec_import_kw: 1 } }])
    await until(async () => (await storeStatus(gateway)).refused.readings === 1)
    await load.more(500)
    await load.rest()
    await isWhole([readingKey('cursed', 'elec_import_kw', ts)])
    const { items } = await getJson<RefusedAnswer>(gateway, '/api/v1/stores/influxdb1/refused')
    expect(items).toMatchObject([{ device: 'cursed', detail: 'panic: runtime error: index out of range' }])
    await expect.poll(() => saidOfStore(gateway).slice(saidBefore)).toEqual([expect.stringMatching(REFUSED_ONE)])
  })

  test('after all of this its points are those of the embedded database, field by field', () => endsWithTheSamePoints())
})
