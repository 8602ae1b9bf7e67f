import type { Cursor } from './cursor.js'

/** Lets an append that takes long tell why it is refused, and be told to stop. */
export interface AppendAttempt {
  /** It was refused for this reason, a sentence for the operator, and is being tried again. */
  refused(reason: string): void
  /** Aborted when there is no time any more: what is not durable by the end of this try is given up. */
  readonly signal: AbortSignal
}

/** The writing side of a journal: of files alone, or of a stream whose copy the files are. One per directory. */
export interface JournalLog {
  /** Behind the last durable record. */
  readonly end: Cursor
  /** Bodies of the newest records that opening found, oldest first, about 4 MiB of them: once, then it lets go of them. */
  takeFound(): readonly Uint8Array[]
  /** Messages before `end` since the data directory was made, deleted segments included. */
  readonly messages: number
  /** On the disk, in all segments. */
  readonly bytes: number
  /** Id of the oldest segment that is kept; 0 when there is none. */
  readonly oldestSegment: number
  /**
   * Writes one record a body; all are durable, and can be read from the files, when it returns or resolves. `counts[i]` is the
   * number of messages in `bodies[i]`. `JournalError` when it is refused: the same bodies may be appended again.
   */
  append(
    bodies: readonly Uint8Array[],
    counts: readonly number[],
    attempt: AppendAttempt,
  ): readonly Cursor[] | Promise<void>
  /** Deletes the oldest segment; false when there is none but the one with the newest record. `JournalError` when it is refused. */
  dropOldest(): boolean
  close(): void | Promise<void>
}
