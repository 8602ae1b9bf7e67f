import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.js'
import { ensureAssets } from '../../src/cluster/assets.js'
import { LeaseTable } from '../../src/cluster/lease-table.js'
import { type HeldLease, Leases } from '../../src/cluster/leases.js'
import { arrivalClock } from '../../src/intake/arrival-clock.js'
import type { IntakeEntry, IntakeEntryMessage, JournalSink } from '../../src/intake/journal-sink.js'
import { NatsIngress } from '../../src/intake/nats/nats-ingress.js'
import { IntakeStats } from '../../src/intake/stats.js'
import { MQTT_STREAM, mqttConsumer } from '../../src/nats/names.js'
import { natsShape } from '../../src/nats/options.js'
import { partitionOf } from '../../src/nats/partition.js'
import { until } from '../support/gateway.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const path = findServer('nats-server')
const PARTITIONS = 2
const LEASE_S = 2
const PLANT = 'suzhou-1'
const OURS = partitionOf(PLANT, PARTITIONS)

/** A fake journal that answers when the test says so. */
class FakeSink implements JournalSink {
  readonly entries: IntakeEntryMessage[] = []
  /** Answer that each entry gets; null: it is durable, undefined: nothing yet. */
  answer: Error | null | undefined = null

  append(entry: IntakeEntry, done?: (error: Error | null) => void): void {
    this.entries.push(entry as IntakeEntryMessage)
    const { answer } = this
    if (answer !== undefined) setImmediate(() => done?.(answer))
  }

  get topics(): string[] {
    return this.entries.map(({ topic }) => topic)
  }
}

let nats: NatsServers
let connection: NatsConnection
let manager: JetStreamManager
let device: MqttClient
let assets: Awaited<ReturnType<typeof ensureAssets>>
const doors: NatsIngress[] = []

async function open(sink: JournalSink): Promise<NatsIngress> {
  const ingress = await NatsIngress.open(
    {
      partition: OURS,
      partitions: PARTITIONS,
      epoch: 1,
      replicas: 1,
      nats: z.object(natsShape).parse({ servers: [...nats.urls] }),
      lease: new SharedArrayBuffer(8),
    },
    {
      payloadBytesMax: 10_000,
      takeEdge: () => [],
      sink,
      clock: arrivalClock(systemClock),
      stats: IntakeStats.create(),
      log: pino({ level: 'silent' }),
      tell: () => {},
    },
  )
  doors.push(ingress)
  return ingress
}

const energy = (plant = PLANT) => `plants/${plant}/hall/main-1/energy`
const waiting = async () => {
  const { num_pending, num_ack_pending } = await manager.consumers.info(MQTT_STREAM, mqttConsumer(OURS))
  return num_pending + num_ack_pending
}

describe.skipIf(path === null)('with a real nats-server', () => {
  beforeAll(async () => {
    nats = await startNats(path!, { count: 1, partitions: PARTITIONS })
    connection = await connect({ servers: [...nats.urls] })
    manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
    assets = await ensureAssets(connection, { partitions: PARTITIONS, replicas: 1, lease_s: LEASE_S }, systemClock)
    device = await mqtt.connectAsync(nats.servers[0]!.mqttUrl, { clientId: 'meter' })
  })
  afterEach(async () => {
    // A message that is acknowledged at the servers only behind the end of a test comes to the sink of the next.
    if (doors.length > 0) await until(async () => (await waiting()) === 0)
    for (const ingress of doors.splice(0)) await ingress.close()
  })
  afterAll(async () => {
    await device?.endAsync()
    await connection?.close()
    await nats?.remove()
  })

  test('what is there can be asked for again, and by several at once', async () => {
    const wanted = { partitions: PARTITIONS, replicas: 1 as const, lease_s: LEASE_S }
    await Promise.all([1, 2].map(() => ensureAssets(connection, wanted, systemClock)))
    const other = ensureAssets(connection, { ...wanted, partitions: PARTITIONS + 1 }, systemClock)
    await expect(other).rejects.toThrow('cluster.partitions is 3, and the data at these servers are divided into 2')
  })

  test('a message of a device comes to the owner of its plant as it was sent, before and after the owner is there', async () => {
    await device.publishAsync(energy(), 'before', { qos: 1 })
    const sink = new FakeSink()
    await open(sink)
    await device.publishAsync(energy(), 'qos 2', { qos: 2 })
    await device.publishAsync(`plants/${PLANT}/v1.0/d.1/energy`, 'dots', { qos: 1 })
    await until(() => sink.entries.length === 3)
    expect(sink.entries.map(({ topic, payload, qos }) => [topic, Buffer.from(payload).toString(), qos])).toEqual([
      [energy(), 'before', 1],
      [energy(), 'qos 2', 2],
      [`plants/${PLANT}/v1.0/d.1/energy`, 'dots', 1],
    ])
    expect(sink.entries.every(({ ingress, client }) => ingress === 'broker' && client === 'broker:nats')).toBe(true)
    const arrivals = sink.entries.map(({ arrivedAt }) => arrivedAt)
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b))
    await until(async () => (await waiting()) === 0)
  })

  test('QoS 0 is taken while the owner is there, and once', async () => {
    const sink = new FakeSink()
    await open(sink)
    await device.publishAsync(energy(), 'kept', { qos: 1 })
    await until(() => sink.entries.length === 1)
    await device.publishAsync(energy(), 'passing', { qos: 0 })
    await device.publishAsync(energy(), 'marker', { qos: 1 })
    await until(() => sink.entries.length === 3)
    expect(sink.entries.map(({ qos }) => qos).sort()).toEqual([0, 1, 1])
  })

  test('a device that says the last level itself has a bad topic, whichever partition it names', async () => {
    const sink = new FakeSink()
    await open(sink)
    const stranger = ['a', 'b', 'c', 'd'].find((plant) => partitionOf(plant, PARTITIONS) !== OURS)!
    await device.publishAsync(`${energy(stranger)}/${OURS}`, 'x', { qos: 1 })
    await until(() => sink.entries.length === 1)
    expect(sink.topics).toEqual([`${energy(stranger)}/${OURS}`])
  })

  test('a larger payload than is allowed is known by its beginning and its size', async () => {
    const sink = new FakeSink()
    await open(sink)
    await device.publishAsync(energy(), Buffer.alloc(20_000), { qos: 1 })
    await until(() => sink.entries.length === 1)
    expect(sink.entries[0]).toMatchObject({ fullSizeBytes: 20_000 })
    expect(sink.entries[0]!.payload.length).toBe(4096)
  })

  test('what the journal has not answered comes to the next owner; what it refuses comes again', {
    tags: ['slow'],
  }, async () => {
    const first = new FakeSink()
    first.answer = undefined
    const ingress = await open(first)
    await device.publishAsync(energy(), 'unanswered', { qos: 1 })
    await until(() => first.entries.length === 1)
    // Delivered again here after the time of a lease: it is under way, and is not written twice.
    await until(async () => (await manager.consumers.info(MQTT_STREAM, mqttConsumer(OURS))).num_redelivered > 0)
    expect(first.entries).toHaveLength(1)
    doors.splice(doors.indexOf(ingress), 1)
    await ingress.close()
    const second = new FakeSink()
    second.answer = new Error('the journal is full')
    await open(second)
    await until(() => second.entries.length >= 2)
    second.answer = null
    await until(async () => (await waiting()) === 0)
  })

  test('what the gateway tells a device comes to its topic', async () => {
    const ingress = await open(new FakeSink())
    const topic = `plants/${PLANT}/hall/main-1/rejected`
    await device.subscribeAsync(topic)
    const heard = new Promise<string>((resolve) =>
      device.once('message', (of, content) => resolve(`${of} ${content.toString()}`)),
    )
    ingress.publishNotice(topic, 'no_timestamp')
    expect(await heard).toBe(`${topic} no_timestamp`)
  })

  describe('a lease', () => {
    const tables: LeaseTable[] = []
    const holder = (node: string) => {
      const table = new LeaseTable(assets.leases, systemClock, () => {})
      void table.run()
      tables.push(table)
      const leasesOf = (leaseMs: number) => new Leases(assets.leases, table, { node, instance: node, leaseMs })
      return { table, leases: leasesOf(500), long: leasesOf(SOON_MS) }
    }
    afterAll(() => {
      for (const table of tables) table.close()
    })
    const KEY = 'partition.99'
    const held = (outcome: Awaited<ReturnType<Leases['take']>>): HeldLease => {
      expect(outcome.kind).toBe('held')
      return (outcome as { lease: HeldLease }).lease
    }

    test('is had by one: taken when it is free, or has not been renewed in time; and whoever lost it is told', async () => {
      const [a, b] = [holder('a'), holder('b')]
      const taken = await Promise.all([a.leases.take(KEY, 'now'), b.leases.take(KEY, 'now')])
      expect(taken.map(({ kind }) => kind).sort()).toEqual(['held', 'lost'])
      const isFirst = taken[0]!.kind === 'held'
      const [owner, other] = isFirst ? [a, b] : [b, a]
      const lease = held(taken[isFirst ? 0 : 1]!)
      expect(lease.epoch).toBe(lease.revision)
      await until(() => other.table.get(KEY)?.revision === lease.revision)
      const forLong = held(await owner.long.renew(lease, 8080))
      expect(forLong).toMatchObject({ epoch: lease.epoch })
      expect(forLong.untilNs).toBeGreaterThan(lease.untilNs)
      await until(() => other.table.get(KEY)?.revision === forLong.revision)
      expect(other.table.isStale(KEY)).toBe(false)
      const renewed = held(await owner.leases.renew(forLong, 8080))
      expect(renewed).toMatchObject({ epoch: lease.epoch })
      await until(() => other.table.get(KEY)?.revision === renewed.revision)
      await until(() => other.table.isStale(KEY))
      // By its own clock it ended before anybody else could know.
      expect(process.hrtime.bigint()).toBeGreaterThan(renewed.untilNs)
      const next = held(await other.leases.take(KEY, 'later'))
      expect(next.epoch).toBeGreaterThan(lease.epoch)
      expect(await owner.leases.renew(renewed, 8080)).toEqual({ kind: 'lost' })
      await other.leases.release(next)
      await until(() => owner.table.get(KEY) === null)
      await owner.leases.release(held(await owner.leases.take(KEY, 'again')))
    })

    test('whose renewal was made and not answered is still had, and renewed at the revision that it has now', async () => {
      const { leases, table } = holder('c')
      const lease = held(await leases.take(KEY, 'now'))
      const unheard = held(await leases.renew(lease, null))
      await until(() => table.get(KEY)?.revision === unheard.revision)
      const startedNs = process.hrtime.bigint()
      const found = held(await leases.renew(lease, null))
      expect(found).toMatchObject({ key: KEY, epoch: lease.epoch, since: lease.since })
      expect(found.revision).toBeGreaterThan(unheard.revision)
      expect(found.untilNs).toBeGreaterThan(startedNs)
      await until(() => table.get(KEY)?.revision === found.revision)
      await leases.release(found)
    })
  })
})
