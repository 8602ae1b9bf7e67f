// @module-tag deep
/** Proves that the archive keeps every figure through kills, lost databases, late readings and limits. */
import { createHash } from 'node:crypto'
import { existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join, relative } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { randomStream } from '../../simulators/random.js'
import { readManifest } from '../../src/archive/record/manifest.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { QuarantineAnswer, ReadingPoint, SeriesAnswer } from '../../src/base/wire.js'
import {
  accounting,
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { MeteredClient } from './load.js'

/** So many always; KILLS asks for another number. */
const KILLS = Number(process.env.KILLS ?? 8)
const RUNNING_MS_MAX = 1200
const METERS = ['meter-1', 'meter-2']
const FIRST_TS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000
/** Small segments and frequent deltas: what takes days at a plant takes seconds here. */
const HASTY = { journal: { segment_bytes: 65_536 }, archive: { delta_s: 1, delta_bytes: 150_000 } }
/** Plants with the one KPI that is looked at: to make all of them for each burst is not what is tested here. */
const plantsOf = (...ids: string[]) =>
  ids.map((id) => ({ id, name: { en: id }, timezone: 'UTC', kpis: ['energy_elec_import'] }))

let gateway: TestGateway
let clients: MeteredClient[] = []

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  clients = []
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

interface Shown {
  readonly readings: readonly ReadingPoint[][]
  readonly points: readonly Partial<KpiPoint>[]
  readonly counts: unknown
}

/** All that a dashboard could ask for; `rev` says how often a point was written, which a rebuild does less often. */
async function shown(plant: string, devices: readonly string[]): Promise<Shown> {
  const readings = []
  for (const device of devices) readings.push(await allReadings(gateway, { plant, device, metric: 'elec_import_kwh' }))
  const points: Partial<KpiPoint>[] = []
  for (const window of ['1m', '15m', '1h', '1d']) {
    const range = 'from=2025-12-01T00:00:00Z&to=2026-11-01T00:00:00Z&limit=10000'
    const path = `/api/v1/plants/${plant}/kpis/energy_elec_import/series?window=${window}&${range}`
    for (const { rev: _, ...point } of (await getJson<SeriesAnswer>(gateway, path)).points) {
      if (!point.provisional) points.push(point)
    }
  }
  const { messages, readings: counts, elements_rejected } = await accounting(gateway)
  return { readings, points, counts: { messages, counts, elements_rejected } }
}

const database = () => join(gateway.dataDir, 'archive.duckdb')
const segments = () => readdirSync(join(gateway.dataDir, 'journal')).sort()
const oldestSegment = () => Number.parseInt(segments()[0] ?? '0', 10)

interface DayFile {
  readonly bytes: number
  /** Another one if the file had been written to. */
  readonly sign: string
}

/** Retention removes files while they are looked at: null for one that is gone. */
function dayFile(path: string): DayFile | null {
  try {
    const { ino, mtimeMs } = statSync(path)
    const content = readFileSync(path)
    const hash = createHash('sha256').update(content).digest('hex')
    return { bytes: content.length, sign: `${ino} ${mtimeMs} ${hash}` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The files of days by name. */
function dayFiles(): Map<string, DayFile> {
  const folder = join(gateway.dataDir, 'archive')
  const files = new Map<string, DayFile>()
  for (const { name, parentPath } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!/^gen-\d+\.parquet$/.test(name)) continue
    const path = join(parentPath, name)
    const file = dayFile(path)
    if (file !== null) files.set(relative(folder, path), file)
  }
  return files
}

/** Readings in files of days and those that retention has taken; null while a delta holds some. */
function sealedReadings(): number | null {
  const { days, deltas, expired } = readManifest(join(gateway.dataDir, 'archive'))
  const rows = days.reduce((sum, { kind, rows }) => sum + (kind === 'reading' ? rows : 0), 0)
  return deltas.some(({ kind }) => kind === 'reading') ? null : rows + expired.readings
}

/** The database is lost one way or the other. */
const LOSSES: readonly (() => void)[] = [
  () => rmSync(database(), { force: true }),
  () => writeFileSync(database(), 'no database '.repeat(1000)),
  () => {
    if (!existsSync(database())) return
    const file = openSync(database(), 'r+')
    const garbage = Buffer.alloc(Math.max(0, statSync(database()).size - 4096), 'no database ')
    writeSync(file, garbage, 0, garbage.length, 4096)
  },
]

async function isReady(): Promise<boolean> {
  return (await readiness(gateway).catch(() => ({ status: 0 }))).status === 200
}

test(`killed ${KILLS} times while deltas are cut and days compacted, and robbed of its database each second time, the gateway has every figure`, async () => {
  const random = randomStream('archive', 20261124)
  gateway = await startGateway({ config: { ...HASTY, plants: plantsOf(MeteredClient.plant) } })
  clients = METERS.map((device) => new MeteredClient(gateway, device))
  for (let kill = 0; kill < KILLS; kill++) {
    await until(isReady)
    const before = clients.reduce((sum, client) => sum + client.acknowledged.size, 0)
    await until(() => clients.reduce((sum, client) => sum + client.acknowledged.size, 0) > before)
    await new Promise((resolve) => setTimeout(resolve, random() * RUNNING_MS_MAX))
    expect((await accounting(gateway)).closes, `accounting before kill ${kill}`).toBe(true)
    await gateway.stop('SIGKILL')
    if (kill % 2 === 1) LOSSES[kill % LOSSES.length]!()
    gateway = gateway.relaunch()
  }
  await until(isReady)
  for (const client of clients) client.stop()
  await until(() => clients.every((client) => client.inFlight === 0))
  expect((await settled(gateway)).closes).toBe(true)

  // The journal has been trimmed and days were compacted, or the test has shown nothing.
  await until(() => dayFiles().size > 0)
  expect(oldestSegment()).toBeGreaterThan(KILLS)
  const before = await shown(MeteredClient.plant, METERS)
  for (const [i, { acknowledged }] of clients.entries()) {
    const values = new Map(before.readings[i]!.map(({ ts, value }) => [Date.parse(ts), value]))
    expect([...acknowledged].filter(([ts, value]) => values.get(ts) !== value)).toEqual([])
  }
  expect(before.points.length).toBeGreaterThan(10)

  for (const lose of LOSSES) {
    await gateway.stop('SIGKILL')
    lose()
    gateway = gateway.relaunch()
    await until(isReady)
    expect((await settled(gateway)).closes).toBe(true)
    expect(await shown(MeteredClient.plant, METERS)).toEqual(before)
  }
})

test('late readings never change a sealed file, and the metrics of the journal are right behind its trimming', async () => {
  gateway = await startGateway({ config: { ...HASTY, plants: plantsOf('late-1') } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const send = (day: number, from: number, count: number, padding = '') => {
    const elements = Array.from({ length: count }, (_, i) => {
      const n = from + i
      return { ts: FIRST_TS + day * DAY_MS + n * 2000, metrics: { elec_import_kwh: day * 1000 + n / 8 }, padding }
    })
    return client.publishAsync('plants/late-1/utilities/main-1/energy', JSON.stringify(elements), { qos: 1 })
  }
  const startedMs = Date.now()
  for (let day = 0; day < 3; day++) for (let i = 0; i < 4; i++) await send(day, i * 200, 100, 'x'.repeat(500))
  await until(() => sealedReadings() === 1200 && oldestSegment() > 2)
  const sealed = dayFiles()

  await send(1, 100, 50)
  await until(() => sealedReadings() === 1250)
  const after = dayFiles()
  for (const [name, file] of sealed) expect(after.get(name), name).toEqual(file)
  const added = [...after.keys()].filter((name) => !sealed.has(name))
  expect(added).toEqual([expect.stringMatching(/^reading\/plant=late-1\/day=2026-01-06\/gen-[2-9]\.parquet$/)])

  await client.endAsync()
  const journal = join(gateway.dataDir, 'journal')
  await until(async () => {
    const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1])
    const bytes = segments().reduce(
      (sum, name) => sum + (statSync(join(journal, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
    const oldestMs = value('greengauge_journal_oldest_timestamp_seconds') * 1000
    return value('greengauge_journal_bytes') === bytes && oldestMs > startedMs && oldestMs <= Date.now()
  })
})

test('while the database is rebuilt, /readyz tells how far it is and messages are acknowledged; a stop does not wait for it', async () => {
  gateway = await startGateway({ config: { ...HASTY, plants: plantsOf('slow-0', 'slow-1', 'slow-2') } })
  const sender = await mqtt.connectAsync(gateway.mqttUrl)
  const elements = Array.from({ length: 80 }, (_, day) => ({
    ts: FIRST_TS + day * DAY_MS,
    metrics: { elec_import_kwh: day, elec_import_kw: 1 },
  }))
  const topic = (i: number) => `plants/slow-${i}/utilities/main-1/energy`
  for (let i = 0; i < 3; i++) await sender.publishAsync(topic(i), JSON.stringify(elements), { qos: 1 })
  await sender.endAsync()
  await until(() => dayFiles().size === 240)
  const { messages } = await settled(gateway)
  await gateway.stop()

  rmSync(database())
  gateway = await gateway.restart()
  // It is said that it is being rebuilt before it is known of how many rows.
  await expect
    .poll(async () => (await readiness(gateway)).checks)
    .toContainEqual({
      name: 'archive',
      ok: false,
      reason: expect.stringMatching(/^there was no database; it is being rebuilt: \d+ of \d+ rows are back$/),
    })
  const device = await mqtt.connectAsync(gateway.mqttUrl)
  await device.publishAsync(topic(0), JSON.stringify(elements[0]), { qos: 1 })
  expect((await readiness(gateway)).status).toBe(503)
  expect((await fetch(`${gateway.httpUrl}/api/v1/accounting`)).status).toBe(503)
  await device.endAsync()
  expect(await gateway.stop()).toBe(0)

  gateway = await gateway.restart()
  await until(isReady)
  const end = await settled(gateway)
  expect(end).toMatchObject({
    messages: { received: messages.received + 1 },
    readings: { archived: 480 },
    closes: true,
  })
})

test('what was quarantined can be decoded again when the journal has been trimmed, and survives the database', async () => {
  gateway = await startGateway({ config: { ...HASTY, auth: { devices: 'registered' } } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const send = (padding: string) =>
    client.publishAsync(
      'plants/retry-1/press/newcomer/energy',
      JSON.stringify({ ts: FIRST_TS, metrics: { elec_import_kwh: 7 }, padding }),
      { qos: 1 },
    )
  await send('first')
  for (let i = 0; i < 8; i++) await send('x'.repeat(30_000))
  await client.endAsync()
  await until(() => oldestSegment() > 1)
  await gateway.stop()
  gateway = await gateway.restart({ auth: { devices: 'any' } })
  const { items } = await getJson<QuarantineAnswer>(gateway, '/api/v1/quarantine')
  const first = items.find((item) => item.sample.includes('first'))
  const answer = await fetch(`${gateway.httpUrl}/api/v1/quarantine/${first!.id}/retry`, { method: 'POST' })
  expect(await answer.json()).toMatchObject({ result: 'accepted' })
  const newcomer = { plant: 'retry-1', device: 'newcomer', metric: 'elec_import_kwh' }
  await until(() => [...dayFiles().keys()].some((name) => name.startsWith('reading/plant=retry-1')))
  const before = await accounting(gateway)

  await gateway.stop('SIGKILL')
  rmSync(database())
  gateway = await gateway.restart()
  await until(isReady)
  expect(await allReadings(gateway, newcomer)).toMatchObject([{ value: 7 }])
  expect(await accounting(gateway)).toEqual(before)
})

test('with a limit in bytes the oldest days go and the accounting closes, after a rebuild too', async () => {
  gateway = await startGateway({ config: { ...HASTY, archive: { ...HASTY.archive, retention: { bytes: 6000 } } } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (let day = 0; day < 6; day++) {
    const elements = Array.from({ length: 200 }, (_, i) => {
      return { ts: FIRST_TS + day * DAY_MS + i * 60_000, metrics: { elec_import_kwh: day * 100 + Math.sqrt(i) } }
    })
    await client.publishAsync('plants/old-1/utilities/main-1/energy', JSON.stringify(elements), { qos: 1 })
  }
  await client.endAsync()
  const main = { plant: 'old-1', device: 'main-1', metric: 'elec_import_kwh' }
  const days = () => [...dayFiles()].filter(([name]) => name.startsWith('reading/')).map(([, file]) => file)
  const bytes = () => days().reduce((sum, file) => sum + file.bytes, 0)
  await until(() => sealedReadings() === 1200 && bytes() <= 6000)
  expect(days().length).toBeGreaterThan(0)
  expect((await allReadings(gateway, main)).length).toBeLessThan(1200)
  const before = await settled(gateway)
  const kept = await allReadings(gateway, main)
  expect(before).toMatchObject({ readings: { archived: 1200 }, closes: true })
  await gateway.stop('SIGKILL')
  rmSync(database())
  gateway = await gateway.restart()
  await until(isReady)
  expect(await settled(gateway)).toMatchObject({ readings: before.readings, closes: true })
  expect(await allReadings(gateway, main)).toEqual(kept)
})
