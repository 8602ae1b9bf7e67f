import mqtt, { type MqttClient } from 'mqtt'
import { type TestGateway, until } from './gateway.js'

export const PLANT = 'outage-1'

/** Event time of the first sample: long ago enough that the load never reaches the future. */
export const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 2000
/** Every fifth message is an array of this many. */
const ARRAY_LENGTH = 10
const BURST = 4
const BURST_MS = 40
const IN_FLIGHT_MAX = 100

/** Element of a message: the samples of a device at one instant. */
export interface Element {
  readonly ts: number
  readonly metrics: Readonly<Record<string, number | string>>
  readonly quality?: Readonly<Record<string, string>>
}

interface Device {
  readonly line: string
  readonly id: string
  readonly class: 'energy' | 'robot'
  element(i: number, ts: number): Element
}

/** Two meters, of which one is doubtful at times, and a robot with words for its states. */
const DEVICES: readonly Device[] = [
  {
    line: 'utilities',
    id: 'main-1',
    class: 'energy',
    element: (i, ts) => ({ ts, metrics: { elec_import_kwh: i / 4, elec_import_kw: 400 + (i % 50) / 8 } }),
  },
  {
    line: 'press',
    id: 'meter-2',
    class: 'energy',
    element: (i, ts) => ({
      ts,
      metrics: { elec_import_kwh: i / 8, heat_gj: i / 1024, water_fresh_m3: i / 16 },
      ...(i % 20 === 7 ? { quality: { heat_gj: 'uncertain' } } : {}),
    }),
  },
  {
    line: 'press',
    id: 'robot-1',
    class: 'robot',
    element: (i, ts) => ({
      ts,
      metrics: { cycle_count: Math.floor(i / 5), state: i % 40 < 30 ? 'executing' : 'idle' },
    }),
  },
]

/** Names a reading: there is one value for each of these. */
export function readingKey(device: string, metric: string, ts: number): string {
  return `${device} ${metric} ${ts}`
}

/**
 * A small plant of real MQTT clients at QoS 1, with a ledger of its own of what was acknowledged: single messages and
 * arrays, several metrics in one. What is not acknowledged is kept and sent again after a connection was lost.
 */
export class PlantLoad {
  /** Value of every acknowledged reading. */
  readonly acknowledged = new Map<string, number | string>()
  readonly #clients: readonly MqttClient[]
  readonly #counts = DEVICES.map(() => ({ sent: 0, messages: 0 }))
  #timer: NodeJS.Timeout | undefined
  #inFlight = 0

  constructor(gateway: Pick<TestGateway, 'mqttUrl'>) {
    this.#clients = DEVICES.map(({ id }) => {
      const client = mqtt.connect(gateway.mqttUrl, { clientId: id, clean: false, reconnectPeriod: 50 })
      // A gateway that is being killed refuses connections; the client tries again by itself.
      return client.on('error', () => undefined)
    })
  }

  /** Event time behind the last sample. */
  get endTs(): number {
    return FIRST_TS + Math.max(...this.#counts.map(({ sent }) => sent)) * STEP_MS
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#burst(), BURST_MS)
  }

  /** Waits until so many readings more are acknowledged. */
  more(readings: number, timeoutMs?: number): Promise<void> {
    const before = this.acknowledged.size
    return until(() => this.acknowledged.size >= before + readings, timeoutMs)
  }

  /** Sends nothing new, and waits until all that was sent is acknowledged. */
  async rest(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await until(() => this.#inFlight === 0)
  }

  /** One message of a device of its own making; resolves when it is acknowledged. */
  async send(device: { line: string; id: string; class: string }, elements: readonly Element[]): Promise<void> {
    const topic = `plants/${PLANT}/${device.line}/${device.id}/${device.class}`
    await this.#clients[0]?.publishAsync(topic, JSON.stringify(elements), { qos: 1 })
    this.#note(device.id, elements)
  }

  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#clients.map((client) => client.endAsync(true)))
  }

  #burst(): void {
    for (let i = 0; i < BURST && this.#inFlight < IN_FLIGHT_MAX; i++) {
      for (const at of DEVICES.keys()) this.#publish(at)
    }
  }

  #publish(at: number): void {
    const [device, counts, client] = [DEVICES[at]!, this.#counts[at]!, this.#clients[at]!]
    const isArray = counts.messages++ % 5 === 4
    const elements = Array.from({ length: isArray ? ARRAY_LENGTH : 1 }, () => {
      const i = counts.sent++
      return device.element(i, FIRST_TS + i * STEP_MS)
    })
    const topic = `plants/${PLANT}/${device.line}/${device.id}/${device.class}`
    this.#inFlight++
    client.publish(topic, JSON.stringify(isArray ? elements : elements[0]), { qos: 1 }, (error) => {
      this.#inFlight--
      if (error == null) this.#note(device.id, elements)
    })
  }

  #note(device: string, elements: readonly Element[]): void {
    for (const { ts, metrics } of elements) {
      for (const [metric, value] of Object.entries(metrics)) {
        this.acknowledged.set(readingKey(device, metric, ts), value)
      }
    }
  }
}
