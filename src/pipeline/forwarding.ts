import type { Clock } from '../base/clock.js'
import type { ForwardStatus } from '../base/forward-status.js'
import type { HealthCheck } from '../base/wire.js'
import type { DurableMark } from '../journal/durable-mark.js'
import type { ForwardMeasures } from '../views/sources/measures.js'

/** Forwarding of the journal as the rest of the gateway sees it. */
export class Forwarding {
  /** As the forwarding thread said last; null before it has. */
  status: ForwardStatus | null = null
  readonly #isWanted: boolean
  readonly #mark: DurableMark
  readonly #clock: Clock

  /** @param isWanted a centre is configured */
  constructor(isWanted: boolean, mark: DurableMark, clock: Clock) {
    this.#isWanted = isWanted
    this.#mark = mark
    this.#clock = clock
  }

  /** The journal before it is at the centre; infinite where it goes to none. */
  get position(): number {
    return this.#isWanted ? (this.status?.position ?? 0) : Infinity
  }

  /**
   * Well as long as devices are taken from, whether the centre is reached or not: what waits is in the journal, and when that
   * is full its own check says so. The reason says since when the centre is away and how much waits for it.
   */
  health(): HealthCheck[] {
    if (!this.#isWanted) return []
    const { status } = this
    if (status === null) return [{ name: 'forward', ok: true, reason: '' }]
    if (status.lostSinceMs === null) return [{ name: 'forward', ok: true, reason: status.reason }]
    const since = new Date(status.lostSinceMs).toISOString()
    const waiting = `${this.#waiting(status)} messages wait in the journal${this.#ageText(status)}`
    return [{ name: 'forward', ok: true, reason: `nothing is forwarded since ${since}, ${waiting}: ${status.reason}` }]
  }

  measures(): ForwardMeasures | null {
    const { status } = this
    if (status === null) return null
    const { isConnected, oldestWaitingMs, batches, entryBytes, sentBytes, cutShort } = status
    return { isConnected, waiting: this.#waiting(status), oldestWaitingMs, batches, entryBytes, sentBytes, cutShort }
  }

  #waiting({ messages }: ForwardStatus): number {
    return Math.max(0, this.#mark.read().messages - messages)
  }

  #ageText({ oldestWaitingMs }: ForwardStatus): string {
    if (oldestWaitingMs === null) return ''
    return `, the oldest for ${Math.max(0, Math.round((this.#clock.nowMs() - oldestWaitingMs) / 1000))} s`
  }
}
