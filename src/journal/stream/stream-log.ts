import type { Clock } from '../../base/clock.js'
import type { Cursor } from '../cursor.js'
import type { Disk } from '../disk.js'
import type { AppendAttempt, JournalLog } from '../log.js'
import { JournalError, SegmentLog, type SegmentLogOptions } from '../segment-log.js'
import { type CapturedBytes, CapturedDisk } from './captured-disk.js'
import { catchUp } from './catch-up.js'
import { fencedBy } from './fenced.js'
import { FileCopy } from './file-copy.js'
import { giveBack } from './give-back.js'
import type { JournalStream } from './journal-stream.js'
import { messagePiecesOf, type StreamWrite } from './write.js'

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
 * this owner knows, then bytes of a file. Who opens it is the owner from then on; one who was it before gets `Fenced` from its next append.
 */
export class StreamLog implements JournalLog {
  readonly #options: StreamLogOptions
  readonly #captured: CapturedDisk
  #copy: FileCopy
  /** Ahead of what is durable while an append is on its way. */
  readonly #log: SegmentLog
  #lastSequence: number
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

  /** Opens the journal with the files at the end of the stream. Throws `Fenced`, and what servers and disk refuse. */
  static async open(options: StreamLogOptions): Promise<StreamLog> {
    const { stream, partition, epoch, disk, dir } = options
    const sequence = await stream.claim(epoch)
    const lastSequence = await giveBack(stream, disk, dir, { partition, epoch, sequence })
    await catchUp(stream, disk, dir, lastSequence)
    return new StreamLog(options, new CapturedDisk(disk), lastSequence)
  }

  get end(): Cursor {
    return this.#end
  }

  takeFound(): readonly Uint8Array[] {
    return this.#log.takeFound()
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

  async append(bodies: readonly Uint8Array[], counts: readonly number[], attempt: AppendAttempt): Promise<void> {
    if (bodies.length === 0) return
    if (this.#isGivenUp) throw new JournalError('the journal is closed')
    this.#log.append(bodies, counts)
    const captured = this.#captured.take()
    await this.#publish({ ...captured, messages: this.#log.messages, epoch: this.#options.epoch }, attempt)
    await this.#again(attempt, async () => this.#keep(captured))
    this.#end = this.#log.end
    this.#messages = this.#log.messages
  }

  dropOldest(): boolean {
    return this.#log.oldestSegment < this.#end.segment && this.#log.dropOldest()
  }

  async close(): Promise<void> {
    this.#log.close()
    this.#copy.close()
    await this.#options.closed?.()
  }

  async #publish(write: StreamWrite, attempt: AppendAttempt): Promise<void> {
    const { stream, partition, epoch } = this.#options
    for (const piece of messagePiecesOf(write, stream.writeBytesMax)) {
      this.#lastSequence = await this.#again(attempt, async () => {
        const tried = await stream.append(piece, this.#lastSequence)
        if (tried.kind === 'passed') throw fencedBy(partition, epoch, tried.last.epoch)
        if (tried.kind === 'lost') throw new Error(tried.reason)
        return tried.kind === 'unknown' ? tried.reason : tried.sequence
      })
    }
  }

  /** Writes the bytes to the file: gives what the disk says when it refuses, null when they are there. */
  #keep(captured: CapturedBytes): string | null {
    try {
      this.#copy.apply(captured)
      return null
    } catch (error) {
      this.#copy = new FileCopy(this.#options.disk, this.#options.dir)
      return `write the copy of the journal in ${this.#options.dir}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  /** Until it is done: a text says why it is not. Gives up when there is no time any more. */
  async #again<T>(attempt: AppendAttempt, tryOnce: () => Promise<T | string>): Promise<Exclude<T, string>> {
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
