// @module-tag deep
/** Proves that the nodes of a cluster share partitions, and take over from one that is gone. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PartitionStanding } from '../../src/cluster/node.js'
import type { ClusterStatus } from '../../src/cluster/status.js'
import { journalStream, MQTT_STREAM } from '../../src/nats/names.js'
import { partitionOf } from '../../src/nats/partition.js'
import { finalFigures } from '../faults/ground/single-node.js'
import { ClusterNode as ClusterProcesses } from '../support/cluster.js'
import {
  allReadings,
  getJson,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../support/gateway.js'
import { differences, NO_DIFFERENCES, pointsInDatabase } from '../support/influx-contents.js'
import { floatWords, type ModbusMeters, startModbusMeters } from '../support/modbus-meters.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const path = findServer('nats-server')
const PARTITIONS = 2
const TAKE_OVER_MS_MAX = 10_000
const PLANTS = ['suzhou-1', 'suzhou-2', 'wuxi-1', 'wuxi-2']
/** Has a gateway of its own, which forwards. */
const FAR_PLANT = 'far-1'
const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 300_000
const SAMPLES = 600

let nats: NatsServers
let meters: ModbusMeters | null = null
let connection: NatsConnection
let manager: JetStreamManager
const nodes = new Map<string, TestGateway>()

interface NodeAnswer {
  readonly nodes: readonly string[]
  readonly partitions: readonly PartitionStanding[]
}

const config = (node: string) => ({
  journal: { type: 'jetstream', servers: [...nats.urls] },
  cluster: { node, partitions: PARTITIONS, replicas: 1, checkpoint_s: 2 },
  plants: [...PLANTS, FAR_PLANT].map(plant),
  ...polled(),
})

/** Registers of an SDM630: power, then what it counts. */
const REGISTERS: readonly (readonly [number, number[]])[] = [
  [52, [1000]],
  [72, [112.5, 0, 20, 0]],
]

/** The meter of the far plant, in its settings and in those of the nodes. */
const polled = () => {
  if (meters === null) return {}
  const units = [{ unit_id: 1, profile: 'eastron/sdm630', plant: FAR_PLANT, line: 'hall', device: 'sdm-1' }]
  return { modbus: { connections: [{ id: 'hall', host: '127.0.0.1', port: meters.port, every_s: 1, units }] } }
}

const plant = (id: string) => ({ id, name: { en: id, zh: id }, timezone: 'UTC' })

async function start(node: string): Promise<TestGateway> {
  const gateway = await startGateway({ config: config(node), args: ['--role', 'pipeline'] })
  nodes.set(node, gateway)
  return gateway
}

/** Partitions of a node that serve. */
async function served(node: string): Promise<readonly PartitionStanding[]> {
  const { partitions } = await getJson<NodeAnswer>(nodes.get(node)!, '/api/v1/node')
  return partitions.filter(({ httpPort }) => httpPort !== null)
}

async function statusBy(node: string): Promise<ClusterStatus> {
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
  const file = join(nodes.get(node)!.dir, 'greengauge.yaml')
  const { stdout } = await promisify(execFile)(process.execPath, [cli, '--json', 'cluster', 'status', '--config', file])
  return JSON.parse(stdout) as ClusterStatus
}

async function written(partition: number): Promise<number> {
  return (await manager.streams.info(journalStream(partition))).state.last_seq
}

/** One reading of each plant, all acknowledged. */
async function publish(value: number): Promise<void> {
  const client = await mqtt.connectAsync(nats.servers[0]!.mqttUrl, { clientId: `meter-${value}` })
  const content = JSON.stringify({ ts: Date.now(), metrics: { elec_import_kwh: value } })
  for (const plant of PLANTS) await client.publishAsync(`plants/${plant}/hall/main-1/energy`, content, { qos: 1 })
  await client.endAsync()
  await until(async () => {
    const consumers = await manager.consumers.list(MQTT_STREAM).next()
    return consumers.every(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending === 0)
  })
}

async function counted(node: string): Promise<{ plant: string; readings: number }[]> {
  const found = await Promise.all(
    (await served(node)).map(async ({ partition, httpPort }) => {
      const ours = PLANTS.filter((plant) => partitionOf(plant, PARTITIONS) === partition)
      return Promise.all(
        ours.map(async (plant) => {
          const query = 'device=main-1&metric=elec_import_kwh&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z'
          // Between the page that tells of a rebuild and the API there is a moment without a listener.
          const url = `http://127.0.0.1:${httpPort}/api/v1/plants/${plant}/readings?${query}`
          const answer = await fetch(url).catch(() => Response.json({}))
          const { points = [] } = (await answer.json()) as { points?: unknown[] }
          return { plant, readings: points.length }
        }),
      )
    }),
  )
  return found.flat().sort((a, b) => (a.plant < b.plant ? -1 : 1))
}

/** Figures of the plant that are final by event time. */
async function farFigures(database: string) {
  const points = finalFigures(await pointsInDatabase(database), FIRST_TS + SAMPLES * STEP_MS)
  return new Map([...points].filter(([key]) => key.split(' ')[1] === FAR_PLANT))
}

describe.skipIf(path === null)('nodes of a cluster', () => {
  beforeAll(async () => {
    nats = await startNats(path!, { count: 1, partitions: PARTITIONS })
    if (findServer('pymodbus.simulator') !== null) meters = await startModbusMeters()
    connection = await connect({ servers: [...nats.urls] })
    manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
  })
  afterAll(async () => {
    for (const gateway of nodes.values()) {
      await gateway.stop('SIGTERM')
      removeData(gateway)
    }
    await connection?.close()
    await nats?.remove()
    await meters?.close()
  })

  test('share the partitions, and each reading is with the owner of its plant', async () => {
    await start('a')
    await until(async () => (await served('a')).length === PARTITIONS)
    await start('b')
    await until(async () => (await served('b')).length === 1 && (await served('a')).length === 1)
    await publish(1)
    await until(async () => (await Promise.all(['a', 'b'].map(counted))).flat().every(({ readings }) => readings === 1))
  })

  test('say who has what', async () => {
    const status = await statusBy('a')
    expect(status.nodes).toEqual(['a', 'b'])
    expect(status.partitions.map(({ owner }) => owner).sort()).toEqual(['a', 'b'])
    expect(status.partitions.flatMap(({ plants }) => plants).sort()).toEqual([...PLANTS, FAR_PLANT].sort())
    expect(status.partitions.every(({ waiting, journal }) => waiting === 0 && journal!.messages > 0)).toBe(true)
    const metrics = await (await fetch(`${nodes.get('a')!.httpUrl}/metrics`)).text()
    expect(metrics).toContain('greengauge_node_partitions{node="a"} 1')
    expect((await readiness(nodes.get('a')!)).status).toBe(200)
  })

  test('one that is killed: another writes within ten seconds, and every acknowledged reading is counted once', async () => {
    await publish(2)
    const [lost] = await served('b')
    await nodes.get('b')!.stop('SIGKILL')
    const killedMs = performance.now()
    let before = await written(lost!.partition)
    // The process of the partition may still write before it sees that its node is gone: so wait until it does not.
    await until(
      async () => {
        const now = await written(lost!.partition)
        const isStill = now === before
        before = now
        return isStill
      },
      SOON_MS,
      300,
    )
    await until(async () => (await written(lost!.partition)) > before, SOON_MS, 20)
    const tookMs = performance.now() - killedMs
    expect(tookMs).toBeLessThan(TAKE_OVER_MS_MAX)
    await publish(3)
    await until(async () => (await served('a')).length === PARTITIONS)
    await until(async () => (await counted('a')).every(({ readings }) => readings === 3))
    expect(await counted('a')).toEqual(PLANTS.map((plant) => ({ plant, readings: 3 })))
    const [now] = (await served('a')).filter(({ partition }) => partition === lost!.partition)
    expect(now!.epoch).toBeGreaterThan(lost!.epoch)
  })

  test('that could not renew their leases because no server answered go on with what they have', async () => {
    const before = await served('a')
    nats.servers[0]!.pause()
    await until(async () => {
      const { partitions } = await getJson<NodeAnswer>(nodes.get('a')!, '/api/v1/node')
      return partitions.every(({ leftMs, trouble }) => leftMs < -1000 && trouble.includes('nothing is written until'))
    })
    nats.servers[0]!.resume()
    await until(async () => (await served('a')).every(({ leftMs, trouble }) => leftMs > 0 && trouble === ''))
    const known = (standings: readonly PartitionStanding[]) =>
      standings.map(({ partition, epoch, httpPort }) => ({ partition, epoch, httpPort }))
    expect(known(await served('a'))).toEqual(known(before))
  })

  test('one that is told to stop gives everything back at once', async () => {
    nodes.set('b', nodes.get('b')!.relaunch())
    await nodes.get('b')!.up()
    await until(async () => (await served('b')).length === 1)
    expect(await nodes.get('a')!.stop('SIGTERM')).toBe(0)
    // Its leases would be there for seconds yet if it had not given them back.
    expect((await statusBy('b')).partitions.map(({ owner }) => owner)).not.toContain('a')
    await until(async () => (await served('b')).length === PARTITIONS)
    await until(async () => (await counted('b')).every(({ readings }) => readings === 3))
    expect(await counted('b')).toEqual(PLANTS.map((plant) => ({ plant, readings: 3 })))
  })

  test('understand what a gateway in a plant has read of its meters, and ask no meter themselves', async ({ skip }) => {
    if (meters === null) return skip()
    for (const [address, values] of REGISTERS) {
      await meters.set({ unit: 1, fc: 4, address, words: values.flatMap(floatWords) })
    }
    const forward = { servers: [nats.servers[0]!.url], batch_s: 0.1 }
    const edge = await startGateway({ config: { plants: [plant(FAR_PLANT)], forward, ...polled() } })
    const METER = { plant: FAR_PLANT, device: 'sdm-1', metric: 'elec_import_kwh' }
    const owner = async () => {
      const partition = partitionOf(FAR_PLANT, PARTITIONS)
      const { httpPort } = (await served('b')).find((one) => one.partition === partition)!
      return { httpUrl: `http://127.0.0.1:${httpPort}` }
    }
    await until(async () => (await allReadings(edge, METER)).length >= 3)
    // No second poll from here on, and if a node had polled it would have readings of its own times.
    await meters.kill()
    await settled(edge)
    const read = await allReadings(edge, METER)
    await until(async () => (await allReadings(await owner(), METER)).length >= read.length)
    expect(await allReadings(await owner(), METER)).toEqual(read)
    expect(new Set(read.map(({ value }) => value))).toEqual(new Set([112.5]))
    await edge.stop('SIGTERM')
    removeData(edge)
  })

  test('have what a gateway in a plant forwards, through an outage of the servers and of the owner, with the same figures', async () => {
    const { url } = nats.servers[0]!
    const forward = { servers: [url], batch_bytes: 1024, batch_s: 0.1 }
    const edge = await startGateway({ config: { plants: [plant(FAR_PLANT)], forward } })
    nodes.set('edge', edge)
    const client = await mqtt.connectAsync(edge.mqttUrl, { clientId: 'logger' })
    const send = async (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const metrics = { elec_import_kwh: i / 4, elec_import_kw: 100 + (i % 50) / 8 }
        const content = JSON.stringify({ ts: FIRST_TS + i * STEP_MS, metrics })
        await client.publishAsync(`plants/${FAR_PLANT}/hall/meter-1/energy`, content, { qos: 1 })
      }
    }
    await send(0, SAMPLES / 3)
    nats.servers[0]!.pause()
    await send(SAMPLES / 3, (2 * SAMPLES) / 3)
    nats.servers[0]!.resume()
    const partition = partitionOf(FAR_PLANT, PARTITIONS)
    process.kill(new ClusterProcesses('b', nodes.get('b')!).processOf(partition)!, 'SIGKILL')
    await send((2 * SAMPLES) / 3, SAMPLES)
    expect((await settled(edge)).readings.archived).toBe(2 * SAMPLES)
    const database = join(nodes.get('b')!.dataDir, 'partitions', String(partition), 'archive.duckdb')
    await until(async () => {
      const owner = (await served('b')).find((one) => one.partition === partition)
      if (owner === undefined) return false
      const query = 'device=meter-1&metric=elec_import_kwh&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=1000'
      const url = `http://127.0.0.1:${owner.httpPort}`
      const answer = await fetch(`${url}/api/v1/plants/${FAR_PLANT}/readings?${query}`).catch(() => Response.json({}))
      const { points = [] } = (await answer.json()) as { points?: unknown[] }
      return points.length === SAMPLES && (await settled({ httpUrl: url })).closes
    })
    await client.endAsync()
    // Messages that were journaled half a minute ago are not kept a second time.
    await until(async () => (await manager.streams.info(MQTT_STREAM)).state.first_seq > 1)
    expect(await Promise.all(['edge', 'b'].map((name) => nodes.get(name)!.stop('SIGTERM')))).toEqual([0, 0])
    const [here, there] = await Promise.all([join(edge.dataDir, 'archive.duckdb'), database].map(farFigures))
    expect(here!.size).toBeGreaterThan(1000)
    expect(differences(here!, there!)).toEqual(NO_DIFFERENCES)
  })

  test('another number of partitions is refused', async () => {
    const other = { ...config('c'), cluster: { ...config('c').cluster, partitions: PARTITIONS + 1 } }
    // It may have answered before it has found out.
    const started = await startGateway({ config: other, args: ['--role', 'pipeline'] }).catch((error: Error) => error)
    const isUp = !(started instanceof Error)
    if (isUp) expect(await started.exited).not.toBe(0)
    expect(isUp ? started.log() : started.message).toContain(`divided into ${PARTITIONS}: set it to ${PARTITIONS}`)
    if (isUp) removeData(started)
  })
})
