/** Memory that a message takes besides its topic and payload, roughly: packet, entry, callbacks. */
const OVERHEAD_BYTES = 512

/** Reading stops at this much; what was already read by then, at most some 100 KiB a connection, comes on top. */
export const BACKLOG_BYTES_MAX = 64 * 1024 * 1024

/**
 * Messages that wait for the journal, over all connections. aedes alone would read on as long as a client sends its
 * messages in separate TCP segments, so a journal that does not answer would fill the memory. When the backlog is
 * full no connection is read any more; the devices keep their data.
 */
export class JournalBacklog {
  #bytes = 0
  readonly #waiting = new Set<() => void>()

  constructor(readonly bytesMax = BACKLOG_BYTES_MAX) {}

  get isFull(): boolean {
    return this.#bytes >= this.bytesMax
  }

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  add(sizeBytes: number): void {
    this.hold(sizeBytes + OVERHEAD_BYTES)
  }

  remove(sizeBytes: number): void {
    this.release(sizeBytes + OVERHEAD_BYTES)
  }

  /** As `add`, for what costs these bytes and nothing besides. */
  hold(bytes: number): void {
    this.#bytes += bytes
  }

  /** As `remove`, of what `hold` added. */
  release(bytes: number): void {
    this.#bytes -= bytes
    if (this.#waiting.size === 0 || this.#bytes > this.bytesMax / 2) return
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const resume of woken) resume()
  }

  /** Calls `resume` once when half of it is free again; asking twice is the same as once. */
  whenRoom(resume: () => void): void {
    this.#waiting.add(resume)
  }

  /** For a connection that is gone. */
  forget(resume: () => void): void {
    this.#waiting.delete(resume)
  }
}
