import type { ConnectionChange } from '../../base/reading.js'

/** A device whose clock is a little ahead dates its last sample after the disconnect. */
const CLOCK_AHEAD_MS = 5000

/** A time of connection, epoch ms; `toMs` is Infinity while it lasts. */
interface Connection {
  readonly fromMs: number
  toMs: number
}

/**
 * The connection behind one `on_change` device, in times of arrival: while it is there, silence says that nothing has
 * changed. A disconnect that is healed within the hold time never was; one that may still be healed counts for now.
 * Source: KPI specification §1.4, state.
 */
export class ConnectionHistory {
  /** In order of time, apart by more than the hold time. */
  readonly #connections: Connection[] = []
  #changes = 0

  /** So many changes were taken: what was asked before the last one may have another answer now. */
  get changes(): number {
    return this.#changes
  }

  /**
   * Takes the next change; returns the instant from which on it changes what holds.
   * @param maxHoldMs within this a disconnect is healed
   */
  take({ at, isUp }: Pick<ConnectionChange, 'at' | 'isUp'>, maxHoldMs: number): number {
    this.#changes++
    // Connections that begin after this change were dated by a wrong clock: arrivals have gone back.
    while ((this.#connections.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY) > at) this.#connections.pop()
    const last = this.#connections.at(-1)
    if (!isUp) {
      if (last !== undefined && last.toMs === Infinity) last.toMs = at
      return at
    }
    if (last === undefined || at - last.toMs > maxHoldMs) {
      this.#connections.push({ fromMs: at, toMs: Infinity })
      return at
    }
    const fromMs = Math.min(at, last.toMs)
    last.toMs = Infinity
    return fromMs
  }

  get isUp(): boolean {
    return this.#connections.at(-1)?.toMs === Infinity
  }

  /** Up to when the connection that a sample of `ts` came by vouches for it, at most now; -Infinity without one. */
  heldUntilMs(ts: number, nowMs: number, maxHoldMs: number): number {
    const connection = this.#connectionOf(ts, maxHoldMs)
    return connection === null ? Number.NEGATIVE_INFINITY : Math.min(nowMs, connection.toMs)
  }

  /** While a disconnect may still be healed, its instant; else null. */
  pendingSinceMs(nowMs: number, maxHoldMs: number): number | null {
    const downMs = this.#connections.at(-1)?.toMs ?? Infinity
    return downMs < Infinity && nowMs - downMs <= maxHoldMs ? downMs : null
  }

  /**
   * Up to when a sample of `ts` holds, at most `untilMs`: as long as the connection that it came by, or that came back
   * while it held; without one as long as that of any other device.
   */
  holdEndMs(ts: number, untilMs: number, maxHoldMs: number): number {
    const connection = this.#connectionOf(ts, maxHoldMs)
    return Math.min(untilMs, connection === null ? ts + maxHoldMs : Math.max(ts, connection.toMs))
  }

  /** The connection that was there at an instant, or came back soon enough. */
  #connectionOf(ts: number, maxHoldMs: number): Connection | null {
    const last = this.#lastBeganBy(ts + maxHoldMs)
    return last !== undefined && last.toMs + CLOCK_AHEAD_MS >= ts ? last : null
  }

  /** The last connection that had begun at an instant. */
  #lastBeganBy(ms: number): Connection | undefined {
    let low = 0
    let high = this.#connections.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#connections[middle]!.fromMs <= ms) low = middle + 1
      else high = middle
    }
    return this.#connections[low - 1]
  }
}
