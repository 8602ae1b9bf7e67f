import { Worker } from 'node:worker_threads'
import type { AuditResults, AuditTask, FromAuditThread, ToAuditThread } from './audit-thread.js'
import type { DayState } from './ledger/day-lines.js'

/** Tasks that wait for an answer; who asks for more has lost count of them. */
const TASKS_MAX = 16
const STOPPED = 'the gateway is being stopped'

interface Waiting {
  readonly done: (result: never) => void
  readonly failed: (error: Error) => void
  readonly progress: ((share: number) => void) | undefined
}

/**
 * The near side of `audit-thread.ts`. The thread is started with the first task; when it ends by itself (a native fault, out of
 * memory), what waits is rejected and the next task starts another.
 */
export class AuditWorker {
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #isClosed = false

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
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ type: 'close' } satisfies ToAuditThread)
    await ended
  }

  #do<W extends AuditTask['what']>(
    task: Extract<AuditTask, { what: W }>,
    progress?: (share: number) => void,
  ): Promise<AuditResults[W]> {
    if (this.#isClosed) return Promise.reject(new Error(STOPPED))
    if (this.#waiting.size >= TASKS_MAX)
      return Promise.reject(new Error('too many checks are under way; try again later'))
    const id = this.#nextId++
    const worker = this.#started()
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed, progress })
      worker.postMessage({ type: 'task', id, task } satisfies ToAuditThread)
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./audit-thread.js', import.meta.url))
    worker.on('message', (message: FromAuditThread) => this.#take(message))
    let fault = 'it ended'
    worker.once('error', (error) => {
      fault = error instanceof Error ? error.message : String(error)
    })
    worker.once('exit', () => {
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
    if (message.type === 'done') waiting?.done(message.result as never)
    else waiting?.failed(new Error(this.#isClosed ? STOPPED : message.message))
  }
}
