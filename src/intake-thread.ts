import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { destination, type Logger, pino } from 'pino'
import { systemClock } from './base/clock.js'
import type { Notice } from './base/doors.js'
import type { PollPlan } from './base/modbus.js'
import { arrivalClock } from './intake/arrival-clock.js'
import { BACKLOG_BYTES_MAX, Backlog } from './intake/backlog.js'
import { Bridges } from './intake/bridge/bridges.js'
import type { BrokerOptions } from './intake/bridge/options.js'
import { type Broker, startBroker } from './intake/broker.js'
import { PollStats } from './intake/modbus/poll-stats.js'
import { Pollers } from './intake/modbus/pollers.js'
import type { AclRule, MqttOptions } from './intake/options.js'
import { EmbeddedHost } from './intake/sparkplug-state.js'
import { IntakeStats } from './intake/stats.js'
import { JournalClient } from './journal/journal-client.js'

/** The intake thread: MQTT in, journal entries out, one tick a second. Started with `IntakeThreadData` as workerData. */
export interface IntakeThreadData {
  readonly mqtt: MqttOptions
  readonly pollPlans: readonly PollPlan[]
  /** To the journal thread. */
  readonly journalPort: MessagePort
  /** Brings `Notice`s for subscribers, here or at an external broker. */
  readonly noticePort: MessagePort
  /** Of an `IntakeStats`. */
  readonly stats: SharedArrayBuffer
  /** Of a `PollStats`. */
  readonly pollStats: SharedArrayBuffer
  readonly config: { readonly hash: string; readonly content: string }
  readonly version: string
  readonly logLevel: string
}

export type ToIntakeThread =
  | { readonly type: 'close' }
  /** Another configuration: into the journal, and what of it concerns this thread into force. */
  | {
      readonly type: 'config'
      readonly config: IntakeThreadData['config']
      readonly acl: readonly AclRule[]
      readonly pollPlans: readonly PollPlan[]
      readonly logLevel: string
    }
  /** What a person did or said: into the journal. */
  | { readonly type: 'act'; readonly content: string }
export type FromIntakeThread =
  /** The port is that of the embedded broker, null without one. */
  | { readonly type: 'ready'; readonly port: number | null }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly port: number }
  /** For each external broker at the start, and whenever it stands differently with it. */
  | { readonly type: 'broker'; readonly status: BrokerStatus }
  | { readonly type: 'closed' }

const TICK_MS = 1000
/** How often a timer looks how late it is: what it finds is that much too long. */
const STALL_RESOLUTION_MS = 5

async function run(data: IntakeThreadData, parent: MessagePort): Promise<void> {
  const answer = (message: FromIntakeThread): void => parent.postMessage(message)
  const log = pino({ name: 'intake', level: data.logLevel }, destination({ fd: 2, sync: false }))
  // The backlog stops reading before this is reached; only many connections at once could go beyond it.
  const journal = new JournalClient(data.journalPort, { pendingBytesMax: 4 * BACKLOG_BYTES_MAX })
  const clock = arrivalClock(systemClock)
  const tick = (): void => journal.append({ kind: 'tick', arrivedAt: clock.nowMs() })
  const keep = (config: IntakeThreadData['config']): void =>
    journal.append({ kind: 'config', arrivedAt: clock.nowMs(), ...config }, (error) => {
      if (error !== null) log.error(`the configuration is not in force: ${error.message}`)
    })

  journal.append({ kind: 'start', arrivedAt: clock.nowMs(), version: data.version })
  keep(data.config)
  tick()

  const stats = new IntakeStats(data.stats)
  let broker: Broker
  let hj212: Hj212Listener | null = null
  try {
    broker = await startBroker(data.mqtt, journal, clock, log, stats)
    const { port } = data.hj212
    if (port !== null) hj212 = await startHj212({ ...data.hj212, port }, journal, clock, log, stats)
  } catch (error) {
    const { message, code, port = data.mqtt.port } = error as NodeJS.ErrnoException & { port?: number }
    answer({ type: 'failed', message, code, port })
    return
  }
  const pollers = new Pollers({ sink: journal, clock, stats, polls: new PollStats(data.pollStats), log })
  pollers.use(data.pollPlans)
  const delays = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS })
  delays.enable()
  const ticking = setInterval(() => {
    tick()
    stats.stalled(Math.max(0, delays.max / 1e9 - STALL_RESOLUTION_MS / 1000))
    delays.reset()
  }, TICK_MS)
  data.noticePort.on('message', ({ topic, payload, to }: Notice) => {
    const content = typeof payload === 'string' ? payload : Buffer.from(payload)
    if (to === null) broker?.publishNotice(topic, content)
    else bridges.publishNotice(to, topic, content)
  })
  parent.on('message', async (message: ToIntakeThread) => {
    if (message.type === 'config') {
      log.level = message.logLevel
      broker.deny(message.acl)
      replaceStations(hj212, message.stations, log)
      keep(message.config)
      pollers.use(message.pollPlans)
      return
    }
    if (message.type === 'act') {
      journal.append({ kind: 'act', arrivedAt: clock.nowMs(), content: message.content }, (error) => {
        if (error !== null) log.error(`what a person did or said is not kept: ${error.message}`)
      })
      return
    }
    clearInterval(ticking)
    pollers.close()
    await broker.close()
    data.noticePort.close()
    answer({ type: 'closed' })
  })
  answer({ type: 'ready', port: broker?.port ?? null })
}

function replaceStations(
  hj212: Hj212Listener | null,
  stations: Hj212Options['stations'],
  log: Pick<Logger, 'error'>,
): void {
  try {
    hj212?.replaceStations(stations)
  } catch (error) {
    log.error(`the stations of hj212 stay as they were: ${(error as Error).message}`)
  }
}

if (parentPort === null) throw new Error('intake-thread runs as a worker thread')
await run(workerData as IntakeThreadData, parentPort)
