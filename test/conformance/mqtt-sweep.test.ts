import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { ensureAssets } from '../../src/cluster/assets.js'
import { HELD_MS, KEPT_MS, MqttSweep } from '../../src/cluster/mqtt-sweep.js'
import { MQTT_STREAM, mqttConsumer } from '../../src/nats/names.js'
import { partitionOf } from '../../src/nats/partition.js'
import { until } from '../support/gateway.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const path = findServer('nats-server')
const PARTITIONS = 3
const OURS = 'suzhou-1'
const OTHER = ['wuxi-1', 'wuxi-2', 'wuxi-3'].find(
  (id) => partitionOf(id, PARTITIONS) !== partitionOf(OURS, PARTITIONS),
)!
/** Somebody else with a session, who wants to have all of it. */
const PANEL = { clientId: 'panel', clean: false }

describe.skipIf(path === null)('what MQTT clients have published', () => {
  let nats: NatsServers
  let connection: NatsConnection
  let manager: JetStreamManager
  let device: MqttClient
  let sweep: MqttSweep
  let nowMs = 0
  const said: string[] = []

  beforeAll(async () => {
    nats = await startNats(path!, { partitions: PARTITIONS })
    connection = await connect({ servers: [...nats.urls] })
    manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
    // Whoever is first has the stream made by nats-server, in its own way.
    device = await mqtt.connectAsync(nats.servers[0]!.mqttUrl, { clientId: 'meter' })
    expect((await manager.streams.info(MQTT_STREAM)).config.retention).toBe('interest')
    await ensureAssets(connection, { partitions: PARTITIONS, replicas: 1, lease_s: 5 }, systemClock)
    const isOurs = () => true
    sweep = new MqttSweep({
      manager,
      partitions: PARTITIONS,
      clock: systemClock,
      monotonicMs: () => nowMs,
      isOurs,
      log: (_, text) => said.push(text),
    })
  })
  afterAll(async () => {
    await device?.endAsync(true)
    await connection?.close()
    await nats?.remove()
  })

  const left = async () => (await manager.streams.info(MQTT_STREAM)).state.messages
  const publish = async (topic: string, count: number) => {
    for (let i = 0; i < count; i++) await device.publishAsync(topic, `{"seq":${i}}`, { qos: 1 })
  }
  const energy = (plant: string) => `plants/${plant}/hall/main-1/energy`
  /** As the owner of a partition does when it has journaled them. */
  const acknowledge = async (plant: string, count: number) => {
    const consumer = await jetstream(connection, { timeout: SOON_MS }).consumers.get(
      MQTT_STREAM,
      mqttConsumer(partitionOf(plant, PARTITIONS)),
    )
    for await (const message of await consumer.fetch({ max_messages: count })) await message.ackAck()
  }
  /** Half a minute later. */
  const sweepAgain = () => {
    nowMs += KEPT_MS
    return sweep.once()
  }

  test('goes when the partitions and all sessions have acknowledged it, and not before', async () => {
    const panel = await mqtt.connectAsync(nats.servers[0]!.mqttUrl, PANEL)
    await panel.subscribeAsync('plants/#', { qos: 1 })
    await panel.endAsync()
    await publish(energy(OURS), 10)
    await publish(energy(OTHER), 5)
    await publish('nobody/listens', 3)
    expect([await sweep.once(), await left()]).toEqual([0, 18])
    expect([await sweepAgain(), await left()]).toEqual([0, 18])
    await acknowledge(OURS, 10)
    expect([await sweepAgain(), await left()]).toEqual([0, 18])
    expect(said).toEqual([])
    nowMs += HELD_MS
    for (const _ of [1, 2]) await sweepAgain()
    expect(said).toEqual([
      expect.stringMatching(
        /^what devices have sent in the last 1[12] minutes stays at the NATS servers for a session that subscribes to plants\.> \(consumer \w+\): let its client connect, or end the session$/,
      ),
    ])

    // One that is not acknowledged within five seconds comes once more.
    const received = new Set<string>()
    const again = mqtt.connect(nats.servers[0]!.mqttUrl, PANEL)
    again.on('message', (topic, payload) => received.add(`${topic} ${payload}`))
    await until(() => received.size === 15)
    await again.endAsync()
    // Messages of the other partition wait, though nobody else does.
    await until(async () => (await sweepAgain()) === 10)
    expect(await left()).toBe(8)
    await acknowledge(OTHER, 5)
    // One that comes without its session ends it.
    await (await mqtt.connectAsync(nats.servers[0]!.mqttUrl, { ...PANEL, clean: true })).endAsync()
    // A partition without devices holds nothing up, nor does what is for nobody.
    expect([await sweepAgain(), await left()]).toEqual([18, 0])
  })

  test('stays for half a minute, however quickly it was acknowledged', async () => {
    await publish(energy(OURS), 2)
    await acknowledge(OURS, 2)
    expect(await sweep.once()).toBe(0)
    nowMs += KEPT_MS - 1
    expect([await sweep.once(), await left()]).toEqual([0, 2])
    nowMs += 1
    expect([await sweep.once(), await left()]).toEqual([20, 0])
  })

  test('stays while the consumer of a partition is missing', async () => {
    await manager.consumers.delete(MQTT_STREAM, mqttConsumer(partitionOf(OTHER, PARTITIONS)))
    await publish(energy(OURS), 1)
    await acknowledge(OURS, 1)
    await sweepAgain()
    await expect(sweepAgain()).rejects.toThrow(`there is no consumer of partition ${partitionOf(OTHER, PARTITIONS)}`)
    expect(await left()).toBe(1)
  })
})
