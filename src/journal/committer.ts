import type { Clock } from '../base/clock.js'
import { JournalError, type SegmentLog } from './segment-log.js'

/** What goes into the journal as one record. */
export interface Batch {
  readonly id: number
  readonly body: Uint8Array
  /** Messages in `body`. */
  readonly messages: number
}

/** Whether the journal takes what it is given; the reason is a sentence for the operator, empty when it does. */
export interface JournalStatus {
  readonly ok: boolean
  readonly reason: string
}

export interface CommitterEvents {
  /** These batches are durable; in the order in which they came. Their memory is not needed any more. */
  committed(batches: readonly Batch[]): void
  /** Once for each change. */
  status(status: JournalStatus): void
}

const RETRY_MS = 1000
const WELL: JournalStatus = { ok: true, reason: '' }

/**
 * Brings batches to the disk, all that wait as one group. When the disk refuses, it keeps them, answers nobody, and
 * tries again every second into a new segment; it goes on by itself when the disk is well again. What waits here is
 * bounded by who sends: the client has one batch on its way.
 */
export class Committer {
  readonly #log: Pick<SegmentLog, 'append'>
  readonly #clock: Clock
  readonly #events: CommitterEvents
  readonly #closing = new AbortController()
  #waiting: Batch[] = []
  #status: JournalStatus = WELL
  /** Settled when the disk is well again or the committer is closed; null while it is well. */
  #retrying: Promise<void> | null = null

  constructor(log: Pick<SegmentLog, 'append'>, clock: Clock, events: CommitterEvents) {
    this.#log = log
    this.#clock = clock
    this.#events = events
  }

  add(batch: Batch): void {
    this.#waiting.push(batch)
  }

  /** Commits what was added, now; while the disk refuses, with the next attempt. */
  commit(): void {
    if (this.#retrying === null && !this.#attempt()) this.#retrying = this.#retry()
  }

  /** Commits what is there, with one last attempt when the disk refuses. What that one refuses was never acknowledged. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#retrying
    this.#attempt()
  }

  async #retry(): Promise<void> {
    do await this.#clock.sleep(RETRY_MS, this.#closing.signal)
    while (!this.#closing.signal.aborted && !this.#attempt())
    this.#retrying = null
  }

  #attempt(): boolean {
    const group = this.#waiting
    if (group.length === 0) return true
    try {
      this.#log.append(
        group.map((batch) => batch.body),
        group.map((batch) => batch.messages),
      )
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#report({ ok: false, reason: error.message })
      return false
    }
    this.#waiting = []
    this.#events.committed(group)
    this.#report(WELL)
    return true
  }

  #report(status: JournalStatus): void {
    if (status.ok === this.#status.ok && status.reason === this.#status.reason) return
    this.#status = status
    this.#events.status(status)
  }
}
