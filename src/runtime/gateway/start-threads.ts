import type { MqttPorts } from '../../intake/listeners.js'
import type { GatewayContext } from './context.js'
import { NewestReports } from './newest-reports.js'
import { type ForwardThread, startForwarding } from './start-forwarding.js'
import { type IntakeThread, startIntake } from './start-intake.js'
import { type JournalThread, startJournal } from './start-journal.js'
import { type PipelineThread, startPipeline } from './start-pipeline.js'

export interface GatewayThreads {
  readonly journal: JournalThread
  readonly intake: IntakeThread
  readonly pipeline: PipelineThread
  readonly forward: ForwardThread | null
  readonly mqttPorts: MqttPorts | null
  readonly httpPort: number
}

/** Starts the threads one behind the other, in the order of the data. One that cannot listen ends those before it. */
export async function startThreads(context: GatewayContext): Promise<GatewayThreads> {
  const reports = new NewestReports()
  const journal = await startJournal(context, reports)
  const { intake, listening } = await startIntake(context, reports)
  if (listening.type === 'failed') {
    await Promise.all([intake.end(), journal.end()])
    throw startError(listening.message, listening.code, listening.port)
  }
  const pipeline = startPipeline(context, listening.ports, { journal, intake })
  const forward = startForwarding(context, reports)
  reports.tellTo((message) => pipeline.tell(message))
  const serving = await pipeline.answer('ready', 'failed')
  if (serving.type === 'failed') {
    pipeline.expectEnd()
    // A thread that is ended while its database works ends the process, and nobody reads why.
    await pipeline.closed
    await Promise.all([intake.end(), journal.end(), pipeline.end(), forward?.end()])
    throw startError(serving.message, serving.code, serving.port)
  }
  return { journal, intake, pipeline, forward, mqttPorts: listening.ports, httpPort: serving.port }
}

/** Stops the ingress first, then the journal, then the pipeline: what was acknowledged is on the disk all along. */
export async function closeThreads({ journal, intake, pipeline, forward }: GatewayThreads): Promise<void> {
  for (const thread of [intake, journal, pipeline, forward]) thread?.expectEnd()
  intake.tell({ type: 'close' })
  await intake.closed
  journal.tell({ type: 'close' })
  await journal.exited
  for (const thread of [pipeline, forward]) thread?.tell({ type: 'close' })
  await Promise.all([pipeline.closed, forward?.closed])
  await Promise.all([intake.end(), pipeline.end(), forward?.end()])
}

function startError(message: string, code: string | undefined, port: number): Error {
  return Object.assign(new Error(message), { port, ...(code === undefined ? {} : { code }) })
}
