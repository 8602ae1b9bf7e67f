import type { DuckDBConnection } from '@duckdb/node-api'

const INTERRUPT_EVERY_MS = 20

/** One connection and the work that waits for it, in order. */
export class ConnectionQueue {
  #connection: DuckDBConnection
  #last: Promise<unknown> = Promise.resolve()
  /** Work that is with the connection at this moment. */
  #attempt: Promise<unknown> | null = null
  /** Set while nothing may be with the connection; resolves when there is another one. */
  #pause: { readonly over: Promise<void>; end(error: unknown): void } | null = null
  #interrupting: NodeJS.Timeout | null = null
  #works = 0

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  get connection(): DuckDBConnection {
    return this.#connection
  }

  /** Nothing is with the connection. */
  get isIdle(): boolean {
    return this.#attempt === null
  }

  /** Number of pieces of work that the connection has had. */
  get works(): number {
    return this.#works
  }

  /** Runs `work` when all that came before it is done. */
  run<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#tried(work))
    this.#last = result.catch(() => undefined)
    return result
  }

  /**
   * Ends what is with the connection and lets nothing to it until `resume`. What was ended is begun again then, so only a
   * queue that reads may be paused.
   */
  async pause(): Promise<void> {
    const { promise, resolve, reject } = deferred()
    this.#pause ??= { over: promise, end: (error) => (error === null ? resolve() : reject(error)) }
    while (this.#attempt !== null) {
      this.#connection.interrupt()
      await Promise.race([this.#attempt.catch(() => undefined), wait(INTERRUPT_EVERY_MS)])
    }
  }

  /** Goes on with another connection; with an error, what waits is rejected. */
  resume(connection: DuckDBConnection | null, error: unknown = null): void {
    if (connection !== null) this.#connection = connection
    const pause = this.#pause
    this.#pause = null
    pause?.end(error)
  }

  /** Puts another connection in the place of the one that the work at hand has found of no use. */
  use(connection: DuckDBConnection): void {
    this.#connection = connection
  }

  breakOff(): void {
    this.#connection.interrupt()
    // Between two statements of a piece of work there is nothing to interrupt: the next one has to be met.
    this.#interrupting ??= setInterval(() => this.#connection.interrupt(), INTERRUPT_EVERY_MS)
  }

  async close(): Promise<void> {
    await this.#last
    if (this.#interrupting !== null) clearInterval(this.#interrupting)
    this.#connection.closeSync()
  }

  async #tried<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#pause !== null) await this.#pause.over
      if (this.#interrupting !== null) throw new Error('the gateway is being stopped')
      const attempt = work(this.#connection)
      this.#works++
      this.#attempt = attempt
      try {
        return await attempt
      } catch (error) {
        if (this.#pause === null) throw error
      } finally {
        this.#attempt = null
      }
    }
  }
}

function deferred(): { promise: Promise<void>; resolve(): void; reject(error: unknown): void } {
  let [resolve, reject] = [() => {}, (_error: unknown) => {}]
  const promise = new Promise<void>((done, failed) => {
    resolve = done
    reject = failed
  })
  // Nobody may be waiting for it.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
