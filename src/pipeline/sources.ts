import type { Database } from '../archive/database.js'
import type { AuditLog } from '../audit/log/audit-log.js'
import { auditTable, searchAuditLog } from '../audit/log/search.js'
import type { HealthCheck } from '../base/wire.js'
import type { DiskMeasures } from '../views/sources/measures.js'
import type { DeviceChange } from '../views/sources/news.js'
import type { ViewSources } from '../views/views.js'
import { prepareBackup } from './backups.js'
import { readDevice } from './device.js'
import { forgetOnRequest } from './forget-request.js'
import type { OperatorActions } from './operator-actions.js'
import { plantTree } from './plant-tree.js'
import type { DevicePresence } from './presence.js'
import type { PipelineProgress } from './progress.js'
import { recordSources } from './records.js'
import { auditSources, type ReportAnswerDeps } from './report-answers.js'
import { type FigureParts, figureSources } from './sources/figures.js'
import { intakeMeasures, type MeasureParts, measures } from './sources/measures.js'
import { type MessageParts, messageSources } from './sources/messages.js'
import { storeSources } from './sources/stores.js'

export interface SourceDeps extends FigureParts, MeasureParts, MessageParts {
  readonly gate: ViewSources['gate']
  readonly trail: Pick<AuditLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly database: Database
  readonly acts: OperatorActions
  readonly presence: DevicePresence
  readonly progress: Pick<PipelineProgress, 'hasCaughtUp'>
  readonly reports: ReportAnswerDeps
  readonly health: () => readonly HealthCheck[]
  readonly disk: () => DiskMeasures
}

const PRESENCE_MS = 1000

/** Answers to the views' questions to the gateway, given by its stages. */
export function viewSources(parts: SourceDeps): ViewSources {
  const { clock, database, engine, archive, ledger, senders, pipeline, presence, configs, acts, alarms } = parts
  const tree = () => plantTree(configs.plants, senders, { presence, nowMs: ledger.nowMs })
  return {
    clock,
    gate: parts.gate,
    note: parts.trail.note,
    trail: (filter, page) => searchAuditLog(parts.trail.dir, filter, page),
    trailTable: (filter) => auditTable(parts.trail.dir, filter),
    version: parts.version,
    mqtt: parts.mqtt,
    hasPlant: (plant) =>
      configs.plants.some(({ id }) => id === plant) || [...senders.all()].some((sender) => sender.plant === plant),
    plants: tree,
    device: (plant, device) => {
      const node = tree().find(({ id }) => id === plant)
      return readDevice({ database, series: archive.series.all() }, node, senders.find(plant, device), device)
    },
    ...figureSources(parts, tree),
    ...auditSources(parts.reports),
    ...recordSources({ database, series: archive.series, restatements: engine.restatements, acts, configs }),
    ...messageSources(parts),
    forgetDevices: (query) => forgetOnRequest({ senders, known: configs.known, acts }, query),
    health: parts.health,
    prepareBackup: () => prepareBackup({ clock, pipeline, upkeep: parts.reports.making.upkeep }),
    ...storeSources(parts.stores),
    alarms: (plant, wanted, limit) => alarms.list(plant, wanted, limit),
    alarm: (plant, id) => alarms.find(plant, id),
    actOnAlarm: (act) => acts.submit(act),
    alarmChannels: () => parts.channels.status,
    testAlarmChannel: (id) => parts.channels.test(id),
    authorities: () => parts.authorities.status,
    authorityLog: (plant, id, of, limit) => parts.authorities.log(plant, id, of, limit),
    onAlarm: (listener) => alarms.listen(listener),
    onPoints: (listener) => parts.publisher.listen(listener),
    onDevice: (listener) => watchPresence(presence, parts.progress, listener),
    measures: () => measures(parts),
    intake: () => intakeMeasures(parts),
    disk: parts.disk,
  }
}

/** Tells no states of the past: what an old journal goes through while it is read again is no news. */
function watchPresence(
  presence: DevicePresence,
  progress: SourceDeps['progress'],
  listener: (change: DeviceChange) => void,
): () => void {
  const timer = setInterval(() => {
    if (!progress.hasCaughtUp) return
    for (const change of presence.changes()) listener(change)
  }, PRESENCE_MS)
  return () => clearInterval(timer)
}
