import { Worker } from 'node:worker_threads'
import type { ForecastTask } from './forecast-task.js'
import type { ForecastDone, FromForecastThread } from './forecast-thread.js'

/** A thread that has had nothing to do for so long ends, and gives back its memory. */
const IDLE_MS = 10_000
/** Heap of the thread at most; a year of one series takes a tenth. */
const HEAP_MIB_MAX = 256

/** The near side of `forecast-thread.ts`: one task at a time. The thread is started with a task and ends when there is none for a while. */
export class ForecastWorker {
  #worker: Worker | null = null
  #resting: NodeJS.Timeout | undefined
  #isBusy = false

  /** True while there is a thread. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** Rejects when the work fails or the thread ends in the middle of it; the next task starts another. */
  async work(task: ForecastTask): Promise<ForecastDone> {
    if (this.#isBusy) throw new Error('the forecast thread has one task at a time')
    clearTimeout(this.#resting)
    this.#isBusy = true
    try {
      return await this.#ask(task)
    } finally {
      this.#isBusy = false
      this.#resting = setTimeout(() => void this.close(), IDLE_MS)
      this.#resting.unref()
    }
  }

  /** Ends the thread whatever it does: what is half written counts as not written. */
  async close(): Promise<void> {
    clearTimeout(this.#resting)
    const worker = this.#worker
    // A task that comes while it ends needs another.
    this.#worker = null
    await worker?.terminate()
  }

  #ask(task: ForecastTask): Promise<ForecastDone> {
    const worker = this.#started()
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the forecast thread has ended in the middle of its work'))
      worker.once('error', reject)
      worker.once('exit', ended)
      worker.once('message', (message: FromForecastThread) => {
        worker.off('error', reject)
        worker.off('exit', ended)
        if (message.type === 'done') resolve(message)
        else reject(new Error(message.message))
      })
      worker.postMessage(task)
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MIB_MAX }
    const worker = new Worker(new URL('./forecast-thread.js', import.meta.url), { resourceLimits })
    // A fault is told to who waits; the thread is gone with it, and takes no task that comes before it has ended.
    const gone = () => {
      if (this.#worker === worker) this.#worker = null
    }
    worker.on('error', gone)
    worker.once('exit', gone)
    this.#worker = worker
    return worker
  }
}
