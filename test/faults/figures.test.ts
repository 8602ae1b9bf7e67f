// @module-tag deep
/** Proves that figures of days whose readings retention has let go of outlive the database. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import mqtt from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { readManifest, writeManifest } from '../../src/archive/record/manifest.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { greengauge } from '../support/cli.js'
import { getJson, readiness, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const PLANT = 'past-1'
const DAYS = 20
const FIRST_TS = Date.UTC(2026, 0, 5)
const DAY_MS = 86_400_000
const HASTY = { journal: { segment_bytes: 65_536 }, archive: { delta_s: 1, delta_bytes: 150_000 } }
/** Readings of days that are over go as soon as they may. */
const SHORT = { ...HASTY, archive: { ...HASTY.archive, retention: { bytes: '1KiB' } } }
const plants = [{ id: PLANT, name: { en: PLANT }, timezone: 'Asia/Shanghai', kpis: ['energy_elec_import'] }]

let gateway: TestGateway
afterEach(async () => {
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const archive = () => join(gateway.dataDir, 'archive')
const database = () => join(gateway.dataDir, 'archive.duckdb')
const isReady = async () => (await readiness(gateway).catch(() => ({ status: 0 }))).status === 200
const copies = () => readdirSync(gateway.dataDir).filter((name) => /^archive\.duckdb\.broken-\d+$/.test(name))

/** Final points of a window, without how often they were written. */
async function finals(window: string): Promise<readonly Partial<KpiPoint>[]> {
  const range = 'from=2025-12-01T00:00:00Z&to=2026-11-01T00:00:00Z&limit=10000'
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=${window}&${range}`
  const { points } = await getJson<SeriesAnswer>(gateway, path)
  return points.filter(({ provisional }) => !provisional).map(({ rev: _, ...point }) => point)
}

const all = async () => ({ days: await finals('1d'), hours: await finals('1h') })

/** A gateway that has let go of the readings of 20 days and has their figures. */
async function filled(): Promise<Awaited<ReturnType<typeof all>>> {
  gateway = await startGateway({ config: { ...SHORT, plants } })
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (let day = 0; day < DAYS; day++) {
    const elements = Array.from({ length: 288 }, (_, i) => {
      const n = day * 288 + i
      return { ts: FIRST_TS + n * 300_000, metrics: { elec_import_kwh: n * 5 } }
    })
    await client.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, JSON.stringify(elements), { qos: 1 })
  }
  await client.endAsync()
  await settled(gateway)
  const lastDay = Math.floor(FIRST_TS / DAY_MS) + DAYS
  await until(() => (readManifest(archive()).expired.keptFrom[PLANT] ?? 0) >= lastDay)
  await settled(gateway)
  const figures = await all()
  expect(figures.days.length).toBeGreaterThanOrEqual(DAYS - 1)
  expect(figures.hours.length).toBeGreaterThan((DAYS - 1) * 24)
  return figures
}

test('a database that is deleted is rebuilt with them, and the ledger and the files are right', async () => {
  const before = await filled()
  await gateway.stop('SIGKILL')
  rmSync(database())
  gateway = await gateway.restart()
  await until(isReady)
  expect(await all()).toEqual(before)
  await gateway.stop()
  const { code, stdout } = await greengauge('verify', gateway.dataDir)
  expect(code, stdout).toBe(0)
})

test('a backup that is restored on another disk has them when the gateway starts there', async () => {
  const before = await filled()
  const [backup, config] = [join(gateway.dir, 'backup'), ['--config', join(gateway.dir, 'greengauge.yaml')]]
  const made = await greengauge('backup', backup, ...config)
  expect(made.code, made.stderr).toBe(0)
  await gateway.stop()
  rmSync(gateway.dataDir, { recursive: true })
  const restored = await greengauge('restore', backup, ...config)
  expect(restored.code, restored.stderr).toBe(0)
  expect(existsSync(database())).toBe(false)
  gateway = await gateway.restart()
  await until(isReady)
  expect(await all()).toEqual(before)
})

test('what an older program has not written is taken out of a database of other tables, and told when it is nowhere', async () => {
  const before = await filled()
  await gateway.stop()
  const forget = async () => {
    const { figures: _, ...manifest } = readManifest(archive())
    await writeManifest(archive(), manifest)
    rmSync(join(archive(), 'figures'), { recursive: true })
  }
  await forget()
  const instance = await DuckDBInstance.create(database())
  const connection = await instance.connect()
  await connection.run(`UPDATE progress SET content = 'of yesterday' WHERE name = 'schema'`)
  connection.closeSync()
  instance.closeSync()
  gateway = await gateway.restart()
  await until(isReady)
  expect(copies()).toHaveLength(1)
  expect(await all()).toEqual(before)

  await gateway.stop()
  await forget()
  rmSync(database())
  for (const copy of copies()) rmSync(join(gateway.dataDir, copy))
  gateway = await gateway.restart()
  const reason = /^the figures of past-1 before 2026-01-2\d are lost: .* delete .*missing-figures\.json/
  const told = async () => (await readiness(gateway).catch(() => null))?.checks ?? []
  // Until the rebuild is over its page answers, which does not know yet what is missing.
  await until(async () => (await told()).some((check) => reason.test(check.reason)))
  expect(await told()).toContainEqual({ name: 'record', ok: false, reason: expect.stringMatching(reason) })
  await gateway.stop()
  rmSync(join(gateway.dataDir, 'missing-figures.json'))
  gateway = await gateway.restart()
  await until(isReady)
  expect(existsSync(join(gateway.dataDir, 'missing-figures.json'))).toBe(false)
})
