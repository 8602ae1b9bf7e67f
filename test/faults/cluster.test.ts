import { expect, test } from 'vitest'
import { findServer } from '../support/servers.js'
import { clustered } from './ground/clustered.js'

const natsPath = findServer('nats-server')
const influxdPath = findServer('influxd')
const SEED = 20261126
const LEASE_S = 3

test.skipIf(natsPath === null || influxdPath === null)(
  'a cluster that loses a node, has one stopped and back, and loses a server has every reading once and the figures of a single node',
  async () => {
    const { broken, outcomes, points, owners } = await clustered({
      natsPath: natsPath ?? '',
      influxdPath: influxdPath ?? '',
      faults: ['kill node', 'stop node', 'kill server'],
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
