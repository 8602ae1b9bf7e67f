import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Gate } from '../../access/gate.js'
import { ShownCertificates } from '../../access/shown-certificates.js'
import { AuditLog } from '../../audit/log/audit-log.js'
import type { Clock } from '../../base/clock.js'
import { DurableMark } from '../../journal/durable-mark.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import { ACCESS_BUSY, type AccessAsks } from '../../pipeline/access-asks.js'
import { CONFIG_BUSY, type ConfigAsks } from '../../pipeline/config-asks.js'
import { Forwarding } from '../../pipeline/forwarding.js'
import { Crash, type FromPipelineThread, type ToPipelineThread } from '../../pipeline/thread-answers.js'
import { ThreadAsks } from '../../pipeline/thread-asks.js'
import { openLog } from '../../program/log.js'
import { threadClock } from '../../program/thread-clock.js'
import { startAuditNote } from '../audit-notes.js'
import { openGate } from '../open-gate.js'
import { ThreadNews } from './news.js'
import type { PipelineThreadData } from './thread-data.js'

/** The pipeline thread has this from its first moment to its last, whatever becomes of its data. */
export interface PipelineContext {
  readonly data: PipelineThreadData
  readonly clock: Clock
  readonly log: Logger
  readonly mark: DurableMark
  /** The gate knows who is signed in, and what each may do. */
  readonly gate: Gate
  /** The audit log. */
  readonly auditLog: AuditLog
  readonly certificates: ShownCertificates
  readonly forwarding: Forwarding
  readonly news: ThreadNews
  readonly configAsks: ConfigAsks
  readonly accessAsks: AccessAsks
  readonly stopping: AbortController
  readonly crash: Crash
  answer(message: FromPipelineThread): void
  say(level: 'info' | 'warn' | 'error', text: string): void
  /** True while nobody else may work for the same partition; always true without a cluster. */
  isOwner(): boolean
}

/** Opens the audit log and the gate, and begins to take messages of the thread that has started this one. */
export async function openPipelineContext(data: PipelineThreadData, parent: MessagePort): Promise<PipelineContext> {
  const { config } = data
  const answer = (message: FromPipelineThread): void => parent.postMessage(message)
  const log = openLog('pipeline', config.log)
  const say: PipelineContext['say'] = (level, text) => log[level](text)
  const clock = threadClock()
  const mark = new DurableMark(data.mark)
  const isOwner = await ownership(data.partition)
  const auditLog = await AuditLog.open({ dir: join(config.data_dir, 'audit-log'), clock, log: say })
  const { note } = auditLog
  void note(startAuditNote(data.version.version, data.configText.hash, data.people))
  const gate = openGate({
    dataDir: config.data_dir,
    auth: config.auth,
    people: data.people,
    clock,
    note,
    rehash: (name, before, after) => answer({ type: 'rehash', name, before, after }),
    say,
  })
  const stopping = new AbortController()
  const crash = new Crash(answer, stopping)
  process.on('uncaughtException', crash.take)
  // Each stage listens to it, and most of them several times.
  setMaxListeners(50, stopping.signal)
  const context: PipelineContext = {
    data,
    clock,
    log,
    mark,
    gate,
    auditLog,
    certificates: new ShownCertificates(data.certificates),
    forwarding: new Forwarding(config.forward.servers.length > 0, mark, clock),
    news: new ThreadNews(config),
    configAsks: new ThreadAsks((id, ask) => answer({ type: 'configuration', id, ask }), CONFIG_BUSY),
    accessAsks: new ThreadAsks((id, ask) => answer({ type: 'access', id, ask }), ACCESS_BUSY),
    stopping,
    crash,
    answer,
    say,
    isOwner,
  }
  parent.on('message', (message: ToPipelineThread) => take(context, message))
  return context
}

function take(
  { news, configAsks, accessAsks, forwarding, log, certificates, gate, auditLog, stopping }: PipelineContext,
  message: ToPipelineThread,
) {
  if (message.type === 'journal') news.journal = { ok: message.ok, reason: message.reason }
  else if (message.type === 'broker') news.brokers.set(message.status.id, message.status)
  else if (message.type === 'refused') news.refusedClients = message.clients
  else if (message.type === 'act_refused') news.actRefused(message.id)
  else if (message.type === 'forward') forwarding.status = message.status
  else if (message.type === 'log') log.level = message.level
  else if (message.type === 'certificates') certificates.use(message.certificates)
  else if (message.type === 'plants') news.plants.take(message.plants)
  else if (message.type === 'notify') news.notify.take(message.notify)
  else if (message.type === 'store') news.store.take(message.store)
  else if (message.type === 'reports') news.reports.take(message.reports)
  else if (message.type === 'people') gate.configure(message.people)
  else if (message.type === 'lists') news.unreadLists = message.reason
  else if (message.type === 'simulators_ended') news.simulatorsEnded = message.code
  else if (message.type === 'configuration') configAsks.take(message.id, message.reply)
  else if (message.type === 'access') accessAsks.take(message.id, message.reply)
  else if (message.type === 'note') void auditLog.note(message.note)
  else stopping.abort()
}

/** A single gateway has nobody beside it. Leases are loaded only where there is a cluster. */
async function ownership(partition: OwnedPartition | undefined): Promise<() => boolean> {
  if (partition === undefined) return () => true
  const { LeaseMark } = await import('../../nats/lease-mark.js')
  const lease = new LeaseMark(partition.lease)
  return () => lease.isHeld
}
