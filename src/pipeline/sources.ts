import type { ShownCertificates } from '../access/shown-certificates.js'
import type { Database } from '../archive/database.js'
import type { AuditLog } from '../audit/log/audit-log.js'
import { auditTable, searchAuditLog } from '../audit/log/search.js'
import type { OriginalStore } from '../audit/originals/store.js'
import type { HealthCheck } from '../base/wire.js'
import type { AnomalyVerdicts } from '../insight/anomalies/verdicts.js'
import type { DiskMeasures } from '../views/sources/measures.js'
import type { DeviceChange } from '../views/sources/news.js'
import type { ViewSources } from '../views/views.js'
import type { AccessAsks } from './access-asks.js'
import type { Anomalies } from './anomalies/anomalies.js'
import { anomalySources } from './anomalies/anomaly-answers.js'
import { prepareBackup } from './backups.js'
import { type ConfigAsks, configurationSources } from './config-asks.js'
import { readDevice } from './device.js'
import { forecastSources } from './forecasts/forecast-answers.js'
import type { Forecasts } from './forecasts/forecasts.js'
import { loadPlanSources } from './load-plans/load-plan-answers.js'
import type { LoadPlans } from './load-plans/load-plans.js'
import { marketSources } from './markets/market-answers.js'
import type { Newcomers } from './newcomers/newcomers.js'
import { opcuaSources } from './opcua-desk.js'
import type { OperatorActions } from './operator-actions.js'
import { plantTree } from './plant-tree.js'
import type { DevicePresence } from './presence.js'
import type { PipelineProgress } from './progress.js'
import { projectionSources } from './projections/projection-answers.js'
import type { Projections } from './projections/projections.js'
import { recordSources } from './records.js'
import type { RemovalProgressDeps } from './removal-progress.js'
import { removalSources } from './removal-sources.js'
import { auditSources, type ReportAnswerDeps } from './report-answers.js'
import { reportSources } from './report-making.js'
import { savingClaimSources } from './saving-claims.js'
import { type FigureParts, figureSources } from './sources/figures.js'
import { intakeMeasures, type MeasureDeps, measures } from './sources/measures.js'
import { type MessageDeps, messageSources } from './sources/messages.js'
import { storeSources } from './sources/stores.js'
import { storeTrials } from './store-trial.js'

export interface SourceDeps extends FigureParts, MeasureDeps, MessageDeps {
  readonly gate: ViewSources['gate']
  readonly auditLog: Pick<AuditLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly simulated?: ViewSources['simulated']
  readonly simulatorsEnded?: ViewSources['simulatorsEnded']
  readonly certificates: Pick<ShownCertificates, 'mqtt'>
  readonly database: Database
  readonly newcomers: Newcomers
  readonly refusedClients: ViewSources['refusedClients']
  readonly actions: OperatorActions
  readonly configAsks: Pick<ConfigAsks, 'ask'>
  readonly accessAsks: Pick<AccessAsks, 'ask'>
  readonly presence: DevicePresence
  readonly progress: Pick<PipelineProgress, 'hasCaughtUp'>
  readonly record: RemovalProgressDeps['record']
  readonly tries: RemovalProgressDeps['tries']
  readonly reports: ReportAnswerDeps
  readonly originals: Pick<OriginalStore, 'keep' | 'path' | 'intactPath'>
  readonly forecasts: Forecasts
  readonly anomalies: Anomalies
  readonly verdicts: AnomalyVerdicts
  readonly projections: Projections
  readonly loadPlans: LoadPlans
  readonly health: () => readonly HealthCheck[]
  readonly disk: () => DiskMeasures
  readonly opcuaDir: string
}

const PRESENCE_MS = 1000

/** Answers to the views' questions to the gateway, given by its stages. */
export function viewSources(deps: SourceDeps): ViewSources {
  const { clock, database, engine, archive, accounting, senders, pipeline, presence, configs, actions, alarms } = deps
  const nowMs = () => clock.nowMs()
  const tree = () => plantTree(configs.plants, senders, { presence, nowMs: accounting.nowMs })
  return {
    clock,
    gate: deps.gate,
    note: deps.auditLog.note,
    auditLog: (filter, page) => searchAuditLog(deps.auditLog.dir, filter, page),
    auditLogTable: (filter) => auditTable(deps.auditLog.dir, filter),
    version: deps.version,
    mqtt: deps.mqtt,
    simulated: deps.simulated,
    simulatorsEnded: deps.simulatorsEnded,
    mqttCertificate: () => deps.certificates.mqtt,
    hasPlant: (plant) =>
      configs.plants.some(({ id }) => id === plant) || [...senders.all()].some((sender) => sender.plant === plant),
    plants: tree,
    device: (plant, device) => {
      const node = tree().find(({ id }) => id === plant)
      return readDevice({ database, series: archive.series.all() }, node, senders.find(plant, device), device)
    },
    ...figureSources(deps, tree),
    ...forecastSources(deps.forecasts, nowMs),
    ...anomalySources({ anomalies: deps.anomalies, configs, verdicts: deps.verdicts, actions, nowMs }),
    ...projectionSources(deps.projections, configs),
    ...marketSources(deps.originals, configs),
    ...savingClaimSources(reportSources(deps.reports.making), configs, () => accounting.nowMs),
    ...loadPlanSources(deps.loadPlans, configs),
    ...auditSources(deps.reports),
    ...recordSources({ database, series: archive.series, restatements: engine.restatements, actions, configs }),
    ...messageSources(deps),
    ...removalSources(deps),
    unknownDevices: (query) => deps.newcomers.list(query),
    adoption: (request) => deps.newcomers.adoption(request),
    refusedClients: deps.refusedClients,
    ignoreUnknown: (request) => deps.newcomers.ignore(request),
    health: deps.health,
    prepareBackup: () => prepareBackup({ clock, pipeline, upkeep: deps.reports.making.upkeep }),
    ...configurationSources(deps),
    access: (ask) => deps.accessAsks.ask(ask),
    ...storeSources(deps.stores),
    ...storeTrials(deps),
    ...opcuaSources(deps),
    alarms: (plant, wanted, limit) => alarms.list(plant, wanted, limit),
    alarm: (plant, id) => alarms.find(plant, id),
    actOnAlarm: (act) => actions.submit(act),
    alarmChannels: () => deps.channels.status,
    testAlarmChannel: (id) => deps.channels.test(id),
    authorities: () => deps.authorities.status,
    authorityLog: (plant, id, of, limit) => deps.authorities.log(plant, id, of, limit),
    onAlarm: (listener) => alarms.listen(listener),
    onPoints: (listener) => deps.publisher.listen(listener),
    onDevice: (listener) => watchPresence(presence, deps.progress, listener),
    measures: () => measures(deps),
    intake: () => intakeMeasures(deps),
    disk: deps.disk,
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
