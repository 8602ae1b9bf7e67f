import mqtt, { type MqttClient } from 'mqtt'
import type { TestGateway } from '../support/gateway.js'

/** Event time of the first reading: long ago enough that the load never reaches the future. */
const FIRST_TS = Date.UTC(2026, 0, 5)
const STEP_MS = 1000
/** Every fifth message is an array of this many. */
const ARRAY_LENGTH = 10
const IN_FLIGHT_MAX = 100
/** One burst a turn of the clock: enough to keep many in flight, little enough for two shared cores. */
const BURST = 20
const BURST_MS = 25

/**
 * A real MQTT client that sends the readings 0, 1, 2, … of one meter at QoS 1, and writes down in a ledger of its own
 * which of them were acknowledged. It keeps what is not acknowledged and sends it again when it is connected again.
 */
export class MeteredClient {
  static readonly plant = 'kill-1'
  static readonly metric = 'elec_import_kwh'
  /** Event time of every acknowledged reading, with its value. */
  readonly acknowledged = new Map<number, number>()
  readonly #client: MqttClient
  readonly #timer: NodeJS.Timeout
  #sent = 0
  #messages = 0
  #inFlight = 0
  #isStopped = false

  constructor(
    { mqttUrl }: Pick<TestGateway, 'mqttUrl'>,
    readonly device: string,
    /** Messages a turn of the clock. */
    burst = BURST,
  ) {
    const session = speaksMqtt5(device) ? MQTT_5 : {}
    this.#client = mqtt.connect(mqttUrl, { clientId: device, clean: false, reconnectPeriod: 50, ...session })
    // A gateway that is being killed refuses connections; the client tries again by itself.
    this.#client.on('error', () => undefined)
    this.#timer = setInterval(() => this.#burst(burst), BURST_MS)
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Readings that were sent at least once. */
  get sent(): number {
    return this.#sent
  }

  /** One line for whoever waited in vain for it. */
  toString(): string {
    const { connected, reconnecting } = this.#client
    const state = connected ? 'connected' : reconnecting ? 'connecting again' : 'not connected'
    return `${this.device}: ${state}, ${this.#sent} readings sent, ${this.acknowledged.size} acknowledged, ${this.#inFlight} messages in flight`
  }

  /** Sends nothing new; what is in flight is still waited for. */
  stop(): void {
    this.#isStopped = true
    clearInterval(this.#timer)
  }

  async end(): Promise<void> {
    this.stop()
    await this.#client.endAsync(true)
  }

  #burst(messages: number): void {
    for (let i = 0; i < messages && this.#inFlight < IN_FLIGHT_MAX && !this.#isStopped; i++) this.#publish()
  }

  #publish(): void {
    const isArray = this.#messages++ % 5 === 4
    const readings = Array.from({ length: isArray ? ARRAY_LENGTH : 1 }, () => this.#next())
    const elements = readings.map(({ ts, value }) => ({ ts, metrics: { [MeteredClient.metric]: value } }))
    this.#inFlight++
    const topic = `plants/${MeteredClient.plant}/utilities/${this.device}/energy`
    this.#client.publish(topic, JSON.stringify(isArray ? elements : elements[0]), { qos: 1 }, (error) => {
      this.#inFlight--
      if (error == null) for (const { ts, value } of readings) this.acknowledged.set(ts, value)
    })
  }

  #next(): { readonly ts: number; readonly value: number } {
    const i = this.#sent++
    return { ts: FIRST_TS + i * STEP_MS, value: i / 4 }
  }
}

/** A session of MQTT 5 that outlives the connection, with a topic alias in place of the topic. */
const MQTT_5 = {
  protocolVersion: 5,
  properties: { sessionExpiryInterval: 3600 },
  autoUseTopicAlias: true,
  autoAssignTopicAlias: true,
} as const

/** Half of the devices do, so that every test with a load is one of both versions. */
function speaksMqtt5(device: string): boolean {
  return device.charCodeAt(device.length - 1) % 2 === 0
}
