import type { Clock } from '../base/clock.js'
import type { AppendAttempt, JournalLog } from './log.js'
import { JournalError } from './segment-log.js'

/** Encoded entries that go into the journal as one record. */
export interface JournalBatch {
  readonly id: number
  readonly body: Uint8Array
  /** Messages in `body`. */
  readonly messages: number
}

/** Says whether the journal takes what it is given; the reason is a sentence for the operator, empty when it does. */
export interface JournalStatus {
  readonly ok: boolean
  readonly reason: string
}

export interface CommitterEvents {
  /** These batches are durable; in the order in which they came. Their memory is not needed any more. */
  committed(batches: readonly JournalBatch[]): void
  /** Once for each change. */
  status(status: JournalStatus): void
}

const RETRY_MS = 1000
const WELL: JournalStatus = { ok: true, reason: '' }

/**
 * Brings batches into the journal, all that wait as one group. When it refuses, they are kept, nobody is answered, and the
 * same is tried again every second; it goes on by itself when the journal is well again. What waits here is bounded by who
 * sends: the client has one batch on its way.
 */
export class Committer {
  readonly #log: Pick<JournalLog, 'append'>
  readonly #clock: Clock
  readonly #events: CommitterEvents
  readonly #closing = new AbortController()
  readonly #attempt: AppendAttempt
  #waiting: JournalBatch[] = []
  #status: JournalStatus = WELL
  /** Settled when nothing waits any more, or the committer is closed. */
  #committing: Promise<void> | null = null

  constructor(log: Pick<JournalLog, 'append'>, clock: Clock, events: CommitterEvents) {
    this.#log = log
    this.#clock = clock
    this.#events = events
    this.#attempt = {
      refused: (reason) => this.#report({ ok: false, reason }),
      signal: this.#closing.signal,
    }
  }

  add(batch: JournalBatch): void {
    this.#waiting.push(batch)
  }

  /** Commits what was added, now; while the journal refuses, with the next attempt. */
  commit(): void {
    this.#committing ??= this.#commitAll()
  }

  /** Commits what is there, with one last attempt when the journal refuses. What that one refuses was never acknowledged. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#committing
    await this.#append()
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      if (!(await this.#append())) await this.#clock.sleep(RETRY_MS, this.#closing.signal)
    }
    this.#committing = null
  }

  async #append(): Promise<boolean> {
    const group = this.#waiting
    if (group.length === 0) return true
    this.#waiting = []
    try {
      await this.#log.append(
        group.map((batch) => batch.body),
        group.map((batch) => batch.messages),
        this.#attempt,
      )
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#waiting = [...group, ...this.#waiting]
      this.#report({ ok: false, reason: error.message })
      return false
    }
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
