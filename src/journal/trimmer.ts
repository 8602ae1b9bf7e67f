import type { Clock } from '../base/clock.js'
import type { JournalStatus } from './committer.js'
import type { JournalLog } from './log.js'
import { JournalError } from './segment-log.js'

export interface TrimmerEvents {
  /** A segment is gone. */
  dropped(): void
  /** Says whether it can delete, once for each change. */
  status(status: JournalStatus): void
}

const RETRY_MS = 1000
/** The pause doubles with each refusal up to this. */
const RETRY_MAX_MS = 60_000
const WELL: JournalStatus = { ok: true, reason: '' }

/**
 * Deletes the segments that nobody needs, one a turn, so that what comes in between is committed first. A disk that refuses
 * costs room and nothing else: the same segment is tried again after one second, two, and so on up to a minute, and the
 * quota of the journal bounds what gathers meanwhile.
 */
export class Trimmer {
  readonly #log: Pick<JournalLog, 'oldestSegment' | 'dropOldest'>
  readonly #clock: Clock
  readonly #events: TrimmerEvents
  readonly #closing = new AbortController()
  #keptSegment = 0
  #isTrimming = false
  #status: JournalStatus = WELL

  constructor(log: Pick<JournalLog, 'oldestSegment' | 'dropOldest'>, clock: Clock, events: TrimmerEvents) {
    this.#log = log
    this.#clock = clock
    this.#events = events
  }

  /** Nobody needs what lies wholly before a segment. */
  trim(beforeSegment: number): void {
    this.#keptSegment = Math.max(this.#keptSegment, beforeSegment)
    if (this.#isTrimming) return
    this.#isTrimming = true
    void this.#trimAll().finally(() => {
      this.#isTrimming = false
    })
  }

  /** Deletes nothing from now on; the next start goes on with it. */
  close(): void {
    this.#closing.abort()
  }

  async #trimAll(): Promise<void> {
    let pauseMs = RETRY_MS
    for (;;) {
      await new Promise(setImmediate)
      if (this.#closing.signal.aborted || this.#log.oldestSegment >= this.#keptSegment) return
      try {
        if (!this.#log.dropOldest()) return
        pauseMs = RETRY_MS
        this.#report(WELL)
        this.#events.dropped()
      } catch (error) {
        if (!(error instanceof JournalError)) throw error
        const reason = `${error.message}; nobody needs that segment any more, so nothing is lost, but the journal grows: look at the log of the kernel and at who may write to that folder; it is tried again at least once a minute`
        this.#report({ ok: false, reason })
        await this.#clock.sleep(pauseMs, this.#closing.signal)
        pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS)
      }
    }
  }

  #report(status: JournalStatus): void {
    if (status.ok === this.#status.ok && status.reason === this.#status.reason) return
    this.#status = status
    this.#events.status(status)
  }
}
