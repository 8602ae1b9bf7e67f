/** Bytes that may wait for slow subscribers, over all connections; the bound of one connection is in framing-guard.ts. */
const UNSENT_BYTES_MAX = 64 * 1024 * 1024
/** A connection that holds less is not slow: it is what was written a moment ago. */
const EVERYDAY_BYTES = 16 * 1024
const MEASURE_MS = 100

interface Connection {
  readonly writableLength: number
}

/** Bytes that waited for a connection when it was looked at last, and the looks in a row at which they had not become less. */
interface Waiting {
  readonly bytes: number
  readonly looks: number
}

/**
 * Bounds what waits for all subscribers together. One frozen subscriber holds 1 MiB at most, thousands would hold
 * gigabytes: beyond 64 MiB those who have left anything unread get no more. Measured every 100 ms, and what was
 * forwarded since is counted as waiting, so it is never more than what is said.
 *
 * Many frozen ones share the 64 MiB, so that none of them comes to the 1 MiB at which aedes begins to count: who has taken
 * nothing of what waits for `unreadMs` is told of here.
 */
export class Unsent<C extends Connection> {
  #bytes = 0
  /** Connections that leave more than is everyday, and no others. */
  #waiting = new Map<C, Waiting>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly connections: Iterable<C>,
    private readonly unreadMs: number,
    private readonly onFrozen: (connection: C) => void,
  ) {
    this.watch()
  }

  /** Measures from now on, until there is no connection; to be called when one has come. */
  watch(): void {
    this.#timer ??= setInterval(() => this.#look(), MEASURE_MS).unref()
  }

  #look(): void {
    this.#bytes = 0
    let isAlone = true
    const frozen: C[] = []
    const waiting = new Map<C, Waiting>()
    for (const connection of this.connections) {
      isAlone = false
      const bytes = connection.writableLength
      this.#bytes += bytes
      if (bytes <= EVERYDAY_BYTES) continue
      const before = this.#waiting.get(connection)
      const looks = before === undefined || bytes < before.bytes ? 0 : before.looks + 1
      waiting.set(connection, { bytes, looks })
      if (looks * MEASURE_MS >= this.unreadMs) frozen.push(connection)
    }
    this.#waiting = waiting
    if (isAlone) this.close()
    for (const connection of frozen) this.onFrozen(connection)
  }

  /** True when a message of this size may be forwarded to a connection, which counts as done. */
  takes(connection: Connection, sizeBytes: number): boolean {
    if (this.#bytes + sizeBytes > UNSENT_BYTES_MAX && connection.writableLength > EVERYDAY_BYTES) return false
    this.#bytes += sizeBytes
    return true
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
