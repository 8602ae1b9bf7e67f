import mqtt, { type MqttClient } from 'mqtt'
import { partitionOf } from '../../src/nats/partition.js'
import { until } from './gateway.js'
import type { Element } from './plant-load.js'
import { SOON_MS } from './soon.js'

/** Event time of the first sample: long ago enough that the load never reaches the future. */
export const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 5000
/** Every fifth message is an array of this many. */
const ARRAY_LENGTH = 10
const BURST_MS = 50
const IN_FLIGHT_MAX = 60
/** A message that has waited so long for its PUBACK is sent again, on another connection. */
const PUBACK_MS_MAX = 4000
const AGAIN_MS = 50

interface Device {
  readonly id: string
  readonly plant: string
  readonly class: 'energy' | 'robot'
  element(i: number, ts: number): Element
}

/** Two plants in each partition, each with a meter and a robot. */
export class ClusterPlants {
  readonly plants: readonly string[]
  readonly devices: readonly Device[]

  constructor(partitions: number, each = 2) {
    const plants: string[] = []
    for (let n = 1; plants.length < partitions * each; n++) {
      const plant = `plant-${n}`
      const partition = partitionOf(plant, partitions)
      if (plants.filter((other) => partitionOf(other, partitions) === partition).length < each) plants.push(plant)
    }
    this.plants = plants
    this.devices = plants.flatMap((plant): Device[] => [
      {
        id: `${plant}-meter`,
        plant,
        class: 'energy',
        element: (i, ts) => ({
          ts,
          metrics: { elec_import_kwh: i / 4, elec_import_kw: 400 + (i % 50) / 8 },
          ...(i % 20 === 7 ? { quality: { elec_import_kw: 'uncertain' } } : {}),
        }),
      },
      {
        id: `${plant}-robot`,
        plant,
        class: 'robot',
        element: (i, ts) => ({
          ts,
          metrics: { cycle_count: Math.floor(i / 5), state: i % 40 < 30 ? 'executing' : 'idle' },
        }),
      },
    ])
  }

  /** The section `plants` of the configuration. */
  get config(): readonly object[] {
    return this.plants.map((id) => ({
      id,
      name: { en: id },
      timezone: 'UTC',
      lines: [{ id: 'line' }],
      devices: this.devices
        .filter(({ plant }) => plant === id)
        .map((device) => ({
          id: device.id,
          line: 'line',
          metrics: Object.fromEntries(
            Object.keys(device.element(0, 0).metrics).map((metric) => [metric, { period_s: STEP_MS / 1000 }]),
          ),
        })),
    }))
  }
}

/** Address of a server that devices connect to. */
export interface MqttListener {
  readonly host: string
  readonly port: number
}

export interface Message {
  readonly topic: string
  readonly payload: string
}

/** The `n`th message of a device; the next one begins at sample `end`. */
function messageOf({ plant, id, class: kind, element }: Device, n: number, first: number) {
  const isArray = n % 5 === 4
  const elements = Array.from({ length: isArray ? ARRAY_LENGTH : 1 }, (_, k) =>
    element(first + k, FIRST_TS + (first + k) * STEP_MS),
  )
  const topic = `plants/${plant}/line/${id}/${kind}`
  return { topic, payload: JSON.stringify(isArray ? elements : elements[0]), elements, end: first + elements.length }
}

/**
 * Devices that send to any of several servers at QoS 1. What is not acknowledged is kept, and sent again to the next server
 * when the connection is lost or says nothing.
 */
export class ClusterLoad {
  readonly of: ClusterPlants
  readonly #connections: readonly PlantConnection[]
  #timer: NodeJS.Timeout | undefined

  /** `burst`: messages of each device every 50 ms, at most. */
  constructor(listeners: readonly MqttListener[], of: ClusterPlants, burst = 1) {
    this.of = of
    this.#connections = of.plants.map((plant, i) => {
      const devices = of.devices.filter((device) => device.plant === plant)
      return new PlantConnection(
        [...listeners.slice(i % listeners.length), ...listeners.slice(0, i % listeners.length)],
        devices,
        burst,
      )
    })
  }

  /** Messages that have been acknowledged. */
  get acknowledged(): number {
    return this.#connections.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
  }

  /** Connections that were given up because nothing came back. */
  get givenUp(): number {
    return this.#connections.reduce((sum, { givenUp }) => sum + givenUp, 0)
  }

  /** Longest time between two acknowledgements of one plant while its devices had something to send, ms. */
  get longestSilenceMs(): number {
    return Math.max(...this.#connections.map(({ longestSilenceMs }) => longestSilenceMs))
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      for (const connection of this.#connections) connection.burst()
    }, BURST_MS)
  }

  /** Waits until every plant has had so many messages more acknowledged. */
  async more(messages: number, timeoutMs?: number): Promise<void> {
    const goals = this.#connections.map(({ acknowledged }) => acknowledged + messages)
    await until(() => this.#connections.every(({ acknowledged }, i) => acknowledged >= goals[i]!), timeoutMs)
  }

  /** Sends nothing new, and waits until all that was sent is acknowledged. */
  async rest(timeoutMs = SOON_MS): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    const deadline = performance.now() + timeoutMs
    await until(() => {
      for (const connection of this.#connections) connection.watch()
      if (performance.now() > deadline) throw new Error(`${this.#connections.map(String).join(', ')} not acknowledged`)
      return this.#connections.every(({ inFlight }) => inFlight === 0)
    }, timeoutMs)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#connections.map((connection) => connection.end()))
  }

  /** Every message that was sent, in the order of its device. */
  *messages(): Generator<Message> {
    for (const { device, n, first } of this.#sent()) yield messageOf(device, n, first)
  }

  /** Value of every reading that was sent, by `readingKey`; after `rest` these are the acknowledged ones. */
  readings(): Map<string, number | string> {
    const readings = new Map<string, number | string>()
    for (const { device, n, first } of this.#sent()) {
      for (const { ts, metrics } of messageOf(device, n, first).elements) {
        for (const [metric, value] of Object.entries(metrics)) readings.set(`${device.id} ${metric} ${ts}`, value)
      }
    }
    return readings
  }

  /** Event time up to which all devices have sent. */
  get endTs(): number {
    return FIRST_TS + Math.min(...this.#connections.flatMap(({ counts }) => counts.map(({ sent }) => sent))) * STEP_MS
  }

  *#sent(): Generator<{ device: Device; n: number; first: number }> {
    for (const { devices, counts } of this.#connections) {
      // The devices of a plant in step, as they were sent.
      const firsts = devices.map(() => 0)
      const messages = Math.max(...counts.map((count) => count.messages))
      for (let n = 0; n < messages; n++) {
        for (const [at, device] of devices.entries()) {
          if (n >= counts[at]!.messages) continue
          yield { device, n, first: firsts[at]! }
          firsts[at] = messageOf(device, n, firsts[at]!).end
        }
      }
    }
  }
}

/** The devices of one plant, on one connection. */
class PlantConnection {
  readonly devices: readonly Device[]
  readonly counts: { sent: number; messages: number }[]
  acknowledged = 0
  inFlight = 0
  givenUp = 0
  longestSilenceMs = 0
  readonly #client: MqttClient
  readonly #burst: number
  #heardAtMs = performance.now()
  #changedAtMs = performance.now()
  #isEnded = false

  constructor(listeners: readonly MqttListener[], devices: readonly Device[], burst: number) {
    this.devices = devices
    this.counts = devices.map(() => ({ sent: 0, messages: 0 }))
    this.#burst = burst
    this.#client = mqtt.connect({
      servers: listeners.map((listener) => ({ ...listener, protocol: 'mqtt' as const })),
      clientId: devices[0]!.plant,
      clean: true,
      reconnectPeriod: 100,
      connectTimeout: PUBACK_MS_MAX,
    })
    // A server that is down refuses connections; the next one is tried.
    this.#client.on('error', () => undefined)
    this.#client.on('connect', () => {
      this.#changedAtMs = performance.now()
    })
  }

  burst(): void {
    this.watch()
    for (let i = 0; i < this.#burst && this.inFlight < IN_FLIGHT_MAX; i++) {
      for (const at of this.devices.keys()) this.#publish(at)
    }
  }

  /** Gives a connection up on which nothing comes back. */
  watch(): void {
    const nowMs = performance.now()
    if (this.inFlight === 0) {
      this.#heardAtMs = nowMs
      return
    }
    this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - this.#heardAtMs)
    if (!this.#client.connected || nowMs - Math.max(this.#heardAtMs, this.#changedAtMs) < PUBACK_MS_MAX) return
    this.givenUp++
    this.#changedAtMs = nowMs
    this.#client.stream.destroy()
  }

  async end(): Promise<void> {
    this.#isEnded = true
    await this.#client.endAsync(true)
  }

  toString(): string {
    return `${this.devices[0]!.plant}: ${this.inFlight}${this.#client.connected ? '' : ' without a connection'}`
  }

  #publish(at: number): void {
    const [device, counts] = [this.devices[at]!, this.counts[at]!]
    const { topic, payload, end } = messageOf(device, counts.messages, counts.sent)
    counts.messages++
    counts.sent = end
    this.inFlight++
    this.#send(topic, payload)
  }

  #send(topic: string, payload: string): void {
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      if (this.#isEnded) return
      if (error != null) {
        // The client gives up what it was about to send again when a connection is lost.
        setTimeout(() => this.#send(topic, payload), AGAIN_MS)
        return
      }
      this.inFlight--
      this.acknowledged++
      this.#heardAtMs = performance.now()
    })
  }
}
