import { systemClock } from '../../base/clock.js'
import type { FromPartition, ToPartition } from '../../cluster/partition-messages.js'
import { KeptState } from '../../cluster/state/kept-state.js'
import { LeaseMark } from '../../nats/lease-mark.js'
import { logRemarks } from '../../program/log.js'
import { complain } from '../../program/output.js'
import { explained } from '../../program/system-error.js'
import { holdDataDir, LOCKED, refuseUnfit } from '../data-dir.js'
import { type Gateway, startGateway } from '../gateway.js'

/** The process of one partition: a whole gateway without ingress of its own. Its node starts it and talks to it over IPC. */

/** Pause between two looks at whether the lease still holds. */
const WATCH_MS = 100
/** Time after the node's last word for which a lease that has ended may go on. */
const WAIT_MS = 1000

const lease = LeaseMark.create()
let gateway: Gateway | null = null
let state: KeptState | null = null
let isStopping = false
let waitsSinceMs = -Infinity

function tell(message: FromPartition): void {
  if (process.connected) process.send?.(message)
}

/** Ends at once, without a word to anybody: what is not finished, another owner finishes. */
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function mayStay(): boolean {
  return lease.isHeld || performance.now() - waitsSinceMs < WAIT_MS
}

function fail(error: unknown): void {
  const { message, code, stack } = error as NodeJS.ErrnoException
  const isFenced = code === 'EFENCED'
  const told = isFenced || code === LOCKED ? message : (explained(error)?.line ?? stack ?? message)
  tell({ type: 'failed', reason: told, isFenced })
  // Its word has to get out; the watchdog is there all the same.
  setTimeout(die, WATCH_MS)
}

async function start({ settings, owned, untilNs, version }: Extract<ToPartition, { type: 'start' }>): Promise<void> {
  lease.renew(untilNs)
  // After a pause of the process what its node has said meanwhile is read first.
  const watchdog = setInterval(() => {
    if (!lease.isHeld) setImmediate(() => mayStay() || die())
  }, WATCH_MS)
  watchdog.unref()
  const { config, hash, content, registry, people, credentials } = settings
  logRemarks(config.log)
  const { data_dir: dataDir, cluster } = config
  const occupied = await holdDataDir(dataDir, { isRestored: true })
  const kept = await KeptState.takeOver({ owned, lease, dataDir, cluster, clock: systemClock, log: say })
  state = kept
  if (isStopping) return
  refuseUnfit(dataDir)
  const started = await startGateway({
    config,
    configText: { hash, content },
    registry,
    people,
    credentials,
    version,
    occupied,
    partition: { ...owned, lease: lease.shared },
    keep: kept.keep,
  })
  gateway = started
  void started.failed.then((error) => {
    if (!isStopping) fail(error)
  })
  kept.run(started).catch(fail)
  tell({ type: 'ready', httpPort: gateway.httpPort })
}

async function stop(): Promise<void> {
  isStopping = true
  // A gateway that has not served yet has nothing that another owner would miss.
  if (gateway === null) return die()
  await state?.end()
  process.disconnect()
}

function say(level: 'error' | 'warn', text: string): void {
  complain(`${level}: ${text}`)
}

process.on('uncaughtException', fail)
// The node tells it when to stop: a terminal sends its signals to all processes at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.once('disconnect', () => {
  if (!isStopping) die()
})
process.on('message', (message: ToPartition) => {
  if (message.type === 'lease') lease.renew(message.untilNs)
  else if (message.type === 'wait') waitsSinceMs = performance.now()
  else if (message.type === 'settings') gateway?.reconfigure(message.settings)
  else (message.type === 'start' ? start(message) : stop()).catch(fail)
})
