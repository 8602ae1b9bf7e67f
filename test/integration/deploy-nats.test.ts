import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AckPolicy, type JsMsg, jetstream, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { natsConfig } from '../../src/cluster/nats-config.js'
import { edgeSubject, MQTT_STREAM, mqttConsumer, mqttFilter } from '../../src/nats/names.js'
import { partitionOf } from '../../src/nats/partition.js'
import { freePort, until } from '../support/gateway.js'
import { answers } from '../support/mosquitto.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'
import { startServer, type TestServer } from '../support/test-server.js'

/** The configuration in deploy/cluster/nats, on a real server: one, on loopback, so without the routes of three. */

const program = findServer('nats-server')
const FILES = join(import.meta.dirname, '..', '..', 'deploy', 'cluster', 'nats')
const PARTITIONS = 8
const PASSWORDS = { GREENGAUGE: 'g', DEVICES: 'd', EDGE: 'e', SYSTEM: 's' }

test('the mappings are those that "greengauge cluster nats-config" prints for eight partitions', () => {
  expect(readFileSync(join(FILES, 'mappings.conf'), 'utf8')).toBe(natsConfig(PARTITIONS))
})

describe.skipIf(program === null)('the configuration of nats-server', () => {
  let server: TestServer
  let mqttUrl: string

  beforeAll(async () => {
    const [client, devices, http] = [await freePort(), await freePort(), await freePort()]
    mqttUrl = `mqtt://127.0.0.1:${devices}`
    server = await startServer({
      parent: tmpdir(),
      url: `nats://127.0.0.1:${client}`,
      isUp: async () => (await answers(client)) && (await answers(devices)),
      env: {
        NATS_NAME: 'n1',
        NATS_ROUTES: '[]',
        ...Object.fromEntries(Object.entries(PASSWORDS).map(([user, word]) => [`NATS_${user}_PASSWORD`, word])),
      },
      command: (dir) => {
        cpSync(FILES, dir, { recursive: true })
        const text = readFileSync(join(FILES, 'nats.conf'), 'utf8')
          .replace('0.0.0.0:4222', `127.0.0.1:${client}`)
          .replace('0.0.0.0:1883', `127.0.0.1:${devices}`)
          .replace('0.0.0.0:8222', `127.0.0.1:${http}`)
          .replace('stream_replicas: 3', 'stream_replicas: 1')
          .replace('$NATS_DATA', JSON.stringify(join(dir, 'data')))
          .replace(/^cluster \{.*?^\}/ms, '')
        writeFileSync(join(dir, 'nats.conf'), text)
        return [program!, '-c', join(dir, 'nats.conf')]
      },
    })
  })
  afterAll(() => server?.remove())

  test('a device publishes under its topics, into the partition of its plant; nobody else is listened to', async () => {
    const own = await connect({ servers: server.url, user: 'greengauge', pass: PASSWORDS.GREENGAUGE })
    const manager = await jetstreamManager(own, { timeout: SOON_MS })
    const partition = partitionOf('suzhou-1', PARTITIONS)
    const subjects = ['$MQTT.msgs.>']
    await manager.streams.add({ name: MQTT_STREAM, subjects, retention: RetentionPolicy.Interest })
    await manager.consumers.add(MQTT_STREAM, {
      durable_name: mqttConsumer(partition),
      ack_policy: AckPolicy.Explicit,
      filter_subject: mqttFilter(partition),
    })
    const device = await mqtt.connectAsync(mqttUrl, { username: 'devices', password: PASSWORDS.DEVICES })
    await device.publishAsync('plants/suzhou-1/press/main-1/energy', '{"metrics":{}}', { qos: 1 })
    const consumer = await jetstream(own).consumers.get(MQTT_STREAM, mqttConsumer(partition))
    let message: JsMsg | null = null
    await until(async () => {
      message ??= await consumer.next({ expires: 5000 })
      return message !== null
    })
    expect((message as JsMsg | null)?.subject).toBe(`$MQTT.msgs.plants.suzhou-1.press.main-1.energy.${partition}`)
    await device.subscribeAsync('plants/suzhou-1/press/main-1/rejected', { qos: 1 })
    await expect(device.subscribeAsync('plants/suzhou-1/#')).rejects.toThrow('Subscribe error')
    await device.endAsync()
    const stranger = mqtt.connectAsync(mqttUrl, { username: 'edge-harbin-1', password: PASSWORDS.EDGE }, false)
    await expect(stranger).rejects.toThrow(/not authori[sz]ed/i)
    await own.close()
  })

  test('a gateway in a plant forwards under the name of that plant alone, and by NATS alone', async () => {
    const edge = await connect({ servers: server.url, user: 'edge-harbin-1', pass: PASSWORDS.EDGE })
    const refused = (async () => {
      for await (const status of edge.status()) if (status.type === 'error') return String(status.error)
      return ''
    })()
    edge.publish(edgeSubject('harbin-1'), 'batch')
    await edge.flush()
    edge.publish(edgeSubject('suzhou-1'), 'batch')
    expect(await refused).toContain(`"${edgeSubject('suzhou-1')}"`)
    await edge.close()
    const device = connect({ servers: server.url, user: 'devices', pass: PASSWORDS.DEVICES })
    await expect(device).rejects.toThrow(/authorization/i)
  })
})
