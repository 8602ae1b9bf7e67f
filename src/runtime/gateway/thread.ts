import { type Transferable, Worker } from 'node:worker_threads'
import { systemClock } from '../../base/clock.js'
import type { ThreadStart } from '../../program/thread-clock.js'

/** A worker thread with typed messages, and word of an end that nobody asked for. */
export class Thread<To, From extends { readonly type: string }> {
  readonly #worker: Worker
  readonly exited: Promise<void>
  /** Resolves when it has said that it is closed, or has ended without. */
  readonly closed: Promise<void>
  readonly failed: Promise<Error>
  #isClosing = false

  /**
   * @param file address of the thread's program, seen from `src/runtime`
   * @param youngMib most of its heap for what is new, MiB; V8's own bound, 48, where nothing is said
   */
  constructor(file: string, data: object, transfer: Transferable[], youngMib?: number) {
    const start: ThreadStart = { startMs: systemClock.nowMs() }
    const workerData = { ...data, ...start }
    const resourceLimits = youngMib === undefined ? {} : { maxYoungGenerationSizeMb: youngMib }
    this.#worker = new Worker(new URL(`../${file}`, import.meta.url), {
      workerData,
      transferList: transfer,
      resourceLimits,
    })
    this.exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    const said = new Promise<void>((resolve) => {
      this.#worker.on('message', ({ type }: From) => {
        if (type === 'closed') resolve()
      })
    })
    this.closed = Promise.race([said, this.exited])
    this.failed = new Promise((resolve) => {
      this.#worker.on('message', (message: From & { readonly stack?: string }) => {
        if (message.type === 'crashed') resolve(crashOf(message.stack ?? ''))
      })
      this.#worker.once('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))))
      this.#worker.once('exit', (code) => {
        if (!this.#isClosing) resolve(new Error(`the thread ${file} ended by itself with exit code ${code}`))
      })
    })
  }

  onMessage(listener: (message: From) => void): void {
    this.#worker.on('message', listener)
  }

  tell(message: To): void {
    this.#worker.postMessage(message)
  }

  /** The first message of one of these types; rejects when the thread ends before it. */
  async answer<T extends From['type']>(...types: readonly T[]): Promise<Extract<From, { type: T }>> {
    const found = new Promise<Extract<From, { type: T }>>((resolve) => {
      this.#worker.on('message', (message: From) => {
        if ((types as readonly string[]).includes(message.type)) resolve(message as Extract<From, { type: T }>)
      })
    })
    const first = await Promise.race([found, this.failed])
    if (first instanceof Error) throw first
    return first
  }

  /** From now on its end is no failure. */
  expectEnd(): void {
    this.#isClosing = true
  }

  async end(): Promise<void> {
    this.#isClosing = true
    await this.#worker.terminate()
  }
}

/** As it was where it happened. */
function crashOf(stack: string): Error {
  return Object.assign(new Error(stack.split('\n', 1)[0]), { stack })
}
