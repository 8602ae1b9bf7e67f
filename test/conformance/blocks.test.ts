import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { FolderBlocks } from '../../src/cluster/state/folder-blocks.js'
import { StreamBlocks } from '../../src/cluster/state/stream-blocks.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { blocksSuite } from './blocks.suite.js'

const dir = mkdtempSync(join(tmpdir(), 'greengauge-blocks-'))
afterAll(() => rmSync(dir, { recursive: true }))
blocksSuite('a folder', (partition) => FolderBlocks.open(dir, partition, systemClock))

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
    StreamBlocks.open(jetstream(connection, { timeout: SOON_MS }), { partition, replicas: 1, clock: systemClock }),
  )
})
