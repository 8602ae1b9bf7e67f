import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkData } from '../../src/audit/ledger/check-data.js'
import { systemClock } from '../../src/base/clock.js'
import { Checkpoints } from '../../src/cluster/state/checkpoints.js'
import { takeOverState } from '../../src/cluster/state/fetch.js'
import { type OpenState, openState } from '../../src/cluster/state/open.js'
import type { Gateway } from '../../src/gateway.js'
import { follow, MESSAGES, PLANT, PLANTS, publish, REPORT, SAYINGS, stateOf } from '../golden/golden.js'
import { freePort, settled, type TestGateway } from '../support/gateway.js'
import { configFile, loaded } from '../support/loaded.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'

const path = findServer('nats-server')
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src', 'gateway.js')
const root = mkdtempSync(join(tmpdir(), 'greengauge-cluster-state-'))
let servers: NatsServers
let connection: NatsConnection
let state: OpenState

beforeAll(async () => {
  if (path === null) return
  servers = await startNats(path)
  connection = await connectNats({ servers: [...servers.urls] })
  const wish = { clock: systemClock, partition: 3, replicas: 1, stateDir: undefined }
  state = await openState({ connection, ...wish })
})
afterAll(async () => {
  await connection?.close()
  await servers?.remove()
  rmSync(root, { recursive: true })
})

/** A gateway of this process as the owner of a partition has it, but for its journal, which is in files. */
async function own(dataDir: string, epoch: number, journalOf: string | null, lease = { isHeld: true }) {
  const { startGateway } = (await import(DIST)) as typeof import('../../src/gateway.js')
  const [mqttPort, httpPort] = [await freePort(), await freePort()]
  const { file } = configFile({ plants: PLANTS, mqtt: { port: mqttPort }, http: { port: httpPort } })
  const { config, hash, content, registry, people } = loaded(file)
  await takeOverState({ ...state, dataDir }, epoch)
  if (journalOf !== null) cpSync(join(journalOf, 'journal'), join(dataDir, 'journal'), { recursive: true })
  const gateway: Gateway = await startGateway({
    config: { ...config, data_dir: dataDir },
    configText: { hash, content },
    registry,
    people,
    version: { version: '0.0.0', commit: '', node: '' },
    keep: () => checkpoints.now(),
  })
  const checkpoints = new Checkpoints({
    ...state,
    dataDir,
    epoch,
    lease,
    everyMs: 60_000,
    prepare: () => gateway.prepareBackup(),
    purge: async () => undefined,
    say: () => undefined,
  })
  const asked = { httpUrl: `http://127.0.0.1:${httpPort}`, mqttUrl: `mqtt://127.0.0.1:${mqttPort}` } as TestGateway
  return { gateway, checkpoints, asked }
}

const faultsIn = async (dataDir: string) =>
  (await checkData({ dataDir, root: null })).filter(({ ok }) => !ok).map(({ text }) => text.en)

describe.skipIf(path === null)('a partition that moves', () => {
  test('reads, reckons and proves elsewhere what it did, with every report that was frozen', async () => {
    const [first, second] = [join(root, 'first'), join(root, 'second')]
    const lease = { isHeld: true }
    const before = await own(first, 1, null, lease)
    await publish(before.asked, [...MESSAGES, ...SAYINGS])
    await follow(before.asked, 'reports', { plants: [PLANT], profile: 'ghg', from: '2026-01-05', to: '2026-01-06' })
    const freeze = { by: 'li', languages: ['en'] }
    lease.isHeld = false
    await expect(follow(before.asked, `reports/${REPORT}/freeze`, freeze)).rejects.toThrow(
      'only on this machine so far',
    )
    lease.isHeld = true
    await publish(before.asked, [[`plants/${PLANT}/press/main-1/energy`, SETTLED_LATER]])
    await follow(before.asked, `reports/${REPORT}/freeze`, freeze)
    const { taken } = before.checkpoints.status
    expect(taken).toBe(1)
    await publish(before.asked, [MESSAGES.at(-1)!])
    const expected = await stateOf(before.asked)
    expect(expected.reports.map(({ version, status }) => [version, status])).toEqual([
      [2, 'frozen'],
      [1, 'superseded'],
    ])
    await before.gateway.close()

    const after = await own(second, 2, first)
    await settled(after.asked)
    expect(await stateOf(after.asked)).toEqual(expected)
    expect(await faultsIn(second)).toEqual([])
    await after.checkpoints.end(() => after.gateway.close())
    expect(after.checkpoints.status).toMatchObject({ taken: 2, trouble: '' })
  })
})

/** Counts for the day that is frozen: without a change there is no second version. */
const SETTLED_LATER = JSON.stringify({ ts: '2026-01-05T12:07:00Z', metrics: { elec_import_kwh: 1131.1 } })
