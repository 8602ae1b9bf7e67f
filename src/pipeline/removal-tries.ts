import { type Forgetting, forgettingKey } from '../archive/forget.js'
import type { Clock } from '../base/clock.js'
import type { RemovedSeries } from '../base/forget.js'

/** First pause behind a failure; each further one is twice as long. */
const PAUSE_MS = 10_000
const PAUSE_MS_MAX = 600_000
/** Failures after which an order counts as one that cannot be carried out. */
export const TRIES_MAX = 20

interface WaitingOrder {
  readonly tries: number
  readonly sinceMs: number
  readonly pauseMs: number
  readonly reason: string
  readonly text: string
}

/** Says which order to remove something is due: one that fails waits, and the others go on. */
export class RemovalTries {
  readonly #clock: Clock
  readonly #waiting = new Map<string, WaitingOrder>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The first order of some that need not wait; of `all` those that are gone are no longer remembered. */
  due(orders: readonly Forgetting[], all: readonly Forgetting[] = orders): Forgetting | undefined {
    const keys = new Set(all.map(forgettingKey))
    for (const key of this.#waiting.keys()) if (!keys.has(key)) this.#waiting.delete(key)
    const nowMs = this.#clock.nowMs()
    return orders.find((order) => {
      const waiting = this.#waiting.get(forgettingKey(order))
      // A clock that was set back does not put it off.
      return waiting === undefined || Math.abs(nowMs - waiting.sinceMs) >= waiting.pauseMs
    })
  }

  /** It cannot be done yet, through no fault of its own. */
  later(order: Forgetting, reason: string): void {
    this.#note(order, this.#waiting.get(forgettingKey(order))?.tries ?? 0, reason)
  }

  /** It has failed; true when that was once too often. */
  failed(order: Forgetting, reason: string): boolean {
    const tries = (this.#waiting.get(forgettingKey(order))?.tries ?? 0) + 1
    this.#note(order, tries, reason)
    return tries >= TRIES_MAX
  }

  /** It has come on: what failed before no longer counts. */
  cameOn(order: Forgetting): void {
    this.#waiting.delete(forgettingKey(order))
  }

  /** Reason for which an order waits; null while it does not. */
  waitsFor(order: Forgetting): string | null {
    return this.#waiting.get(forgettingKey(order))?.reason ?? null
  }

  /** Names the orders that wait, with what they wait for; '' without any. */
  get trouble(): string {
    return [...this.#waiting.values()].map(({ text }) => text).join('; ')
  }

  #note(order: Forgetting, tries: number, reason: string): void {
    const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.max(0, tries - 1))
    const text = `${removedText(order)} of plant ${order.plant} cannot be removed yet: ${reason}`
    this.#waiting.set(forgettingKey(order), { tries, sinceMs: this.#clock.nowMs(), pauseMs, reason, text })
  }
}

/** Names what is to go: a device and how many more, or metrics of a device. */
export function removedText({ devices, metrics }: RemovedSeries): string {
  const [first, ...others] = devices
  const named = others.length === 0 ? `${first}` : `${first} and ${others.length} more`
  return metrics === undefined ? named : `${metrics.join(', ')} of ${named}`
}
