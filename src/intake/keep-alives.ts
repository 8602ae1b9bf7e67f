/** Time between two looks. */
const LOOK_MS = 500

interface Watched {
  /** So much time has gone by since the last call. */
  timePassed(timeMs: number): void
}

/**
 * Watches over the keep alive of all clients with one timer. A timer for each would be kept as long as its connection, and
 * moved with every chunk that is read. A client may be silent for a second longer than it has announced; time in which the
 * thread was busy does not count against it.
 */
export class KeepAlives {
  readonly #timer: NodeJS.Timeout

  constructor(connections: Iterable<Watched>) {
    this.#timer = setInterval(() => {
      for (const connection of connections) connection.timePassed(LOOK_MS)
    }, LOOK_MS).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
