/** What waits for slow subscribers, over all connections; the bound of one connection is in framing-guard.ts. */
const UNSENT_BYTES_MAX = 64 * 1024 * 1024
/** A connection that holds less is not slow: it is what was written a moment ago. */
const EVERYDAY_BYTES = 16 * 1024
const MEASURE_MS = 100

interface Connection {
  readonly writableLength: number
}

/**
 * How much waits for all subscribers together. One frozen subscriber holds 1 MiB at most, thousands would hold
 * gigabytes: beyond 64 MiB those who have left anything unread get no more. Measured every 100 ms, and what was
 * forwarded since is counted as waiting, so it is never more than what is said.
 */
export class Unsent {
  #bytes = 0
  readonly #timer: NodeJS.Timeout

  constructor(connections: Iterable<Connection>) {
    this.#timer = setInterval(() => {
      this.#bytes = 0
      for (const { writableLength } of connections) this.#bytes += writableLength
    }, MEASURE_MS).unref()
  }

  /** True when a message of this size may be forwarded to a connection, which counts as done. */
  takes(connection: Connection, sizeBytes: number): boolean {
    if (this.#bytes + sizeBytes > UNSENT_BYTES_MAX && connection.writableLength > EVERYDAY_BYTES) return false
    this.#bytes += sizeBytes
    return true
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
