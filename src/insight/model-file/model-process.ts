import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { stepBack } from '../../program/low-priority.js'
import { ModelFault, modelFaultOf } from './forecast-model.js'
import type { FromModelProcess, ToModelProcess } from './model-messages.js'
import { OnnxModel } from './onnx-model.js'
import { onnxRuntime } from './onnx-runtime.js'

/**
 * The process in which a model file of the operator runs: it can be ended at once, and what the file does to it (memory, a fault
 * of its code, a run without an end) is nobody else's. It ends by itself when its gateway has gone.
 */

let model: OnnxModel | null = null

stepBack(19)
beFirstWithoutMemory()
new Worker(new URL('./model-watch-thread.js', import.meta.url), { workerData: process.ppid }).unref()
process.on('message', (message: ToModelProcess) => void work(message))

async function work(message: ToModelProcess): Promise<void> {
  let answer: FromModelProcess
  try {
    answer = await answerOf(message)
  } catch (error) {
    const { kind, message } = modelFaultOf(error)
    answer = { type: 'failed', kind, message }
  }
  process.send?.(answer)
}

async function answerOf(message: ToModelProcess): Promise<FromModelProcess> {
  if (message.type === 'load') {
    const bytes = bytesOf(message.file)
    model = await OnnxModel.load(bytes, onnxRuntime())
    await model.medians(message.trial)
    return { type: 'loaded', sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  if (model === null) throw new ModelFault('ended', 'no model is loaded')
  return { type: 'medians', medians: await model.medians(message.inputs) }
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ModelFault('unreadable', `the file cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`)
  }
}

/** Has Linux end this process and no other when memory runs out. */
function beFirstWithoutMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Other systems choose by themselves.
  }
}
