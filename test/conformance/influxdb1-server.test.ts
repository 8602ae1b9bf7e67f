// @module-tag slow

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { Point, Stream } from '../../src/kpi/windows/point.js'
import { openInfluxdb1 } from '../../src/stores/influx/influxdb1.js'
import type { SampleSource, StoreSample } from '../../src/stores/sample.js'
import type { Store, StoreBatch } from '../../src/stores/store.js'
import { influxdb1Options } from '../support/influx-options.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { UNITS } from '../support/series.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const path = findServer('influxd')

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FROM_MS = Date.parse('2025-07-01T00:00:00Z')

const meter: SampleSource = { plant: 'p', line: 'press', device: 'm1', class: 'energy' }
const stream: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '1h', unit: 'kWh' }

function sampleOf(ts: number, readings: Readonly<Record<string, number | string>>, source = meter): StoreSample {
  const metrics = Object.keys(readings)
  return {
    source,
    ts,
    metrics,
    values: Object.values(readings),
    qualities: Object.fromEntries(metrics.map((m) => [m, 0])),
  }
}

function pointOf(hour: number, value: number | null): Point {
  const startMs = FROM_MS + hour * HOUR_MS
  const figure = { value, reason: value === null ? 'no_data' : '', numerator: 1, denominator: 1, coverage: 1 } as const
  return {
    stream,
    startMs,
    endMs: startMs + HOUR_MS,
    ...figure,
    estimatedShare: 0,
    provisional: false,
    rev: 0,
    flags: 0,
    factors: [],
  }
}

const batchOf = (of: Partial<StoreBatch>): StoreBatch => ({ samples: [], points: [], erased: [], ...of })
const stored = { kind: 'stored', refused: [] }
const ready = { kind: 'ready', isMarked: true }

const open: Store[] = []
function storeOn(server: Influxd, database: string, of: object = {}): Store {
  const options = influxdb1Options({ url: server.url, database, ...of })
  const store = openInfluxdb1(options, { name: 'influxdb1', clock: systemClock, units: UNITS })
  open.push(store)
  return store
}

describe.skipIf(path === null)('a real InfluxDB 1.x', () => {
  let server: Influxd
  let databases = 0
  const prepared = async (of: object = {}) => {
    const database = `d${databases++}`
    const store = storeOn(server, database, of)
    expect(await store.prepare('ours')).toEqual({ kind: 'ready', isMarked: false })
    return { store, database }
  }
  beforeAll(async () => {
    server = await startInfluxd(path ?? '', { data: 'max-values-per-tag = 50' })
  })
  afterAll(async () => {
    for (const store of open) store.close()
    await server.remove()
  })

  test('has the fields of the schema, numbers as floats and nothing of an earlier value', async () => {
    const { store, database } = await prepared()
    const sample = { ...sampleOf(FROM_MS, { elec_import_kw: 3 }), qualities: { elec_import_kw: 5 } }
    await store.write(batchOf({ samples: [sample], points: [pointOf(1, 5)] }))
    await store.write(batchOf({ points: [pointOf(1, null)], erased: [pointOf(1, null)] }))
    const [readings, points, types] = await server.query(
      'SELECT * FROM energy; SELECT * FROM kpi_1h; SHOW FIELD KEYS FROM kpi_1h',
      database,
    )
    expect(readings?.[0]).toEqual({
      name: 'energy',
      columns: ['time', 'device', 'elec_import_kw', 'line', 'plant', 'quality'],
      values: [[FROM_MS, 'm1', 3, 'press', 'p', 'elec_import_kw:fault']],
    })
    const point = Object.fromEntries(points?.[0]?.columns.map((column, i) => [column, points[0]?.values[0]?.[i]]) ?? [])
    // A value that was deleted is gone for good, so that a chart which asks for the value alone shows none.
    expect(point).toEqual({
      time: FROM_MS + HOUR_MS,
      id: 'p',
      kpi: 'energy_elec_import',
      plant: 'p',
      scope: 'plant',
      value: null,
      valid: false,
      reason: 'no_data',
      numerator: 1,
      denominator: 1,
      coverage: 1,
      estimated_share: 0,
      provisional: false,
      rev: 0,
      end: FROM_MS + 2 * HOUR_MS,
      flags: '',
      factors: '',
    })
    const kinds = new Map(types?.[0]?.values as [string, string][])
    expect(['rev', 'end', 'numerator'].map((field) => kinds.get(field))).toEqual(['float', 'float', 'float'])
  })

  test('has what became of an alarm, all fields of it, the later of two changes at one instant', async () => {
    const { store, database } = await prepared()
    const change = { plant: 'p', id: 'press', rule: 'nox', atMs: FROM_MS, severity: 'major', value: 160, limit: 150 }
    const alarms = [
      { ...change, state: 'active_unack', note: 'raised' },
      { ...change, state: 'active_ack', note: 'acknowledged: "pump, 3" (Li)' },
    ]
    expect(await store.write(batchOf({ alarms }))).toEqual(stored)
    const [found] = await server.query('SELECT * FROM alarm', database)
    expect(found?.[0]).toEqual({
      name: 'alarm',
      columns: ['time', 'id', 'limit', 'note', 'plant', 'rule', 'severity', 'state', 'value'],
      values: [[FROM_MS, 'press', 150, 'acknowledged: "pump, 3" (Li)', 'p', 'nox', 'major', 'active_ack', 160]],
    })
  })

  test('a field of another type in 300 of 1,000 points costs those readings alone, and few requests', async () => {
    const { store, database } = await prepared()
    await server.query(`CREATE DATABASE ${database}`)
    // Somebody else has written that metric as text.
    await fetch(`${server.url}/write?db=${database}&precision=ms`, {
      method: 'POST',
      body: `energy heat_gj="hot" ${FROM_MS}`,
    })
    const writesBefore = await requestsOf(server)
    const samples = Array.from({ length: 1000 }, (_, i) =>
      sampleOf(FROM_MS + i, i % 10 < 3 ? { elec_import_kw: i, heat_gj: 1 } : { elec_import_kw: i }),
    )
    const outcome = await store.write(batchOf({ samples }))
    if (outcome.kind === 'busy') throw new Error(outcome.reason)
    expect(outcome.refused).toHaveLength(300)
    expect(outcome.refused.every((one) => one.of === 'reading' && one.metric === 'heat_gj' && one.index % 10 < 3)).toBe(
      true,
    )
    expect(outcome.refused[0]?.detail).toContain('is type float, already exists as type string')
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(1000)
    expect((await requestsOf(server)) - writesBefore).toBe(6)
  })

  test('conflicts in several weeks are all found, although the server counts those of one', async () => {
    const { store, database } = await prepared()
    const weeks = [0, 1, 2, 3, 4].map((week) => FROM_MS + week * 7 * DAY_MS)
    const foreign = weeks.map((ms) => `energy heat_gj="hot" ${ms}`).join('\n')
    await fetch(`${server.url}/write?db=${database}&precision=ms`, { method: 'POST', body: foreign })
    const samples = weeks.flatMap((ms) => [1, 2].map((i) => sampleOf(ms + i, { heat_gj: 1, elec_import_kw: 2 })))
    const outcome = await store.write(batchOf({ samples }))
    expect(outcome.kind === 'stored' && outcome.refused.map(({ index }) => index).sort()).toEqual(
      samples.map((_, i) => i),
    )
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(10)
  })

  test('readings older than the retention are refused in its words, the others are kept under the policy', async () => {
    const { store, database } = await prepared({ readings_retention: '90d' })
    const now = systemClock.nowMs()
    const samples = [400, 1, 300, 0, 200].map((days) => sampleOf(now - days * DAY_MS, { elec_import_kw: days }))
    const outcome = await store.write(batchOf({ samples }))
    expect(outcome.kind === 'stored' && outcome.refused.map(({ index }) => index).sort()).toEqual([0, 2, 4])
    expect(outcome.kind === 'stored' && outcome.refused[0]?.detail).toContain('points beyond retention policy')
    expect(await server.count(database, 'energy', 'elec_import_kw', 'greengauge_90d')).toBe(2)
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(0)
  })

  test('a device beyond what its index takes is refused in its words, those it knows are kept', async () => {
    const { store, database } = await prepared()
    const readingsOf = (devices: readonly number[], ts: number) =>
      devices.map((i) => sampleOf(ts, { elec_import_kw: i }, { ...meter, device: `m${i}` }))
    const known = Array.from({ length: 60 }, (_, i) => i)
    expect(await store.write(batchOf({ samples: readingsOf(known, FROM_MS) }))).toEqual(stored)
    const outcome = await store.write(batchOf({ samples: readingsOf([...known, 100, 101], FROM_MS + 1) }))
    expect(outcome.kind === 'stored' && outcome.refused.map(({ index }) => index)).toEqual([60, 61])
    expect(outcome.kind === 'stored' && outcome.refused[0]?.detail).toContain('max-values-per-tag limit exceeded')
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(120)
  })

  test('a reading that is no number is refused without asking, and the one beside it is kept', async () => {
    const { store, database } = await prepared()
    const outcome = await store.write(
      batchOf({ samples: [sampleOf(FROM_MS, { heat_gj: Number.NaN, elec_import_kw: 1 })] }),
    )
    expect(outcome).toEqual({
      kind: 'stored',
      refused: [
        { of: 'reading', index: 0, metric: 'heat_gj', detail: 'field heat_gj is NaN, which no field can hold' },
      ],
    })
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(1)
  })

  test('a batch of many bodies is stored whole', async () => {
    const { store, database } = await prepared({ batch_bytes: '4KiB', in_flight: 3, gzip: 'on' })
    const samples = Array.from({ length: 2000 }, (_, i) => sampleOf(FROM_MS + i, { elec_import_kw: i }))
    expect(await store.write(batchOf({ samples }))).toEqual(stored)
    expect(await server.count(database, 'energy', 'elec_import_kw')).toBe(2000)
  })

  test('the mark is found again, until the database is dropped', async () => {
    const { store, database } = await prepared({ readings_retention: '90d' })
    expect(await store.leaveMark('ours')).toEqual({ kind: 'ready', atMs: expect.any(Number) })
    expect(await store.prepare('ours')).toEqual(ready)
    expect(await store.prepare('of another')).toEqual({ kind: 'ready', isMarked: false })
    await server.query(`DROP DATABASE ${database}`)
    expect(await store.write(batchOf({ points: [pointOf(1, 5)] }))).toEqual({
      kind: 'busy',
      retryAfterMs: null,
      reason: `store influxdb1: the database is not there (database): database not found: "${database}"`,
    })
    expect(await store.prepare('ours')).toEqual({ kind: 'ready', isMarked: false })
    expect(await store.write(batchOf({ points: [pointOf(1, 5)] }))).toEqual(stored)
  })

  test('points that were dropped alone are missed as well', async () => {
    const { store, database } = await prepared({ kpi_retention: '3650d' })
    await store.leaveMark('ours')
    expect(await store.prepare('ours')).toEqual(ready)
    await server.query(`DROP RETENTION POLICY greengauge_3650d ON ${database}`)
    expect(await store.prepare('ours')).toEqual({ kind: 'ready', isMarked: false })
  })

  test('a retention policy of another length is said, not changed', async () => {
    const { store, database } = await prepared({ kpi_retention: '90d' })
    await server.query(`ALTER RETENTION POLICY greengauge_90d ON ${database} DURATION 100d`)
    expect(await store.prepare('ours')).toMatchObject({
      kind: 'busy',
      reason: expect.stringContaining('retention policy greengauge_90d keeps 2400h0m0s instead of 90d'),
    })
  })

  test('a question that finds no database is answered with why', async () => {
    const store = storeOn(server, 'nowhere')
    await expect(store.points({ ...stream, fromMs: 0, toMs: 1, limit: 1 })).rejects.toThrow(
      'store influxdb1: the database is not there (database): database not found: nowhere',
    )
  })
})

describe.skipIf(path === null)('an InfluxDB 1.x that asks who we are', () => {
  let server: Influxd
  beforeAll(async () => {
    server = await startInfluxd(path ?? '', { auth: { username: 'admin', password: 'secret' } })
    await server.query(`CREATE DATABASE ours; CREATE USER writer WITH PASSWORD 'w'; GRANT WRITE ON ours TO writer`)
  })
  afterAll(() => server.remove())

  test('a password is read again from its file, so that it can be changed while we run', async () => {
    const file = join(server.dir, 'password')
    writeFileSync(file, 'not the "secret"\n')
    const store = storeOn(server, 'd', { username: 'admin', password_file: file })
    const said = await store.prepare('ours')
    expect(said).toMatchObject({
      kind: 'busy',
      reason: 'store influxdb1: user or password is refused (username, password_file): authorization failed',
    })
    writeFileSync(file, 'secret\n')
    expect(await store.prepare('ours')).toEqual({ kind: 'ready', isMarked: false })
    expect(await store.write(batchOf({ points: [pointOf(1, 5)] }))).toEqual(stored)
    expect(await store.points({ ...stream, fromMs: 0, toMs: 8.64e15, limit: 9 })).toEqual([pointOf(1, 5)])
  })

  test('a password file that is not there is said with its path', async () => {
    const store = storeOn(server, 'd', { username: 'admin', password_file: '/nowhere/password' })
    expect(await store.prepare('ours')).toEqual({
      kind: 'busy',
      retryAfterMs: null,
      reason: 'store influxdb1: password_file /nowhere/password cannot be read: ENOENT',
    })
  })

  test('nobody is refused for what he does not say', async () => {
    expect(await storeOn(server, 'd').prepare('ours')).toMatchObject({
      kind: 'busy',
      reason: expect.stringMatching(/^store influxdb1: user or password is refused/),
    })
  })

  test('a user who may only write is not asked whether the store is still ours', async () => {
    const store = storeOn(server, 'ours', { username: 'writer', password: 'w' })
    expect(await store.prepare('never left')).toEqual(ready)
    expect(await store.write(batchOf({ points: [pointOf(1, 5)] }))).toEqual(stored)
    const elsewhere = storeOn(server, 'theirs', { username: 'writer', password: 'w' })
    expect(await elsewhere.prepare('ours')).toMatchObject({
      kind: 'busy',
      reason: expect.stringContaining('only an administrator may do this (username)'),
    })
  })
})

describe.skipIf(path === null)('an InfluxDB 1.x that fails', () => {
  test('is waited for: paused it costs the timeout, killed nothing, and what it took is there afterwards', async () => {
    const server = await startInfluxd(path ?? '')
    // On a machine that is busy an answer may take longer than half a second: what waits no longer is to find none.
    const store = storeOn(server, 'd', { timeout_s: 0.5 })
    const patient = storeOn(server, 'd', { timeout_s: SOON_MS / 1000 })
    await patient.prepare('ours')
    const samples = Array.from({ length: 100 }, (_, i) => sampleOf(FROM_MS + i, { elec_import_kw: i }))
    expect(await patient.write(batchOf({ samples }))).toEqual(stored)
    await expect.poll(() => store.write(batchOf({ samples }))).toEqual(stored)

    server.pause()
    const silent = {
      kind: 'busy',
      retryAfterMs: null,
      reason: 'store influxdb1: the server does not answer (url): no answer within 0.5 s (timeout_s)',
    }
    expect(await store.write(batchOf({ samples }))).toEqual(silent)
    expect(await store.prepare('ours')).toEqual(silent)
    await expect(store.readings({ ...meter, metric: 'elec_import_kw', fromMs: 0, toMs: 1, limit: 1 })).rejects.toThrow(
      silent.reason,
    )
    server.resume()
    await expect.poll(() => store.write(batchOf({ samples }))).toEqual(stored)
    expect(await patient.write(batchOf({ samples }))).toEqual(stored)

    await server.kill()
    expect(await patient.write(batchOf({ samples }))).toMatchObject({
      kind: 'busy',
      reason: expect.stringMatching(/ECONNREFUSED|ECONNRESET|socket hang up/),
    })
    await server.start()
    expect(await patient.write(batchOf({ samples }))).toEqual(stored)
    await expect.poll(() => store.write(batchOf({ samples }))).toEqual(stored)
    expect(await server.count('d', 'energy', 'elec_import_kw')).toBe(100)
    await server.remove()
  })
})

/** Writes that a server was asked for so far. */
async function requestsOf(server: Influxd): Promise<number> {
  const answer = await fetch(`${server.url}/debug/vars`)
  const modules = Object.values(
    (await answer.json()) as Record<string, { name?: string; values?: { writeReq?: number } }>,
  )
  return modules.find(({ name }) => name === 'httpd')?.values?.writeReq ?? 0
}
