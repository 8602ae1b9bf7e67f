// @module-tag deep
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkData } from '../../src/audit/ledger/check-data.js'
import { systemClock } from '../../src/base/clock.js'
import { KeptState } from '../../src/cluster/state/kept-state.js'
import { LeaseMark } from '../../src/nats/lease-mark.js'
import { follow, MESSAGES, PLANT, PLANTS, publish, REPORT, say, stateOf } from '../golden/golden.js'
import { freePort, settled, type TestGateway } from '../support/gateway.js'
import { configFile, loaded } from '../support/loaded.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'

const path = findServer('nats-server')
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src', 'runtime', 'gateway.js')
const CLI = join(DIST, '..', '..', 'cli.js')
const PARTITION = 3
const root = mkdtempSync(join(tmpdir(), 'greengauge-cluster-state-'))
let servers: NatsServers

beforeAll(async () => {
  if (path === null) return
  servers = await startNats(path)
})
afterAll(async () => {
  await servers?.remove()
  rmSync(root, { recursive: true })
})

/** A gateway of this process as the owner of a partition has it, but for its door: it has a broker of its own. */
async function own(dataDir: string, epoch: number) {
  const { startGateway } = (await import(DIST)) as typeof import('../../src/runtime/gateway.js')
  const [mqttPort, httpPort] = [await freePort(), await freePort()]
  const { file } = configFile({ plants: PLANTS, mqtt: { port: mqttPort }, http: { port: httpPort } })
  const { config, hash, content, registry, people } = loaded(file)
  const lease = LeaseMark.create()
  lease.renew(process.hrtime.bigint() + 600_000_000_000n)
  const owned = { partition: PARTITION, partitions: 8, epoch, replicas: 1, nats: { servers: [...servers.urls] } }
  const state = await KeptState.takeOver({
    owned,
    lease,
    dataDir,
    cluster: { checkpoint_s: 3600 },
    clock: systemClock,
    log: () => undefined,
  })
  const gateway = await startGateway({
    config: { ...config, data_dir: dataDir },
    configText: { hash, content },
    registry,
    people,
    version: { version: '0.0.0', commit: '', node: '' },
    partition: { ...owned, lease: lease.shared },
    keep: state.keep,
  })
  const running = state.run(gateway)
  const asked = { httpUrl: `http://127.0.0.1:${httpPort}`, mqttUrl: `mqtt://127.0.0.1:${mqttPort}` } as TestGateway
  return { lease, state, running, asked }
}

const faultsIn = async (dataDir: string) =>
  (await checkData({ dataDir, root: null })).filter(({ ok }) => !ok).map(({ text }) => text.en)

function greengauge(...args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, [CLI, ...args])
}

describe.skipIf(path === null)('a partition that moves', () => {
  test('reads, reckons and proves elsewhere what it did, with a report that was frozen, and anybody can verify it', async () => {
    const [first, second, out] = [join(root, 'first'), join(root, 'second'), join(root, 'out')]
    const before = await own(first, 1)
    await publish(before.asked, MESSAGES)
    await say(before.asked)
    await follow(before.asked, 'reports', { plants: [PLANT], profile: 'ghg', from: '2026-01-05', to: '2026-01-06' })
    await follow(before.asked, `reports/${REPORT}/freeze`, { by: 'li', languages: ['en'] })
    expect(before.state.status.taken).toBe(1)
    // A message behind the checkpoint is in the journal alone.
    await publish(before.asked, [MESSAGES.at(-1)!])
    const expected = await stateOf(before.asked)
    expect(expected.reports).toMatchObject([{ version: 1, status: 'frozen' }])
    // Without its lease its end leaves nothing to the next owner, as a kill does.
    before.lease.renew(0n)
    await before.state.end()
    await before.running
    expect(before.state.status).toMatchObject({ taken: 1, trouble: expect.stringContaining('lease') })

    const after = await own(second, 2)
    await settled(after.asked)
    expect(await stateOf(after.asked)).toEqual(expected)
    expect(await faultsIn(second)).toEqual([])

    const nats = { journal: { type: 'jetstream', servers: servers.urls }, cluster: { replicas: 1 } }
    const { file } = configFile({ plants: PLANTS, ...nats })
    await greengauge('cluster', 'fetch', '--partition', String(PARTITION), '--out', out, '--config', file)
    await after.state.end()
    await after.running
    expect(after.state.status).toMatchObject({ taken: 2, trouble: '' })
    await greengauge('verify', out)
    expect(await faultsIn(join(out, 'data'))).toEqual([])
  })
})
