// @module-tag deep
/** Proves that a cluster has every reading once when nodes die, stop and come back. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { headersOf, writeSubjectOf } from '../../src/journal/stream/write.js'
import { journalStream } from '../../src/nats/names.js'
import { until } from '../support/gateway.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { clustered } from './ground/clustered.js'
import { OwnerWatch } from './ground/owner-watch.js'

const natsPath = findServer('nats-server')
const influxdPath = findServer('influxd')
const SEED = 20261126
const LEASE_S = 3

/** It takes a minute of both cores; `npm run prove -- cluster` carries out as many faults as one likes. */
test.skipIf(natsPath === null || influxdPath === null)(
  'a cluster that loses a node, and has one stopped and back, has every reading once and the figures of a single node',
  async () => {
    const { broken, outcomes, points, owners } = await clustered({
      natsPath: natsPath ?? '',
      influxdPath: influxdPath ?? '',
      // In this order: one that was fenced takes over again soon after.
      faults: ['stop node', 'kill node'],
      seed: SEED,
      leaseS: LEASE_S,
      // Longer than the lease: what returns has lost its partitions.
      outageS: 2 * LEASE_S,
      burst: 1,
      between: 40,
    })
    expect(broken).toEqual([])
    expect(outcomes.flatMap(({ takeOverMs }) => takeOverMs).length).toBeGreaterThanOrEqual(2)
    expect(owners).toBeGreaterThan(3)
    expect(points).toBeGreaterThan(100)
  },
)

describe.skipIf(natsPath === null)('the watch over owners', () => {
  let nats: NatsServers
  beforeAll(async () => {
    nats = await startNats(natsPath ?? '')
  })
  afterAll(() => nats.remove())

  test('says who took over, and that one who had been followed by another has written again', async () => {
    const connection = await connect({ servers: [...nats.urls] })
    const manager = await jetstreamManager(connection, { checkAPI: false })
    await manager.streams.add({ name: journalStream(0), subjects: ['greengauge.journal.0.*'] })
    const watch = await OwnerWatch.open(nats.urls, 1)
    const append = async (epoch: number) => {
      const write = { segment: 1, offset: 0, bytes: Buffer.from('x'), messages: 1, epoch }
      await jetstream(connection).publish(writeSubjectOf(0, write), write.bytes, { headers: headersOf(write) })
    }
    for (const epoch of [1, 1, 2]) await append(epoch)
    expect(await watch.after(0, 1, SOON_MS)).toMatchObject({ partition: 0, epoch: 2 })
    expect(watch.broken).toEqual([])
    await append(1)
    await until(() => watch.broken.length > 0)
    expect(watch.broken).toEqual(['message 4 of partition 0 is of epoch 1, behind one of 2: it had two owners'])
    await watch.close()
    await connection.close()
  })
})
