import type { Clock } from '../../base/clock.js'
import type { Cursor } from '../cursor.js'
import type { Disk } from '../disk.js'
import type { Attempt, JournalLog } from '../log.js'
import { JournalError, SegmentLog, type SegmentLogOptions } from '../segment-log.js'
import { type Captured, CapturedDisk } from './captured-disk.js'
import { catchUp } from './catch-up.js'
import { Fenced } from './fenced.js'
import { FileCopy } from './file-copy.js'
import { type JournalStream, refusalOf } from './journal-stream.js'
import { piecesOf, type Write } from './write.js'

export interface StreamLogOptions {
  readonly stream: JournalStream
  readonly partition: number
  readonly epoch: number
  readonly disk: Disk
  readonly dir: string
  readonly limits: SegmentLogOptions
  readonly clock: Clock
  /** Called when it is closed: nothing is asked of the stream any more. */
  closed?(): Promise<void>
}

const RETRY_MS = 250

/**
 * A journal in a stream, with the segment files as its copy: an append is first a message of the stream, behind the last one that
 * this owner knows, then bytes of a file. Its first append makes it the owner; when later another has appended, it throws `Fenced`.
 */
export class StreamLog implements JournalLog {
  readonly #options: StreamLogOptions
  readonly #captured: CapturedDisk
  #copy: FileCopy
  /** Where the next record goes; ahead of what is durable while an append is on its way. */
  #log: SegmentLog
  #lastSequence: number
  #isOwner = false
  #isGivenUp = false
  #end: Cursor
  #messages: number

  private constructor(options: StreamLogOptions, captured: CapturedDisk, lastSequence: number) {
    this.#options = options
    this.#captured = captured
    this.#copy = new FileCopy(options.disk, options.dir)
    this.#log = SegmentLog.open(captured, options.dir, options.limits)
    this.#lastSequence = lastSequence
    this.#end = this.#log.end
    this.#messages = this.#log.messages
  }

  /** Opens the journal with the files at the end of the stream. Throws `Fenced`, and what the servers and the disk refuse. */
  static async open(options: StreamLogOptions): Promise<StreamLog> {
    const { stream, disk, dir } = options
    const lastSequence = await catchUp(stream, disk, dir, options)
    return new StreamLog(options, new CapturedDisk(disk), lastSequence)
  }

  get end(): Cursor {
    return this.#end
  }

  get messages(): number {
    return this.#messages
  }

  get bytes(): number {
    return this.#log.bytes
  }

  get oldestSegment(): number {
    return this.#log.oldestSegment
  }

  async append(bodies: readonly Uint8Array[], counts: readonly number[], attempt: Attempt): Promise<void> {
    if (bodies.length === 0) return
    if (this.#isGivenUp) throw new JournalError('the journal is closed')
    this.#log.append(bodies, counts)
    while (!(await this.#publish(this.#captured.take(), attempt))) {
      await this.#catchUp(attempt)
      this.#log.append(bodies, counts)
    }
  }

  dropOldest(): boolean {
    return this.#log.oldestSegment < this.#end.segment && this.#log.dropOldest()
  }

  async close(): Promise<void> {
    this.#log.close()
    this.#copy.close()
    await this.#options.closed?.()
  }

  /** False when the owner before has written once more: nothing of it is stored then. */
  async #publish(captured: Captured, attempt: Attempt): Promise<boolean> {
    const { stream, epoch } = this.#options
    const write: Write = { ...captured, messages: this.#log.messages, epoch }
    for (const piece of piecesOf(write, stream.writeBytesMax)) {
      const appended = await this.#again(attempt, async () => {
        const tried = await stream.append(piece, this.#lastSequence)
        return tried.kind === 'unknown' ? tried.reason : tried
      })
      if (appended.kind === 'passed') {
        const { last } = appended
        if (this.#isOwner || last.epoch > epoch) throw new Fenced(this.#options.partition, epoch, last.epoch)
        return false
      }
      this.#isOwner = true
      this.#lastSequence = appended.sequence
    }
    await this.#again(attempt, async () => this.#keep(captured))
    this.#end = this.#log.end
    this.#messages = this.#log.messages
    return true
  }

  /** What the disk says when it refuses; null when the bytes are there. */
  #keep(captured: Captured): string | null {
    try {
      this.#copy.apply(captured)
      return null
    } catch (error) {
      this.#copy = new FileCopy(this.#options.disk, this.#options.dir)
      return `write the copy of the journal in ${this.#options.dir}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  /** What the owner before has written in the meantime comes first. */
  async #catchUp(attempt: Attempt): Promise<void> {
    const { stream, disk, dir, limits } = this.#options
    this.#copy.close()
    this.#lastSequence = await this.#again(attempt, () =>
      catchUp(stream, disk, dir, this.#options).catch((error: unknown) => {
        if (error instanceof Fenced) throw error
        return refusalOf(error)
      }),
    )
    this.#log = SegmentLog.open(this.#captured, dir, limits)
  }

  /** Until it is done: a text says why it is not. Gives up when there is no time any more. */
  async #again<T>(attempt: Attempt, tryOnce: () => Promise<T | string>): Promise<Exclude<T, string>> {
    for (;;) {
      const tried = await tryOnce()
      if (typeof tried !== 'string') return tried as Exclude<T, string>
      if (attempt.signal.aborted) {
        this.#isGivenUp = true
        throw new JournalError(tried)
      }
      attempt.refused(tried)
      await this.#options.clock.sleep(RETRY_MS, attempt.signal)
    }
  }
}
