// @module-tag slow

import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../src/archive/record/manifest.js'
import { EXIT } from '../../src/base/exit-codes.js'
import { SCOPES } from '../../src/base/kpi.js'
import type { CatalogueAnswer, PlantsAnswer, ReadingPoint, SeriesAnswer, StoreStatus } from '../../src/base/wire.js'
import { LATENESS_MS } from '../../src/kpi/series/liveness.js'
import {
  accounting,
  allReadings,
  getJson,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { differences, NO_DIFFERENCES, pointsIn, readingsIn } from '../support/influx-contents.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { FIRST_TS, PLANT, PlantLoad } from '../support/plant-load.js'
import { findServer } from '../support/servers.js'
import { isCurrent, saidOfStore, storeStatus } from '../support/store-watch.js'

const path = findServer('influxd')
const DATABASE = 'greengauge'
const HOUR_MS = 3_600_000
/** Range of all months that the load reaches into; the first of them has begun before the load. */
const RANGE = 'from=2025-12-01T00:00:00Z&to=2026-04-01T00:00:00Z'
const DUCKDB = { type: 'duckdb' }

let gateway: TestGateway
let server: Influxd
let load: PlantLoad

function influxdb1() {
  return { type: 'influxdb1', url: server.url, database: DATABASE, timeout_s: 60, batch_age_s: 0.1 }
}

/** Final points on the server; those of windows that go on are written every ten seconds. */
async function finalPoints() {
  const points = await pointsIn(server, DATABASE)
  return new Map([...points].filter(([, { provisional }]) => provisional === false))
}

/** The server holds every acknowledged reading and every final point, and nothing beside them. */
async function isWhole(): Promise<void> {
  await isCurrent(gateway)
  expect(differences(load.acknowledged, await readingsIn(server, DATABASE))).toEqual(NO_DIFFERENCES)
  const { stores, closes } = await accounting(gateway)
  expect(closes).toBe(true)
  expect(stores.influxdb1?.kpis.final).toBeGreaterThan(0)
  // After a start figures are made again: both sides count the same once that has been delivered.
  await until(async () => (await accounting(gateway)).stores.influxdb1?.kpis.final === (await finalPoints()).size)
}

describe.skipIf(path === null)('with an InfluxDB 1.x beside the embedded database', () => {
  const periods = (...metrics: string[]) => Object.fromEntries(metrics.map((name) => [name, { period_s: 2 }]))
  const devices = [
    { id: 'main-1', line: 'utilities', role: 'main', metrics: periods('elec_import_kwh', 'elec_import_kw') },
    { id: 'meter-2', line: 'press', metrics: periods('elec_import_kwh', 'heat_gj', 'water_fresh_m3') },
    { id: 'robot-1', line: 'press', role: 'robot', metrics: periods('cycle_count', 'state') },
  ]
  const lines = [{ id: 'press' }, { id: 'utilities' }]
  const plant = { id: PLANT, name: { en: 'Outage' }, timezone: 'Asia/Shanghai', lines, devices }

  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
    gateway = await startGateway({ config: { plants: [plant], store: [DUCKDB] } })
    load = new PlantLoad(gateway)
    load.start()
    await load.more(4500)
    await load.rest()
    // A few weeks more, so that a month becomes final; then what comes too late, so that points are rewritten.
    const weeks = Array.from({ length: 12 }, (_, i) => ({
      ts: FIRST_TS + (24 + i * 60) * HOUR_MS,
      metrics: { elec_import_kwh: 10_000 + i * 100, elec_import_kw: 100 },
    }))
    await load.send({ line: 'utilities', id: 'main-1', class: 'energy' }, weeks)
    await settled(gateway)
    const late = [{ ts: FIRST_TS + 61_001, metrics: { water_fresh_m3: 30 / 16 } }]
    await load.send({ line: 'press', id: 'meter-2', class: 'energy' }, late)
    await until(async () => (await series('energy_elec_import', '1mo', 'plant', PLANT)).length > 0)
    await settled(gateway)
  })
  afterAll(async () => {
    await load.end()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await server.remove()
  })

  test('a server that is added to a plant with a past is filled by itself', async () => {
    await gateway.stop()
    gateway = await gateway.restart({ store: [influxdb1(), DUCKDB] })
    await isWhole()
    expect(await storeStatus(gateway)).toMatchObject({ answers_history: true, refused: { readings: 0, kpis: 0 } })
  })

  // Thousands of questions, asked twice; a sixth of the KPIs is compared below while the server is down.
  test('history is the same, whichever of the two answers: every KPI, window and scope, readings and their pages', {
    tags: ['deep'],
  }, async () => {
    await gateway.stop()
    gateway = await gateway.restart({ store: [influxdb1(), DUCKDB] })
    await isWhole()
    const fromServer = await allAnswers()
    expect(windowsIn(fromServer)).toEqual(new Set(['15m', '1d', '1h', '1m', '1mo']))
    expect([...fromServer.values()].flat().filter((one) => 'rev' in one && one.rev > 0)).not.toEqual([])
    await gateway.stop()
    gateway = await gateway.restart({ store: [DUCKDB, influxdb1()] })
    await isCurrent(gateway)
    expect(await storeStatus(gateway)).toMatchObject({ answers_history: false })
    const fromFile = await allAnswers()
    // Between the two, time goes on: windows that were open then say more by now, or are over.
    expect(differences(finals(fromFile, openIn(fromServer)), finals(fromServer))).toEqual(NO_DIFFERENCES)
    for (const [question, starts] of openIn(fromServer)) {
      const there = new Set(fromFile.get(question)?.map(startOf))
      expect(
        [...starts].filter((start) => !there.has(start)),
        question,
      ).toEqual([])
    }
  })

  test('while messages come and are delivered, nothing is missing between the two', async () => {
    await gateway.stop()
    gateway = await gateway.restart({ store: [influxdb1(), DUCKDB] })
    await isCurrent(gateway)
    load.start()
    let [isOver, looks] = [false, 0]
    const send = async () => {
      do await load.more(2500)
      while (looks <= 5)
    }
    const messages = send().finally(() => {
      isOver = true
    })
    let readingsSeen = 0
    let finalSeen: string[] = []
    while (!isOver) {
      const readings = await allReadings(gateway, { plant: PLANT, device: 'robot-1', metric: 'cycle_count' })
      const times = readings.map(({ ts }) => Date.parse(ts))
      expect(times).toEqual(times.map((_, i) => FIRST_TS + i * 2000))
      expect(times.length).toBeGreaterThanOrEqual(readingsSeen)
      const points = await series('cycles', '1m', 'device', 'robot-1')
      const starts = points.map(({ start }) => start)
      expect(finalSeen.filter((start) => !starts.includes(start))).toEqual([])
      readingsSeen = times.length
      finalSeen = points.filter(({ provisional }) => !provisional).map(({ start }) => start)
      looks++
    }
    await messages
    expect(looks).toBeGreaterThan(5)
    expect(finalSeen.length).toBeGreaterThan(10)
    await load.rest()
    await isWhole()
  })

  test('while the server is down, the embedded database answers the same, and that is said once', async () => {
    const before = await allAnswers(6)
    // Windows that the end of the load has cut can become final at any moment.
    const sinceThen = async () => differences(finals(before), finals(await allAnswers(6), openIn(before)))
    const saidBefore = saidOfStore(gateway).length
    await server.kill()
    // Nothing is delivered at the moment, so that questions are the first to notice.
    for (let i = 0; i < 10; i++) expect(await series('cycles', '1m', 'device', 'robot-1')).not.toEqual([])
    await until(async () => (await storeStatus(gateway)).state === 'waiting')
    expect(await sinceThen()).toEqual(NO_DIFFERENCES)
    await server.start()
    await until(async () => (await storeStatus(gateway)).state !== 'waiting')
    // A line of the log comes by another way than an answer, and can come after it.
    await expect
      .poll(() => saidOfStore(gateway).slice(saidBefore))
      .toEqual([
        expect.stringMatching(
          /^influxdb1 takes nothing, it gets everything later: store influxdb1: the server does not/,
        ),
        expect.stringMatching(/^influxdb1 takes what it is given again/),
      ])
    expect(await sinceThen()).toEqual(NO_DIFFERENCES)
  })

  /** Runs the command as an operator does; `--json` answers are parsed. */
  function refill(...options: string[]): Promise<{ code: number; out: StoreStatus | null; err: string }> {
    const cli = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
    const config = join(gateway.dir, 'greengauge.yaml')
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [cli, 'refill', '--config', config, '--json', ...options],
        { encoding: 'utf8' },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : Number(error.code)
          resolve({ code, out: stdout === '' ? null : (JSON.parse(stdout) as StoreStatus), err: stderr })
        },
      )
    })
  }

  test.each(['that runs', 'that does not run'])(
    'refill with a gateway %s writes a stretch again, and nothing beside it',
    async (runs) => {
      await isCurrent(gateway)
      const [from, to] = [FIRST_TS + 10 * 60_000, FIRST_TS + 20 * 60_000]
      const before = await readingsIn(server, DATABASE)
      const pointsBefore = await finalPoints()
      await server.query(`DELETE FROM robot WHERE time < ${to + 60_000}ms; DELETE FROM kpi_1m`, DATABASE)
      if (runs === 'that does not run') await gateway.stop()
      const stretch = ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()]
      const first = await refill('--store', 'influxdb1', ...stretch)
      expect(first).toMatchObject({ code: EXIT.ok, out: { refill: { done: true } } })
      const between = differences(before, await readingsIn(server, DATABASE))
      const written = [...before.keys()].filter((key) => {
        const ts = Number(key.split(' ')[2])
        return ts >= from && ts < to
      })
      expect(first.out?.refill?.readings).toBe(written.length)
      // Two metrics every two seconds, of ten minutes before the stretch and of one behind it.
      expect(between).toMatchObject({ missing: { count: 11 * 30 * 2 }, wrong: { count: 0 }, foreign: { count: 0 } })
      const second = await refill('--store', 'influxdb1')
      expect(second).toMatchObject({ code: EXIT.ok, out: { refill: { done: true, readings: before.size } } })
      if (runs === 'that does not run') gateway = await gateway.restart()
      await isWhole()
      // Windows that the end of the load has cut become final by the clock, while nothing comes any more.
      const cutFrom = load.endTs - LATENESS_MS
      const isKept = ([key, { end }]: [string, { end?: unknown }]) => pointsBefore.has(key) || Number(end) <= cutFrom
      expect(differences(pointsBefore, new Map([...(await finalPoints())].filter(isKept)))).toEqual(NO_DIFFERENCES)
    },
  )

  test('refill says what it cannot do, and its exit code too', async () => {
    const unknown = await refill('--store', 'nowhere')
    expect(unknown).toMatchObject({ code: EXIT.usage, out: null })
    expect(unknown.err).toContain('there is no server nowhere to write to: there is influxdb1')
    const unanswered = await refill('--store', 'influxdb1', '--set', 'http.port=1')
    expect(unanswered).toMatchObject({ code: EXIT.unavailable, out: null })
    expect(unanswered.err).toContain(
      'a gateway runs on this data directory, but it does not answer at http://127.0.0.1:1/api/v1/stores',
    )
    const backwards = await refill('--store', 'influxdb1', '--from', '2026-02-01', '--to', '2026-01-01')
    expect(backwards).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('--from is after --to') })
  })

  test('a server that was emptied gets everything again', async () => {
    const measurements = ['energy', 'robot', 'kpi_1m', 'kpi_1h', 'greengauge_store']
    await server.query(measurements.map((name) => `DROP MEASUREMENT "${name}"`).join(';'), DATABASE)
    await gateway.stop()
    gateway = await gateway.restart()
    await isWhole()
    await expect
      .poll(() => saidOfStore(gateway))
      .toEqual(['influxdb1 holds nothing of this gateway any more: everything is written to it again'])
  })

  test('a server that was replaced by another one gets everything', async () => {
    await server.remove()
    server = await startInfluxd(path ?? '')
    await gateway.stop()
    gateway = await gateway.restart({ store: [influxdb1(), DUCKDB] })
    await isWhole()
  })

  test('readings of days that the archive has let go are still answered by the server', async () => {
    const main = { plant: PLANT, device: 'main-1', metric: 'elec_import_kwh' }
    const before = await allReadings(gateway, main)
    const { readings } = await accounting(gateway)
    await gateway.stop()
    gateway = await gateway.restart({ archive: { retention: '30d', delta_s: 1 } })
    // Files of days that are let go of may be there for a moment alone: it is on record how many readings went with them.
    const archive = join(gateway.dataDir, 'archive')
    await until(() => readManifest(archive).expired.readings === readings.archived)
    await until(() => dayFiles().length === 0)
    expect(await allReadings(gateway, main)).toEqual(before)
    expect(await accounting(gateway)).toMatchObject({
      readings: { archived: readings.archived },
      stores: { influxdb1: { readings: { stored: readings.archived, refused: 0, pending: 0 } } },
      closes: true,
    })
    await gateway.stop()
    gateway = await gateway.restart({ store: [DUCKDB, influxdb1()] })
    expect(await allReadings(gateway, main)).toEqual([])
  })

  /** Files of days of readings in the archive. */
  function dayFiles(): string[] {
    const names = readdirSync(join(gateway.dataDir, 'archive'), { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.startsWith('reading/') && name.endsWith('.parquet'))
  }
})

async function series(kpi: string, window: string, scope: string, id: string) {
  const of = `window=${window}&scope=${scope}&id=${id}&limit=10000`
  const answer = `/api/v1/plants/${PLANT}/kpis/${kpi}/series?${of}&${RANGE}`
  return (await getJson<SeriesAnswer>(gateway, answer)).points
}

/** All that the API says of history, by question; of the KPIs all, or every so many. */
async function allAnswers(every = 1): Promise<Map<string, SeriesAnswer['points'] | ReadingPoint[]>> {
  const catalogue = await getJson<CatalogueAnswer>(gateway, '/api/v1/kpis')
  const kpis = catalogue.kpis.filter((_, index) => index % every === 0)
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  const lines = plants.flatMap((plant) => plant.lines)
  const ids = {
    plant: [PLANT],
    line: lines.map(({ id }) => id),
    device: lines.flatMap(({ devices }) => devices.map(({ id }) => id)),
  }
  const answers = new Map<string, SeriesAnswer['points'] | ReadingPoint[]>()
  const questions = kpis.flatMap(({ id: kpi, windows, scopes }) =>
    windows.flatMap((window) =>
      SCOPES.filter((scope) => scopes.includes(scope)).flatMap((scope) =>
        ids[scope].map((id) => [kpi, window, scope, id] as const),
      ),
    ),
  )
  const worker = async () => {
    for (let question = questions.pop(); question !== undefined; question = questions.pop()) {
      answers.set(question.join(' '), await series(...question))
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  for (const [device, metric] of [
    ['main-1', 'elec_import_kwh'],
    ['meter-2', 'heat_gj'],
    ['meter-2', 'water_fresh_m3'],
    ['robot-1', 'state'],
    ['robot-1', 'cycle_count'],
  ] as const) {
    answers.set(`${device} ${metric}`, await allReadings(gateway, { plant: PLANT, device, metric }))
    answers.set(`${device} ${metric} page by page`, await pages(device, metric, 333))
  }
  return answers
}

type Answers = Awaited<ReturnType<typeof allAnswers>>

/**
 * Final points by question, without the windows that were open before. They do not change any more; months that go on are
 * computed every ten seconds.
 */
function finals(answers: Answers, before: ReadonlyMap<string, ReadonlySet<string>> = new Map()) {
  const isFinal = (one: object) => !('provisional' in one) || one.provisional === false
  return new Map(
    [...answers].map(([question, points]) => [
      question,
      points.filter((one) => isFinal(one) && before.get(question)?.has(startOf(one)) !== true),
    ]),
  )
}

/** Starts of the windows that are open, by question. */
function openIn(answers: Answers): ReadonlyMap<string, ReadonlySet<string>> {
  const isOpen = (one: object) => 'provisional' in one && one.provisional === true
  return new Map([...answers].map(([question, points]) => [question, new Set(points.filter(isOpen).map(startOf))]))
}

function startOf(one: object): string {
  return 'start' in one ? String(one.start) : ''
}

async function pages(device: string, metric: string, limit: number): Promise<ReadingPoint[]> {
  const query = `device=${device}&metric=${metric}&${RANGE}&limit=${limit}`
  const points: ReadingPoint[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page: { points: ReadingPoint[]; next: string | null } = await getJson(
      gateway,
      `/api/v1/plants/${PLANT}/readings?${query}${more}`,
    )
    points.push(...page.points)
    cursor = page.next
  }
  return points
}

function windowsIn(answers: ReadonlyMap<string, SeriesAnswer['points'] | ReadingPoint[]>): ReadonlySet<string> {
  return new Set([...answers.values()].flat().flatMap((one) => ('window' in one ? [one.window] : [])))
}
