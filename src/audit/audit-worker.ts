import { Worker } from 'node:worker_threads'
import type { AuditResults, AuditTask, FromAuditThread, ToAuditThread } from './audit-thread.js'
import type { DayState } from './ledger/day-lines.js'

/** Tasks that wait for an answer; who asks for more has lost count of them. */
const TASKS_MAX = 16
/** A thread that has had nothing to do for so long ends: its heap and its database are a tenth of what an idle gateway holds. */
const IDLE_MS = 15_000
/** Lines of a day are new texts that are gone at once: V8 alone would let 48 MiB of them stand. */
const RESOURCES = { maxYoungGenerationSizeMb: 6 }
const STOPPED = 'the gateway is being stopped'

interface Waiting {
  readonly done: (result: never) => void
  readonly failed: (error: Error) => void
  readonly progress: ((share: number) => void) | undefined
}

/**
 * The near side of `audit-thread.ts`. The thread is started with a task, and ended when there has been none for a while; when it
 * ends by itself (a native fault, out of memory), what waits is rejected and the next task starts another.
 */
export class AuditWorker {
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  readonly #idleMs: number
  #resting: NodeJS.Timeout | undefined
  /** The threads that were told to end and have not yet. */
  readonly #ending = new Set<Promise<unknown>>()
  #isClosed = false

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs
  }

  /** True while there is a thread for the next task. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** The number of rows of a day, and the root over their lines. */
  root = (dir: string, state: DayState): Promise<AuditResults['root']> => this.#do({ what: 'root', dir, state })

  /** Size and SHA-256 of a file. */
  measure = (path: string): Promise<AuditResults['measure']> => this.#do({ what: 'measure', path })

  /** See `checkData`; `progress` hears of shares from 0 to 1. */
  check(dataDir: string, isFull: boolean, progress?: (share: number) => void): Promise<AuditResults['check']> {
    return this.#do({ what: 'check', dataDir, isFull }, progress)
  }

  /** Ends the thread whatever it does: it writes nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#end()
    await Promise.all(this.#ending)
  }

  #end(): void {
    clearTimeout(this.#resting)
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    this.#ending.add(ended)
    void ended.then(() => this.#ending.delete(ended))
    worker.postMessage({ type: 'close' } satisfies ToAuditThread)
    // The next task needs another; of a gateway that stops, what waits for this one is told when it has ended.
    if (!this.#isClosed) this.#worker = null
  }

  #restsSoon(): void {
    if (this.#waiting.size > 0 || this.#isClosed) return
    this.#resting = setTimeout(() => this.#end(), this.#idleMs)
    this.#resting.unref()
  }

  #do<W extends AuditTask['what']>(
    task: Extract<AuditTask, { what: W }>,
    progress?: (share: number) => void,
  ): Promise<AuditResults[W]> {
    if (this.#isClosed) return Promise.reject(new Error(STOPPED))
    if (this.#waiting.size >= TASKS_MAX)
      return Promise.reject(new Error('too many checks are under way; try again later'))
    const id = this.#nextId++
    clearTimeout(this.#resting)
    const worker = this.#started()
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed, progress })
      worker.postMessage({ type: 'task', id, task } satisfies ToAuditThread)
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./audit-thread.js', import.meta.url), { resourceLimits: RESOURCES })
    worker.on('message', (message: FromAuditThread) => this.#take(message))
    let fault = 'it ended'
    worker.once('error', (error) => {
      fault = error instanceof Error ? error.message : String(error)
    })
    worker.once('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = null
      const reason = new Error(this.#isClosed ? STOPPED : `the audit thread failed: ${fault}`)
      for (const { failed } of this.#waiting.values()) failed(reason)
      this.#waiting.clear()
    })
    this.#worker = worker
    return worker
  }

  #take(message: FromAuditThread): void {
    const waiting = this.#waiting.get(message.id)
    if (message.type === 'progress') {
      waiting?.progress?.(message.share)
      return
    }
    this.#waiting.delete(message.id)
    this.#restsSoon()
    if (message.type === 'done') waiting?.done(message.result as never)
    else waiting?.failed(new Error(this.#isClosed ? STOPPED : message.message))
  }
}
