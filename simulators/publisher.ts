import type { MqttClient } from 'mqtt'

/**
 * QoS 1 with a limit of messages that are sent and not yet acknowledged: that limit is the whole of the queue. While
 * the broker is away nothing more is taken, and nothing is dropped: mqtt.js sends again what is in flight, and the
 * caller, whose samples are functions of time, makes the rest when there is room. For one caller at a time.
 */
export class Publisher {
  readonly #client: MqttClient
  readonly #inFlightMax: number
  readonly #signal: AbortSignal
  #sent = 0
  #acknowledged = 0
  #failure: Error | null = null
  #wake: (() => void) | null = null

  constructor(client: MqttClient, inFlightMax: number, signal: AbortSignal) {
    this.#client = client
    this.#inFlightMax = inFlightMax
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
  }

  get sent(): number {
    return this.#sent
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Sends as soon as there is room; false when the command was stopped before that. */
  async publish(topic: string, payload: string): Promise<boolean> {
    if (!(await this.#inFlightBelow(this.#inFlightMax))) return false
    this.#sent++
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error) this.#failure ??= error
      else this.#acknowledged++
      this.#wake?.()
    })
    return true
  }

  /** True when everything is acknowledged; false when the command was stopped before that. */
  drained(): Promise<boolean> {
    return this.#inFlightBelow(1)
  }

  async #inFlightBelow(limit: number): Promise<boolean> {
    while (this.#sent - this.#acknowledged >= limit) {
      if (this.#signal.aborted) return false
      if (this.#failure !== null) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return !this.#signal.aborted
  }
}
