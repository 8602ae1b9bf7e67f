import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe } from 'vitest'
import { type Clock, systemClock } from '../../src/base/clock.js'
import { FolderBlocks } from '../../src/cluster/state/folder-blocks.js'
import { StreamBlocks } from '../../src/cluster/state/stream-blocks.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { blocksSuite } from './blocks.suite.js'

/** The clock that files and servers of this machine go by: it may be set while tests run, and the gateway's own would doubt it. */
const clock: Clock = { ...systemClock, nowMs: () => Date.now() }
const dir = mkdtempSync(join(tmpdir(), 'greengauge-blocks-'))
afterAll(() => rmSync(dir, { recursive: true }))
blocksSuite('a folder', (partition) => FolderBlocks.open(dir, partition, clock))

const path = findServer('nats-server')
describe.skipIf(path === null)('on a real server', () => {
  let servers: NatsServers
  let connection: NatsConnection
  beforeAll(async () => {
    servers = await startNats(path!)
    connection = await connect({ servers: [...servers.urls] })
  })
  afterAll(async () => {
    await connection?.close()
    await servers?.remove()
  })
  blocksSuite('a bucket of NATS', (partition) =>
    StreamBlocks.open(jetstream(connection, { timeout: SOON_MS }), { partition, replicas: 1, clock }),
  )
})
