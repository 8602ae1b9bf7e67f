import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { ensureAssets } from '../../src/cluster/assets.js'
import { Centre } from '../../src/forward/centre.js'
import { forwardedEntries } from '../../src/forward/edge-entries.js'
import { fitting } from '../../src/forward/fitting.js'
import { forwardOptions } from '../../src/forward/options.js'
import { arrivalClock } from '../../src/intake/arrival-clock.js'
import type { IntakeEntry, IntakeEntryMessage } from '../../src/intake/journal-sink.js'
import { NatsIngress } from '../../src/intake/nats/nats-ingress.js'
import { IntakeStats } from '../../src/intake/stats.js'
import { encodeEntries } from '../../src/journal/entries.js'
import { LeaseMark } from '../../src/nats/lease-mark.js'
import { EDGE_STREAM, edgeConsumer, edgeSubject } from '../../src/nats/names.js'
import { natsOptions } from '../../src/nats/options.js'
import { partitionOf } from '../../src/nats/partition.js'
import { until } from '../support/gateway.js'
import { message } from '../support/intake-messages.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const path = findServer('nats-server')
const PARTITIONS = 3
const EDGE = '6c1f0a3e-7d7e-4c0e-9d6e-2f4a5b6c7d8e'
const [PLANT, OTHER] = ['p1', 'p2']

describe.skipIf(path === null)('what plants forward, at the door of a partition', () => {
  let servers: NatsServers
  beforeAll(async () => {
    servers = await startNats(path!, { partitions: PARTITIONS })
    const connection = await connect({ servers: [...servers.urls] })
    await ensureAssets(connection, { partitions: PARTITIONS, replicas: 1, lease_s: 2 }, systemClock)
    await connection.close()
  })
  afterAll(() => servers?.remove())

  const dated = (plant: string, n: number) =>
    message({ topic: `plants/${plant}/hall/meter-1/energy`, payload: Buffer.from(`{"seq":${n}}`) })

  test('it is journaled in order, by the owner of the plant alone; what the journal refuses comes again', async () => {
    const centre = await Centre.connect(forwardOptions.parse({ servers: [...servers.urls] }), EDGE)
    const publish = async (plant: string, messages: readonly IntakeEntryMessage[], to: number) => {
      const [batch] = fitting(encodeEntries(messages), messages.length, centre.batchBytesMax)
      await centre.publish(batch!, { edge: EDGE, plant, from: 0, to, id: `${EDGE}:${plant}:${to}` })
    }
    await publish(PLANT, [dated(PLANT, 1), dated(PLANT, 2)], 1)
    await publish(OTHER, [dated(OTHER, 1)], 1)
    // The same id again, as after an acknowledgement that was lost: the stream keeps one.
    await publish(PLANT, [dated(PLANT, 1), dated(PLANT, 2)], 1)
    await publish(PLANT, [dated(PLANT, 3)], 2)
    await centre.close()
    const connection = await connect({ servers: [...servers.urls] })
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
    connection.publish(edgeSubject(PLANT), Buffer.from('no batch'))
    await connection.flush()

    const partition = partitionOf(PLANT, PARTITIONS)
    const journaled: IntakeEntryMessage[] = []
    let refusals = 1
    const ingress = await NatsIngress.open(
      {
        partition,
        partitions: PARTITIONS,
        epoch: 1,
        replicas: 1,
        nats: natsOptions.parse({ servers: [...servers.urls] }),
        lease: LeaseMark.create().shared,
      },
      {
        payloadBytesMax: 1_048_576,
        takeEdge: forwardedEntries,
        sink: {
          append: (entry: IntakeEntry, done) => {
            if (refusals-- > 0) return done?.(new Error('full'))
            journaled.push(entry as IntakeEntryMessage)
            done?.(null)
          },
        },
        clock: arrivalClock(systemClock),
        stats: IntakeStats.create(),
        log: { info: () => undefined, warn: () => undefined },
        tell: () => undefined,
      },
    )
    const payloads = () => journaled.map(({ payload }) => Buffer.from(payload).toString())
    await until(() => journaled.length >= 5)
    await until(async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(EDGE_STREAM, edgeConsumer(partition))
      return num_pending + num_ack_pending === 0
    })
    // The journal took the second message of the batch whose first it refused: both come again a second later, as a rule behind the others.
    const again = payloads().indexOf('{"seq":1}')
    expect(payloads().slice(again, again + 2)).toEqual(['{"seq":1}', '{"seq":2}'])
    expect(payloads().toSpliced(again, 2)).toEqual([
      '{"seq":2}',
      '{"seq":3}',
      expect.stringMatching(/^\{"problem":"8 bytes are no batch.*no batch$/s),
    ])
    expect(journaled[0]).toMatchObject({
      client: expect.stringMatching(new RegExp(`^edge:${EDGE}/`)),
      ingress: 'broker',
      arrivedAt: message().arrivedAt,
    })
    await ingress.close()
    await connection.close()
  })
})
