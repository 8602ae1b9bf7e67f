/** A margin for what is between a look at the mark and the write that follows from it. */
const MARGIN_NS = 500_000_000n

/**
 * Until when a partition may be written to, in memory that the threads of its owner share: one publishes, any may look.
 * Times are those of the machine's monotonic clock, which no one sets and which goes on while a process is stopped.
 */
export class LeaseMark {
  readonly shared: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared
    this.#cells = new BigInt64Array(shared)
  }

  static create(): LeaseMark {
    return new LeaseMark(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT))
  }

  /** `process.hrtime.bigint()` up to which the lease is certain: taken before the renewal was asked for, plus its length. */
  renew(untilNs: bigint): void {
    Atomics.store(this.#cells, 0, untilNs)
  }

  get isHeld(): boolean {
    return process.hrtime.bigint() + MARGIN_NS < Atomics.load(this.#cells, 0)
  }
}
