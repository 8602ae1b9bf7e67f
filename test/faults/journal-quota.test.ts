// @module-tag deep
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import {
  accounting,
  allReadings,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'
import { MeteredClient } from './load.js'
import { rssMiB } from './storms/storm.js'

/**
 * The journal reaches its quota because it cannot be archived: nothing more is acknowledged, readiness says why, what waits costs no
 * more and more memory, and it goes on by itself when there is room. Nothing that was acknowledged is lost.
 */

const METERS = 20
const MIB = 2 ** 20
const GROWTH_MIB_MAX = 64
const FULL_MS = 10_000

let gateway: TestGateway
let clients: MeteredClient[] = []

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  clients = []
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

const acknowledged = () => clients.reduce((sum, client) => sum + client.acknowledged.size, 0)
const plants = [{ id: MeteredClient.plant, name: {}, timezone: 'UTC', kpis: ['energy_elec_import'] }]
const isFull = async () =>
  (await readiness(gateway)).checks.some(
    ({ name, reason }) => name === 'journal' && reason.includes('the journal is full'),
  )

async function everythingIsThere(): Promise<void> {
  for (const client of clients) client.stop()
  await until(() => clients.every(({ inFlight }) => inFlight === 0))
  await settled(gateway)
  for (const { device, acknowledged, sent } of clients) {
    const points = await allReadings(gateway, { plant: MeteredClient.plant, device, metric: MeteredClient.metric })
    const archived = new Map(points.map(({ ts, value }) => [Date.parse(ts), value]))
    expect([...acknowledged].filter(([ts, value]) => archived.get(ts) !== value)).toEqual([])
    expect(archived.size).toBe(sent)
  }
}

test('at its quota the journal acknowledges nothing, and goes on by itself when it can be archived again', async () => {
  const config = { plants, journal: { max_bytes: 4 * MIB }, archive: { delta_s: 1 } }
  gateway = await startGateway({ config })
  clients = Array.from({ length: METERS }, (_, i) => new MeteredClient(gateway, `meter-${i + 1}`))
  await until(() => acknowledged() > 1000)

  const archive = join(gateway.dataDir, 'archive')
  renameSync(archive, `${archive}.away`)
  writeFileSync(archive, '')
  await until(isFull)
  // Messages that were under way are refused too. A gateway that stands still for a second is not at the end of them.
  let before = -1
  await until(
    () => {
      const isStill = before === acknowledged()
      before = acknowledged()
      return isStill
    },
    SOON_MS,
    FULL_MS,
  )

  const held = rssMiB(gateway)
  await new Promise((resolve) => setTimeout(resolve, FULL_MS))
  expect(acknowledged()).toBe(before)
  expect(rssMiB(gateway) - held).toBeLessThan(GROWTH_MIB_MAX)
  expect(await isFull()).toBe(true)
  console.info(`${held.toFixed(0)} MiB when full, ${rssMiB(gateway).toFixed(0)} MiB after ${FULL_MS / 1000} s`)

  rmSync(archive)
  renameSync(`${archive}.away`, archive)
  await until(() => acknowledged() > before + 1000)
  await until(async () => (await readiness(gateway)).status === 200)
  await everythingIsThere()
})

test('a quota smaller than what is archived at once is no standstill', async () => {
  // By default that is 256 MiB, or what comes in five minutes, in segments of 64 MiB: so long it stood still.
  gateway = await startGateway({ config: { plants, journal: { max_bytes: 2 * MIB } } })
  clients = Array.from({ length: METERS }, (_, i) => new MeteredClient(gateway, `meter-${i + 1}`))
  await until(async () => (await accounting(gateway)).readings.archived > 60_000)
  await everythingIsThere()
})

test('a segment that the disk does not let go of ends nothing: it is said, and it goes when it may', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greengauge-keep-'))
  writeFileSync(join(folder, 'keep'), '')
  const probe = new URL('./disk-on-command.mjs', import.meta.url)
  probe.searchParams.set('folder', folder)
  gateway = await startGateway({
    config: { plants, journal: { max_bytes: 64 * MIB, segment_bytes: MIB / 16 }, archive: { delta_s: 1 } },
    env: { GATEWAY_JOURNAL_PROBE: probe.href },
  })
  clients = Array.from({ length: METERS }, (_, i) => new MeteredClient(gateway, `meter-${i + 1}`))
  const journalCheck = async () => (await readiness(gateway)).checks.find(({ name }) => name === 'journal')
  await until(async () => (await journalCheck())?.ok === false)
  expect(existsSync(join(folder, 'kept'))).toBe(true)
  expect((await journalCheck())?.reason).toMatch(/remove .*00000001\.journal: EIO.*nothing is lost.*tried again/)
  const before = acknowledged()
  await until(() => acknowledged() > before + 1000)

  rmSync(join(folder, 'keep'))
  await until(async () => (await readiness(gateway)).status === 200)
  expect(readdirSync(join(gateway.dataDir, 'journal'))).not.toContain('00000001.journal')
  await everythingIsThere()
  rmSync(folder, { recursive: true })
})
