import type { Clock } from '../../../src/base/clock.js'

/** A clock that stands until it is moved, and then lets everything that slept run before the next step. */
export class HandClock implements Clock {
  #nowMs: number
  #sleepers: { untilMs: number; wake: () => void }[] = []

  constructor(now: string) {
    this.#nowMs = Date.parse(now)
  }

  nowMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#sleepers.push({ untilMs: this.#nowMs + ms, wake })
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    while (this.#nowMs < endMs) {
      const nextMs = Math.min(endMs, ...this.#sleepers.map((sleeper) => sleeper.untilMs))
      this.#nowMs = nextMs
      const due = this.#sleepers.filter((sleeper) => sleeper.untilMs <= nextMs)
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.untilMs > nextMs)
      for (const { wake } of due) wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
