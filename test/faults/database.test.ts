// @module-tag deep
/** Proves that a database that is lost or damaged is made again with every figure. */
import { execFileSync } from 'node:child_process'
import { existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { ReadingPoint, SeriesAnswer } from '../../src/base/wire.js'
import {
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'

const PLANT = 'broken-1'
const DEVICES = ['main-1', 'main-2', 'main-3']
const ELEMENTS = 1000
const ARRAYS = 8
const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 5000
/** Keys that nobody looks at: they make the journal several blocks long, so that rebuilding takes a while. */
const PADDING = 'x'.repeat(200)

let gateway: TestGateway
let before: Shown

/** A gateway that has settled, and has ended by `signal`. Every test has its data directory as it was left. */
function endedBy(signal: NodeJS.Signals): void {
  const left = () => join(gateway.dir, 'left')

  beforeAll(async () => {
    gateway = await filled()
    before = await shown(gateway)
    expect(before.readings.map((readings) => readings.length)).toEqual(DEVICES.map(() => ARRAYS * ELEMENTS))
    expect(before.points.filter((point) => !point.provisional).length).toBeGreaterThan(10)
    await gateway.stop(signal)
    copy(gateway.dataDir, left())
  })
  beforeEach(() => {
    rmSync(gateway.dataDir, { recursive: true })
    copy(left(), gateway.dataDir)
  })
  afterEach(async () => {
    await gateway.stop('SIGKILL')
  })
  afterAll(() => removeData(gateway))
}

/** With the socket that a killed gateway leaves behind, which `cpSync` refuses. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to])
}

async function filled(): Promise<TestGateway> {
  // Only the KPI that is looked at: to make all of them for each rebuild is not what is tested here.
  const plants = [{ id: PLANT, name: { en: PLANT }, timezone: 'UTC', kpis: ['energy_elec_import'] }]
  const gateway = await startGateway({ config: { plants } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (let array = 0; array < ARRAYS; array++) {
    await Promise.all(
      DEVICES.map((device) =>
        client.publishAsync(`plants/${PLANT}/utilities/${device}/energy`, JSON.stringify(elements(array)), { qos: 1 }),
      ),
    )
  }
  await client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, 'not JSON', { qos: 1 })
  await client.endAsync()
  await settled(gateway)
  return gateway
}

function elements(array: number) {
  return Array.from({ length: ELEMENTS }, (_, i) => {
    const n = array * ELEMENTS + i
    return { ts: FIRST_TS + n * STEP_MS, metrics: { elec_import_kwh: n / 8 }, padding: PADDING }
  })
}

interface Shown {
  readonly readings: readonly ReadingPoint[][]
  readonly points: readonly KpiPoint[]
  readonly quarantined: number
  readonly counts: unknown
}

/** All that a dashboard could ask for. */
async function shown(gateway: TestGateway): Promise<Shown> {
  const readings = await Promise.all(
    DEVICES.map((device) => allReadings(gateway, { plant: PLANT, device, metric: 'elec_import_kwh' })),
  )
  const range = `from=${new Date(FIRST_TS).toISOString()}&to=2026-02-01T00:00:00Z&limit=10000`
  const points: KpiPoint[] = []
  for (const window of ['1m', '15m', '1h']) {
    const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=${window}&${range}`
    points.push(...(await getJson<SeriesAnswer>(gateway, path)).points)
  }
  const { items, counts } = await getJson<{ items: unknown[]; counts: unknown }>(gateway, '/api/v1/quarantine')
  return { readings, points, quarantined: items.length, counts }
}

/** `rev` says how often a point was written: what was rebuilt was written less often. */
const withoutRev = ({ points, ...rest }: Shown) => ({ ...rest, points: points.map(({ rev: _, ...point }) => point) })

/** Starts on the damaged data directory; gives the reasons that /readyz gave until it was ready. */
async function restarted(): Promise<string[]> {
  gateway = gateway.relaunch()
  const reasons: string[] = []
  let status = 0
  await until(
    async () => {
      const answer = await readiness(gateway).catch(() => null)
      if (answer === null) return false
      status = answer.status
      reasons.push(...answer.checks.map(({ name, reason }) => `${name}: ${reason}`))
      return status === 200
    },
    SOON_MS,
    5,
  )
  return [...new Set(reasons)]
}

async function isRebuilt(): Promise<void> {
  const accounting = await settled(gateway)
  expect(accounting.closes).toBe(true)
  expect(accounting.readings.archived).toBe(DEVICES.length * ARRAYS * ELEMENTS)
  expect(withoutRev(await shown(gateway))).toEqual(withoutRev(before))
}

const database = () => join(gateway.dataDir, 'archive.duckdb')
const setAside = () => readdirSync(gateway.dataDir).filter((name) => /^archive\.duckdb\.broken-\d+$/.test(name))

function overwrite(at: 'start' | 'everything behind the start'): void {
  const { size } = statSync(database())
  const file = openSync(database(), 'r+')
  const garbage = Buffer.alloc(at === 'start' ? 4096 : size - 4096, 'no database ')
  writeSync(file, garbage, 0, garbage.length, at === 'start' ? 0 : 4096)
}

async function isRebuiltFromTheJournal(): Promise<void> {
  rmSync(database())
  const reasons = await restarted()
  expect(reasons).toContainEqual(expect.stringMatching(/^archive: what the journal held/))
  expect(existsSync(database())).toBe(true)
  await isRebuilt()
}

describe('after SIGTERM', () => {
  endedBy('SIGTERM')

  test.each([
    ['begins with garbage', () => overwrite('start')],
    ['is garbage behind its first page', () => overwrite('everything behind the start')],
    ['was cut off', () => truncateSync(database(), statSync(database()).size / 2)],
  ])('a database that %s is set aside, and rebuilt', async (_, damage) => {
    damage()
    const reasons = await restarted()
    expect(setAside()).toHaveLength(1)
    expect(reasons).toContainEqual(expect.stringMatching(/^archive: the database could not be used .* rebuilt from/))
    await isRebuilt()
  })

  test('a database that was deleted is rebuilt from the journal', isRebuiltFromTheJournal)

  test('a damaged block that only a query finds is told by /readyz, and the next start rebuilds the database', async () => {
    const { size } = statSync(database())
    const file = openSync(database(), 'r+')
    writeSync(file, Buffer.alloc(64, 'no block '), 0, 64, size / 2)
    await restarted()
    // A block that was needed for the start has been found and mended already.
    const isMended = setAside().length === 1
    if (!isMended) {
      await expect(shown(gateway)).rejects.toThrow()
      expect((await readiness(gateway)).checks).toContainEqual(expect.objectContaining({ name: 'database', ok: false }))
      await gateway.stop()
      await restarted()
    }
    expect(setAside()).toHaveLength(1)
    await isRebuilt()
  })
})

describe('after SIGKILL', () => {
  endedBy('SIGKILL')

  test('a database that was deleted is rebuilt from the journal', isRebuiltFromTheJournal)

  test('a write-ahead log that is garbage does not keep the gateway from starting', async () => {
    const wal = `${database()}.wal`
    const size = existsSync(wal) ? statSync(wal).size : 4096
    const file = openSync(wal, 'w')
    writeSync(file, Buffer.alloc(size, 'no log '))
    await restarted()
    await isRebuilt()
  })
})
