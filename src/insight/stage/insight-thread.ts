import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parentPort } from 'node:worker_threads'
import { stepBack } from '../../program/low-priority.js'
import { giveBackMemory } from '../../program/spare-memory.js'
import { ModelRunner } from '../model-file/model-runner.js'
import { findAnomalies } from './anomaly-task.js'
import type { ForecastTask, SeriesOutlook } from './forecast-task.js'
import { planLoads } from './load-plan-task.js'
import { projectPlant } from './projection-task.js'
import { workOnSeries } from './series-work.js'
import type { InsightDone, InsightKind, InsightOrder, InsightResults } from './work-order.js'

/**
 * The thread in which forecasts are made, one series at a time, and in which plants are looked at for anomalies and the ends of month and
 * year are projected and loads of tomorrow are planned, one plant at a time. It shares nothing with the gateway but the folder of
 * forecasts, and everything else of the process goes before it.
 */

export type FromInsightThread =
  | ({ readonly type: 'done' } & InsightDone<InsightKind>)
  | { readonly type: 'failed'; readonly message: string }

if (parentPort === null) throw new Error('insight-thread runs as a worker thread')
const parent = parentPort
stepBack(19)

/** Work of so many seconds leaves arrays of a whole year behind, which V8 would let pile up: they are not in its heap. */
const HEAVY_S = 1

parent.on('message', (order: InsightOrder) => void work(order))

async function work(order: InsightOrder): Promise<void> {
  const answer = (message: FromInsightThread): void => parent.postMessage(message)
  try {
    const before = processorSeconds()
    const result = await resultOf(order)
    const after = processorSeconds()
    const seconds = before === null || after === null ? null : after - before
    answer({ type: 'done', result, processorSeconds: seconds })
    if (seconds !== null && seconds >= HEAVY_S) await giveBackMemory()
  } catch (error) {
    answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

async function resultOf(order: InsightOrder): Promise<InsightResults[InsightKind]> {
  if (order.kind === 'forecast') return await forecast(order.task)
  if (order.kind === 'load_plan') return await planLoads(order.task)
  return order.kind === 'anomalies' ? findAnomalies(order.task) : projectPlant(order.task)
}

/** A model file that is not asked for so long is let go of: a thread that has ended cannot take leave of its process any more. */
const MODEL_IDLE_MS = 5_000

/** The model file that is loaded. */
let runner: ModelRunner | null = null
let idle: NodeJS.Timeout | undefined

async function forecast(task: ForecastTask): Promise<SeriesOutlook> {
  const { modelFile, stepMs, nowMs } = task
  if (runner !== null && !isDeepStrictEqual(runner.options, modelFile)) {
    runner.close()
    runner = null
  }
  if (modelFile === null) return await workOnSeries(task)
  clearTimeout(idle)
  runner ??= new ModelRunner(modelFile)
  try {
    return await workOnSeries(task, await runner.open(stepMs, nowMs))
  } finally {
    idle = setTimeout(() => runner?.close(), MODEL_IDLE_MS)
  }
}

/** Time that this thread has had a processor. Linux tells it in nanoseconds. */
function processorSeconds(): number | null {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9
  } catch {
    return null
  }
}
