import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { stepBack } from '../../program/low-priority.js'
import type { ForecastTask, SeriesOutlook } from './forecast-task.js'
import { workOnSeries } from './series-work.js'

/**
 * The thread in which forecasts are made, one series at a time. It shares nothing with the gateway but the folder of forecasts, and
 * everything else of the process goes before it.
 */

export interface ForecastDone {
  readonly outlook: SeriesOutlook
  /** Processor time of this thread, s; null where the system does not tell it. */
  readonly processorSeconds: number | null
}
export type FromForecastThread =
  | ({ readonly type: 'done' } & ForecastDone)
  | { readonly type: 'failed'; readonly message: string }

if (parentPort === null) throw new Error('forecast-thread runs as a worker thread')
const parent = parentPort
stepBack(19)

parent.on('message', (task: ForecastTask) => {
  const answer = (message: FromForecastThread): void => parent.postMessage(message)
  try {
    const before = processorSeconds()
    const outlook = workOnSeries(task)
    const after = processorSeconds()
    answer({ type: 'done', outlook, processorSeconds: before === null || after === null ? null : after - before })
  } catch (error) {
    answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
})

/** Time that this thread has had a processor. Linux tells it in nanoseconds. */
function processorSeconds(): number | null {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9
  } catch {
    return null
  }
}
