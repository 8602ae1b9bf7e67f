import mqtt, { type MqttClient } from 'mqtt'

const KEEP_ALIVE_S = 30
const RETRY_MS = 2000
const DIAL_MS_MAX = 10_000
const PLANT = 'works'

/** A device of the plant: a meter or a stack that samples in a period, or a robot that says what has changed. */
export interface DeviceOrder {
  readonly id: string
  readonly line: string
  readonly class: string
  readonly everyMs: number
  /** Its sample at an instant, epoch ms. */
  metrics(ms: number): Readonly<Record<string, number | string>>
}

/**
 * One device on a connection of its own. What is not acknowledged it keeps and sends again, as long as it has power; an
 * hour's samples are kept when nobody answers.
 */
export class PlantDevice {
  /** The time of each message that was acknowledged, epoch ms. */
  readonly #acknowledgedAtMs: number[] = []
  #client: MqttClient | null = null
  #timer: NodeJS.Timeout | null = null
  #isMute = false
  /** When it sampled last, epoch ms. */
  sampledAtMs = 0

  constructor(
    readonly order: DeviceOrder,
    private readonly port: number,
  ) {}

  start(): void {
    const { id, everyMs } = this.order
    const status = this.#topic('status')
    const will = { topic: status, payload: Buffer.from('offline'), qos: 1 as const, retain: true }
    const client = mqtt.connect({
      ...{ host: '127.0.0.1', port: this.port, clientId: `works-${id}`, will },
      ...{ keepalive: KEEP_ALIVE_S, reconnectPeriod: RETRY_MS, connectTimeout: DIAL_MS_MAX },
    })
    client.on('error', () => undefined)
    client.on('connect', () => this.#send(client, status, 'online', true))
    this.#client = client
    this.#sample()
    this.#timer = setInterval(() => this.#sample(), everyMs)
  }

  /** Its power is gone, and with it what it has kept: the connection ends without a word. */
  powerOff(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#client?.end(true)
    this.#client = null
  }

  /** It stays connected and samples no more. */
  mute(isMute: boolean): void {
    this.#isMute = isMute
    if (!isMute) this.#sample()
  }

  /** When the first of its messages was acknowledged after an instant, epoch ms; null while none was. */
  acknowledgedAfter(ms: number): number | null {
    return this.#acknowledgedAtMs.find((at) => at > ms) ?? null
  }

  #sample(): void {
    if (this.#isMute || this.#client === null) return
    const ts = Date.now()
    this.sampledAtMs = ts
    this.#send(this.#client, this.#topic(this.order.class), JSON.stringify({ ts, metrics: this.order.metrics(ts) }))
  }

  #send(client: MqttClient, topic: string, payload: string, retain = false): void {
    client.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (error === undefined || error === null) this.#acknowledgedAtMs.push(Date.now())
    })
  }

  #topic(cls: string): string {
    return `plants/${PLANT}/${this.order.line}/${this.order.id}/${cls}`
  }
}

/** The plant of these devices in the settings of a gateway. */
export function plantOfDevices(orders: readonly DeviceOrder[], rest: Readonly<Record<string, unknown>>) {
  return {
    id: PLANT,
    name: { en: 'Works' },
    timezone: 'UTC',
    lines: [...new Set(orders.map(({ line }) => line))].map((id) => ({ id })),
    devices: orders.map(({ id, line, class: cls, everyMs, metrics }) => {
      if (cls === 'robot') return { id, line, role: 'robot', on_change: true }
      const period = { period_s: everyMs / 1000 }
      const known = Object.fromEntries(Object.keys(metrics(0)).map((metric) => [metric, period]))
      return { id, line, ...(cls === 'emissions' ? { role: 'stack' } : {}), metrics: known }
    }),
    ...rest,
  }
}
