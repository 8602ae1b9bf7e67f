import { positionOf, START } from './cursor.js'
import type { Disk } from './disk.js'
import type { DurableMark } from './durable-mark.js'
import { decodeEntries } from './entries.js'
import type { JournalLog } from './log.js'
import { JournalReader } from './reader.js'

export interface JournalFiguresParts {
  readonly disk: Disk
  readonly dir: string
  readonly log: JournalLog
  readonly mark: DurableMark
}

/** Publishes how far the journal is, and what it keeps, to the other threads. */
export class JournalFigures {
  readonly #parts: JournalFiguresParts
  #oldestMs: number

  constructor(parts: JournalFiguresParts) {
    this.#parts = parts
    this.#oldestMs = this.#oldestArrivalMs()
  }

  publish(): void {
    const { mark, log } = this.#parts
    const { messages, bytes } = log
    mark.publish({ position: positionOf(log.end), messages, bytes, oldestMs: this.#oldestMs })
  }

  /** Something was committed. */
  grown(): void {
    if (this.#oldestMs === 0) this.#oldestMs = this.#oldestArrivalMs()
    this.publish()
  }

  /** Segments were deleted. */
  dropped(): void {
    this.#oldestMs = this.#oldestArrivalMs()
    this.publish()
  }

  /** Arrival of the first entry that is kept, epoch ms; 0 while there is none, or the disk does not give it: it is only shown. */
  #oldestArrivalMs(): number {
    const { disk, dir, log } = this.#parts
    const reader = new JournalReader(disk, dir, START)
    try {
      const first = reader.read(positionOf(log.end), 1)[0]
      return first === undefined ? 0 : (decodeEntries(first.body)[0]?.arrivedAt ?? 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
      return 0
    } finally {
      reader.close()
    }
  }
}
