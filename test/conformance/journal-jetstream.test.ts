import { afterAll, beforeAll, describe } from 'vitest'
import { ownStream } from '../support/journal-logs.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { journalSuite } from './journal.suite.js'

const program = findServer('nats-server')

describe.skipIf(program === null)('with one nats-server', () => {
  let nats: NatsServers
  beforeAll(async () => {
    nats = await startNats(program!)
  })
  afterAll(() => nats?.remove())

  const partitions = new Map<string, number>()
  let epoch = 0
  journalSuite('a journal in a stream', async (dir, limits) => {
    const partition = partitions.get(dir) ?? partitions.size
    partitions.set(dir, partition)
    return (await ownStream({ urls: nats.urls, partition, epoch: ++epoch, dir, limits })).log
  })
})
