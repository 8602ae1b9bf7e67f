import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Ingress } from '../intake/ingress.js'
import { type IntakeContext, openIntakeContext } from './intake/context.js'
import { openDoors } from './intake/open-doors.js'
import { OwnEntries } from './intake/own-entries.js'
import { StallMeter } from './intake/stall-meter.js'
import { takeResults } from './intake/take-results.js'
import type {
  FromIntakeThread,
  FromPipeline,
  IntakeThreadData,
  ToIntakeThread,
  ToPipeline,
} from './intake/thread-data.js'

const TICK_MS = 1000
/** A timer looks this often whether figures are late, while anything waits or comes. */
const PRESS_MS = 100

/**
 * The intake thread: messages in, journal entries out, one tick a second. It is started with `IntakeThreadData` as
 * workerData.
 */
async function run(data: IntakeThreadData, parent: MessagePort): Promise<void> {
  const answer = (message: FromIntakeThread): void => parent.postMessage(message)
  const context = openIntakeContext(data)
  const entries = new OwnEntries(context)
  const ingress = await openDoors(context, answer)
  if (ingress === null) return
  const stopTimers = startTimers(context, () => {
    entries.tick()
    const clients = ingress.refusedChanges()
    if (clients !== null) answer({ type: 'refused', clients })
  })
  data.noticePort.on('message', (message: FromPipeline) => {
    if ('flows' in message) context.pressure.told(message.flows)
    else if ('results' in message) {
      const taken: ToPipeline = { areResultsTaken: true }
      void takeResults(ingress, message.results, context.log, () => data.noticePort.postMessage(taken))
    } else ingress.publish(message.notices)
  })
  parent.on('message', async (message: ToIntakeThread) => {
    if (message.type !== 'close') return take(message, { context, entries, ingress, answer })
    stopTimers()
    await ingress.close()
    data.noticePort.close()
    answer({ type: 'closed' })
  })
  answer({ type: 'ready', ports: ingress.mqttPorts })
}

function take(
  message: Exclude<ToIntakeThread, { type: 'close' }>,
  {
    context,
    entries,
    ingress,
    answer,
  }: {
    readonly context: IntakeContext
    readonly entries: OwnEntries
    readonly ingress: Ingress
    answer(message: FromIntakeThread): void
  },
): void {
  if (message.type === 'act') entries.act(message.content, (id) => answer({ type: 'act_refused', id }))
  else if (message.type === 'certificate') ingress.useCertificate(message.certificate)
  else {
    context.log.level = message.logLevel
    // First into the journal: what comes in by it is read by it.
    entries.config(message.config)
    ingress.use(message.ingress)
  }
}

/** Starts the ticks and the looks at how busy the gateway is; the answer stops them. */
function startTimers({ stats, pressure }: IntakeContext, tick: () => void): () => void {
  const stalls = new StallMeter()
  const ticking = setInterval(() => {
    tick()
    stats.stalled(stalls.takeS())
  }, TICK_MS)
  let pressing: NodeJS.Timeout | undefined
  const press = (): void => {
    stalls.look()
    pressure.look(performance.now())
    if (!pressure.rests()) return
    clearInterval(pressing)
    pressing = undefined
  }
  pressure.onWork = () => {
    pressing ??= setInterval(press, PRESS_MS)
  }
  pressure.onWork()
  return () => {
    pressure.onWork = () => {}
    clearInterval(ticking)
    clearInterval(pressing)
    stalls.close()
  }
}

if (parentPort === null) throw new Error('intake-thread runs as a worker thread')
void run(workerData as IntakeThreadData, parentPort)
