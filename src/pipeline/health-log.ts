import type { Clock } from '../base/clock.js'
import type { HealthCheck } from '../base/wire.js'

const LOOK_MS = 1000
/** A failure that is over sooner, as at each start, is not worth a line. */
const PATIENCE_MS = 3000
/** A check that comes and goes is told no more often. */
const QUIET_MS = 60_000

/**
 * Says in the log what keeps the gateway from being ready, once when it begins and once when it is over: whoever reads only the
 * log learns of a full disk as soon as whoever asks for readiness. A check that goes on failing is not said again.
 */
export class HealthLog {
  readonly #checks: () => readonly HealthCheck[]
  readonly #clock: Clock
  readonly #say: (level: 'warn', text: string) => void
  /** Begin of each failure and if it was said, by the name of the check; as many as there are checks. */
  readonly #failing = new Map<string, { readonly sinceMs: number; readonly isSaid: boolean }>()
  readonly #saidAtMs = new Map<string, number>()

  constructor(checks: () => readonly HealthCheck[], clock: Clock, say: (level: 'warn', text: string) => void) {
    this.#checks = checks
    this.#clock = clock
    this.#say = say
  }

  /** Looks once a second until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.look()
      await this.#clock.sleep(LOOK_MS, signal)
    }
  }

  look(): void {
    const nowMs = this.#clock.nowMs()
    const checks = this.#checks()
    for (const { name, ok, reason } of checks) if (!ok) this.#fails(name, reason, nowMs)
    const failing = new Set(checks.flatMap(({ name, ok }) => (ok ? [] : [name])))
    for (const [name, { sinceMs, isSaid }] of this.#failing) {
      if (failing.has(name)) continue
      this.#failing.delete(name)
      if (isSaid) this.#say('warn', `ready again: ${name}, after ${Math.round((nowMs - sinceMs) / 1000)} s`)
    }
  }

  #fails(name: string, reason: string, nowMs: number): void {
    const { sinceMs, isSaid } = this.#failing.get(name) ?? { sinceMs: nowMs, isSaid: false }
    const isDue = !isSaid && nowMs - sinceMs >= PATIENCE_MS
    const isTold = isDue && nowMs - (this.#saidAtMs.get(name) ?? -Infinity) >= QUIET_MS
    this.#failing.set(name, { sinceMs, isSaid: isSaid || isTold })
    if (!isTold) return
    this.#saidAtMs.set(name, nowMs)
    this.#say('warn', `not ready: ${name}: ${reason}`)
  }
}
