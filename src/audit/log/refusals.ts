import type { AuditAction, AuditNote } from '../../base/audit-log.js'

/** Acts that somebody without an account can make us write. */
const FROM_OUTSIDE: readonly AuditAction[] = ['refused', 'sign_in_refused']
/** So many at once, and one more in so long: about 3 MB a day at the very most. */
const BURST = 100
const ONE_MORE_MS = 10_000

/**
 * Keeps the audit log from being filled from outside: what was refused is written one by one up to a rate, and counted
 * beyond it. The count is an entry too, so nothing is left out in silence.
 */
export class RefusalRateLimit {
  #left = BURST
  #sinceMs: number
  readonly #counted = new Map<AuditAction, number>()

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /** True when the act is to be written; one that is not is counted. */
  mayPass({ act }: AuditNote, nowMs: number): boolean {
    if (!FROM_OUTSIDE.includes(act)) return true
    this.#refill(nowMs)
    if (this.#left >= 1 && this.#counted.size === 0) {
      this.#left -= 1
      return true
    }
    this.#counted.set(act, (this.#counted.get(act) ?? 0) + 1)
    return false
  }

  /** Notes of the counted refusals, to be written now; none while the rate is still above the bound. */
  takeCounted(nowMs: number, isLast = false): readonly AuditNote[] {
    this.#refill(nowMs)
    if (this.#counted.size === 0 || (this.#left < this.#counted.size && !isLast)) return []
    this.#left = Math.max(0, this.#left - this.#counted.size)
    const notes = [...this.#counted].map(([act, count]) => ({
      act,
      actor: '',
      subject: `${count} more, not one by one`,
    }))
    this.#counted.clear()
    return notes
  }

  /** A clock that was set back gives nothing, and takes nothing away. */
  #refill(nowMs: number): void {
    this.#left = Math.min(BURST, this.#left + Math.max(0, nowMs - this.#sinceMs) / ONE_MORE_MS)
    this.#sinceMs = nowMs
  }
}
