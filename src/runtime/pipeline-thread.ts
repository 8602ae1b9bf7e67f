import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { crashed, type FromPipelineThread } from '../pipeline/thread-answers.js'
import { stepBack } from '../program/low-priority.js'
import { buildStages } from './pipeline/build-stages.js'
import { closeState, closeThread } from './pipeline/close.js'
import { openPipelineContext } from './pipeline/context.js'
import { openState } from './pipeline/open-state.js'
import { serve } from './pipeline/serve.js'
import type { PipelineThreadData } from './pipeline/thread-data.js'

/** The pipeline thread takes messages from the journal to the views. It is started with `PipelineThreadData` as workerData. */
async function run(data: PipelineThreadData, parent: MessagePort): Promise<void> {
  const context = await openPipelineContext(data, parent)
  const state = await openState(context)
  if (state !== null) {
    const stages = await buildStages(context, state)
    await serve(context, state, stages)
    await closeState(state, stages)
  }
  await closeThread(context)
}

if (parentPort === null) throw new Error('pipeline-thread runs as a worker thread')
// Messages of devices are acknowledged first: on a busy machine figures may wait, a PUBACK should not.
stepBack(5)
const parent = parentPort
void run(workerData as PipelineThreadData, parent).catch((error) => {
  parent.postMessage(crashed(error))
  parent.postMessage({ type: 'closed' } satisfies FromPipelineThread)
})
