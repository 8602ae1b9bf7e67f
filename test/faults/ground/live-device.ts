import { setTimeout as sleep } from 'node:timers/promises'
import { deviceName, LINE, PLANT } from '../../bench/load/order.js'
import { percentile, StormClient } from '../storms/storm.js'

const EVERY_MS = 50
const RETRY_MS = 5

/** PUBACKs that a device which sends twenty times a second has seen, and how long they took. */
export interface LivePubacks {
  readonly acknowledged: number
  /** `performance.now()` of the first PUBACK. */
  readonly firstAtMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** A device of the load's plant that comes back with a gateway, and sends what is now. */
export class LiveDevice {
  readonly #tookMs: number[] = []
  #firstAtMs = Number.NaN
  #isEnded = false
  readonly #sending: Promise<void>

  private constructor(port: number, device: number, metric: string) {
    this.#sending = this.#send(port, `plants/${PLANT}/${LINE}/${deviceName(device)}/energy`, metric)
    this.#sending.catch(() => undefined)
  }

  /** Begins at once, whether somebody listens already or not. */
  static start(port: number, device: number, metric: string): LiveDevice {
    return new LiveDevice(port, device, metric)
  }

  /** Sends nothing more. Rejects when its connection was lost meanwhile. */
  async end(): Promise<LivePubacks> {
    this.#isEnded = true
    await this.#sending
    const rounded = (share: number) => Math.round(percentile(this.#tookMs, share) * 10) / 10
    return {
      acknowledged: this.#tookMs.length,
      firstAtMs: this.#firstAtMs,
      p50Ms: rounded(0.5),
      p99Ms: rounded(0.99),
      maxMs: rounded(1),
    }
  }

  async #send(port: number, topic: string, metric: string): Promise<void> {
    let client: StormClient | null = null
    while (client === null && !this.#isEnded) {
      client = await StormClient.connected(port, 'live').catch(() => null)
      if (client === null) await sleep(RETRY_MS)
    }
    for (let n = 0; client !== null && !this.#isEnded; n++) {
      const payload = JSON.stringify({ ts: Date.now(), metrics: { [metric]: n } })
      this.#tookMs.push(await client.publishes(topic, payload, (n % 65_535) + 1))
      if (n === 0) this.#firstAtMs = performance.now()
      await sleep(EVERY_MS)
    }
    client?.socket.destroy()
  }
}
