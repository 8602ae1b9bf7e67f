/** Place up to which the journal is durable, with the counters that belong to it. */
export interface DurablePlace {
  /** `positionOf` the end of the last durable record. */
  readonly position: number
  /** Messages before it since the data directory was made. */
  readonly messages: number
  /** Bytes of all segments on the disk. */
  readonly bytes: number
  /** Arrival of the oldest record that is kept, epoch milliseconds; 0 while there is none. */
  readonly oldestMs: number
}

const VERSION = 0
const WAKE = 1
const POSITION = 2
const MESSAGES = 3
const BYTES = 4
const OLDEST = 5
const TAKEN = 6
const FOLDING_LATE = 7
const COLLECTING = 8
const CELLS = 9

/**
 * The durable end of the journal in memory that all threads share: that of the journal publishes, any may read. The four
 * numbers are read in one instant: an odd version says that they are being written, a changed one that they were.
 */
export class DurableMark {
  readonly shared: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared
    this.#cells = new BigInt64Array(shared)
  }

  static create(): DurableMark {
    return new DurableMark(new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT))
  }

  read(): DurablePlace {
    for (;;) {
      const version = Atomics.load(this.#cells, VERSION)
      const durable = {
        position: Number(Atomics.load(this.#cells, POSITION)),
        messages: Number(Atomics.load(this.#cells, MESSAGES)),
        bytes: Number(Atomics.load(this.#cells, BYTES)),
        oldestMs: Number(Atomics.load(this.#cells, OLDEST)),
      }
      if (version % 2n === 0n && Atomics.load(this.#cells, VERSION) === version) return durable
    }
  }

  /** From one thread only. */
  publish(durable: DurablePlace): void {
    Atomics.add(this.#cells, VERSION, 1n)
    Atomics.store(this.#cells, POSITION, BigInt(durable.position))
    Atomics.store(this.#cells, MESSAGES, BigInt(durable.messages))
    Atomics.store(this.#cells, BYTES, BigInt(durable.bytes))
    Atomics.store(this.#cells, OLDEST, BigInt(Math.floor(durable.oldestMs)))
    Atomics.add(this.#cells, VERSION, 1n)
  }

  /** Messages before the durable end that its reader has taken, the rejected ones included. */
  get taken(): number {
    return Number(Atomics.load(this.#cells, TAKEN))
  }

  /** From one thread only, the reader's. */
  noteTaken(messages: number): void {
    Atomics.store(this.#cells, TAKEN, BigInt(messages))
  }

  /** The reader takes nothing because it computes the past again. */
  get isFoldingLate(): boolean {
    return Atomics.load(this.#cells, FOLDING_LATE) === 1n
  }

  /** From one thread only, the reader's. */
  noteFoldingLate(isFoldingLate: boolean): void {
    Atomics.store(this.#cells, FOLDING_LATE, isFoldingLate ? 1n : 0n)
  }

  /** The reader has time: it waits for more, so that it takes what comes together. */
  get isCollecting(): boolean {
    return Atomics.load(this.#cells, COLLECTING) === 1n
  }

  /** From one thread only, the reader's. */
  noteCollecting(isCollecting: boolean): void {
    Atomics.store(this.#cells, COLLECTING, isCollecting ? 1n : 0n)
  }

  /**
   * Asks for one wake-up at the next publication. The caller reads the mark once more after it: what was published
   * between its last look and the request wakes nobody.
   */
  requestWake(): void {
    Atomics.store(this.#cells, WAKE, 1n)
  }

  /** After `publish`: true when somebody asked to be woken, once a request. */
  takeWakeRequest(): boolean {
    return Atomics.exchange(this.#cells, WAKE, 0n) === 1n
  }
}
