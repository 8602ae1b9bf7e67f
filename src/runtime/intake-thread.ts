import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Certificate } from '../access/certificates.js'
import type { BrokerStatus } from '../base/broker-status.js'
import { machineClock } from '../base/clock.js'
import type { Flow, Notice } from '../base/doors.js'
import { STANDS_MAX_MS } from '../base/steady-clock.js'
import { arrivalClock, notingClock } from '../intake/arrival-clock.js'
import { BACKLOG_BYTES_MAX } from '../intake/backlog.js'
import { type DoorOptions, type DoorParts, Doors } from '../intake/doors.js'
import type { ClockEntry } from '../intake/journal-sink.js'
import type { MqttPorts } from '../intake/listeners.js'
import { PollStats } from '../intake/modbus/poll-stats.js'
import { Pressure } from '../intake/pressure.js'
import { IntakeStats } from '../intake/stats.js'
import { DurableMark } from '../journal/durable-mark.js'
import { JournalClient } from '../journal/journal-client.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { openLog } from '../program/log.js'
import type { LogOptions } from '../program/log-options.js'
import { threadClock } from '../program/thread-clock.js'

/** The intake thread: messages in, journal entries out, one tick a second. Started with `IntakeThreadData` as workerData. */
export interface IntakeThreadData {
  readonly doors: DoorOptions
  /** Certificate of `mqtt.tls`; null without. */
  readonly certificate: Certificate | null
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /** To the journal thread. */
  readonly journalPort: MessagePort
  /** Brings `FromPipeline`. */
  readonly noticePort: MessagePort
  /** Memory of an `IntakeStats`. */
  readonly stats: SharedArrayBuffer
  /** Memory of a `PollStats`. */
  readonly pollStats: SharedArrayBuffer
  /** Memory of a `DurableMark`. */
  readonly mark: SharedArrayBuffer
  readonly config: { readonly hash: string; readonly content: string }
  readonly version: string
  readonly log: LogOptions
}

/** Messages of the pipeline: to subscribers, here or at an external broker; and what clients have sent of their past. */
export type FromPipeline = { readonly notices: readonly Notice[] } | { readonly flows: readonly Flow[] }

export type ToIntakeThread =
  | { readonly type: 'close' }
  /** Another configuration: into the journal, and what of it concerns this thread into force. */
  | {
      readonly type: 'config'
      readonly config: IntakeThreadData['config']
      readonly doors: DoorOptions
      readonly logLevel: string
    }
  /** Another one of `mqtt.tls`, for those who connect from now on. */
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  /** An act or a statement of a person: into the journal. */
  | { readonly type: 'act'; readonly content: string }
export type FromIntakeThread =
  /** The ports are those of the embedded broker, null without one. */
  | { readonly type: 'ready'; readonly ports: MqttPorts | null }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly port: number }
  /** For each external broker at the start, and whenever it stands differently with it. */
  | { readonly type: 'broker'; readonly status: BrokerStatus }
  | { readonly type: 'closed' }

const TICK_MS = 1000
/** When the journal has taken nothing for so long, time stands still in it. */
const STALLED_MS = 5000
/** A timer looks this often whether figures are late. */
const PRESS_MS = 100
/** A timer looks this often how late it is; the delay that it finds is that much too long. */
const STALL_RESOLUTION_MS = 5

async function run(data: IntakeThreadData, parent: MessagePort): Promise<void> {
  const answer = (message: FromIntakeThread): void => parent.postMessage(message)
  const log = openLog('intake', data.log)
  // The backlog stops reading before this is reached; only many connections at once could go beyond it.
  const { sleep } = threadClock()
  const journal = new JournalClient(data.journalPort, { pendingBytesMax: 4 * BACKLOG_BYTES_MAX })
  const clock = arrivalClock(
    notingClock(machineClock, sleep, (entry) => {
      journal.append(entry)
      log.warn(jumpText(entry))
    }),
  )
  const tick = (): void => {
    // While the disk takes nothing devices wait for acknowledgements: their silence says nothing of them.
    if (journal.stalledMs < STALLED_MS) journal.append({ kind: 'tick', arrivedAt: clock.nowMs() })
  }
  const keep = (config: IntakeThreadData['config']): void =>
    journal.append({ kind: 'config', arrivedAt: clock.nowMs(), ...config }, (error) => {
      if (error !== null) log.error(`the configuration is not in force: ${error.message}`)
    })

  // A clock that is doubted at the start is noted behind it: the journal reads it as one of this start.
  journal.append({ kind: 'start', arrivedAt: machineClock.nowMs(), version: data.version })
  keep(data.config)
  let keptHash = data.config.hash
  tick()

  const stats = new IntakeStats(data.stats)
  const mark = new DurableMark(data.mark)
  const pressure = new Pressure(data.doors.mqtt.limits.figures_late_s, () => {
    return { durable: mark.read().messages, taken: mark.taken, isWalking: mark.isWalking }
  })
  let doors: Doors
  try {
    const polls = new PollStats(data.pollStats)
    const tell = (status: BrokerStatus): void => answer({ type: 'broker', status })
    doors = await Doors.open(data.doors, {
      sink: journal,
      certificate: data.certificate,
      clock,
      stats,
      polls,
      pressure,
      ...(await inCluster(data.partition)),
      log,
      tell,
    })
  } catch (error) {
    const { message, code, port = data.doors.mqtt.port ?? 0 } = error as NodeJS.ErrnoException & { port?: number }
    answer({ type: 'failed', message, code, port })
    return
  }
  const delays = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS })
  delays.enable()
  const ticking = setInterval(() => {
    tick()
    stats.stalled(Math.max(0, delays.max / 1e9 - STALL_RESOLUTION_MS / 1000))
    delays.reset()
  }, TICK_MS)
  const pressing = setInterval(() => pressure.look(performance.now()), PRESS_MS)
  data.noticePort.on('message', (message: FromPipeline) => {
    if ('flows' in message) pressure.told(message.flows)
    else for (const notice of message.notices) doors.publish(notice)
  })
  parent.on('message', async (message: ToIntakeThread) => {
    if (message.type === 'config') {
      log.level = message.logLevel
      // First into the journal: what comes in by it is read by it. Other secrets are no other configuration.
      if (message.config.hash !== keptHash) keep(message.config)
      keptHash = message.config.hash
      doors.use(message.doors)
      return
    }
    if (message.type === 'certificate') {
      doors.useCertificate(message.certificate)
      return
    }
    if (message.type === 'act') {
      journal.append({ kind: 'act', arrivedAt: clock.nowMs(), content: message.content }, (error) => {
        if (error !== null) log.error(`what a person did or said is not kept: ${error.message}`)
      })
      return
    }
    clearInterval(ticking)
    clearInterval(pressing)
    await doors.close()
    data.noticePort.close()
    answer({ type: 'closed' })
  })
  answer({ type: 'ready', ports: doors.mqttPorts })
}

function jumpText({ arrivedAt, fromMs, toMs }: ClockEntry): string {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
  if (fromMs === toMs) return `the clock of this machine is right again: it is ${to}`
  const jump = `the clock of this machine has jumped from ${from} to ${to}`
  if (arrivedAt === toMs) return `${jump} and is followed: times of arrival are by it from now on`
  const minutes = STANDS_MAX_MS / 60_000
  return `${jump}: times of arrival go on as before until it has stood, for ${minutes} minutes at most; check the clock`
}

/** Loaded only where there is a cluster. */
async function inCluster(partition: OwnedPartition | undefined): Promise<Pick<DoorParts, 'partition' | 'takeEdge'>> {
  if (partition === undefined) return {}
  const { takeEdge } = await import('../forward/edge-take.js')
  return { partition, takeEdge }
}

if (parentPort === null) throw new Error('intake-thread runs as a worker thread')
void run(workerData as IntakeThreadData, parentPort)
