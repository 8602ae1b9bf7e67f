import { Worker } from 'node:worker_threads'
import { buffersOf } from './anomaly-task.js'
import type { FromInsightThread } from './insight-thread.js'
import type { InsightDone, InsightKind, InsightOrder } from './work-order.js'

/** A thread that has had nothing to do for so long ends, and gives back its memory. */
const IDLE_MS = 10_000
/** Heap of the thread at most, for what lasts and for what is new; a year of one series takes a tenth. V8 alone would let 48 MiB of what is gone stand. */
const RESOURCES = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 }

type OrderOf<K extends InsightKind> = Extract<InsightOrder, { readonly kind: K }>

/**
 * The near side of `insight-thread.ts`: one order at a time, the others wait for their turn. The thread is started with an order and
 * ends when there is none for a while.
 */
export class InsightWorker {
  #worker: Worker | null = null
  #resting: NodeJS.Timeout | undefined
  /** Settled when all orders up to now have had their turn. */
  #lastTurn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #isClosed = false

  /** True while there is a thread. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** Rejects when the work fails or the thread ends in the middle of it; the next order starts another. */
  async work<K extends InsightKind>(order: OrderOf<K>): Promise<InsightDone<K>> {
    this.#waiting++
    const turn = this.#lastTurn.then(() => this.#ask(order))
    this.#lastTurn = turn.catch(() => undefined)
    try {
      return (await turn) as InsightDone<K>
    } finally {
      this.#waiting--
      clearTimeout(this.#resting)
      if (this.#waiting === 0) {
        this.#resting = setTimeout(() => void this.#end(), IDLE_MS)
        this.#resting.unref()
      }
    }
  }

  /** Ends the thread whatever it does, for good: what is half written counts as not written. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#resting)
    await this.#end()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    // An order that comes while it ends needs another.
    this.#worker = null
    await worker?.terminate()
  }

  #ask(order: InsightOrder): Promise<InsightDone<InsightKind>> {
    if (this.#isClosed) throw new Error('the gateway is being stopped')
    clearTimeout(this.#resting)
    const worker = this.#started()
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the thread of forecasts and anomalies has ended in the middle of its work'))
      worker.once('error', reject)
      worker.once('exit', ended)
      worker.once('message', (message: FromInsightThread) => {
        worker.off('error', reject)
        worker.off('exit', ended)
        if (message.type === 'done') resolve(message)
        else reject(new Error(message.message))
      })
      worker.postMessage(order, order.kind === 'anomalies' ? [...buffersOf(order.task)] : [])
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./insight-thread.js', import.meta.url), { resourceLimits: RESOURCES })
    // A fault is told to who waits; the thread is gone with it, and takes no order that comes before it has ended.
    const gone = () => {
      if (this.#worker === worker) this.#worker = null
    }
    worker.on('error', gone)
    worker.once('exit', gone)
    this.#worker = worker
    return worker
  }
}
