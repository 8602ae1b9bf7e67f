import type { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Senders } from '../archive/senders.js'
import { searchTrail, trailTable } from '../audit/trail/search.js'
import type { TrailLog } from '../audit/trail/trail-log.js'
import type { Authorities } from '../authority/authorities.js'
import type { BrokerStatus } from '../base/broker-status.js'
import type { Clock } from '../base/clock.js'
import { QUALITIES } from '../base/quality.js'
import type { HealthCheck } from '../base/wire.js'
import type { KnownNames } from '../decode/cardinality/known.js'
import type { Quarantine } from '../decode/quarantine.js'
import type { PollStats } from '../intake/modbus/poll-stats.js'
import { ACK_BUCKETS_S, type DurationHistogram, type IntakeStats, STALL_BUCKETS_S } from '../intake/stats.js'
import type { DurableMark } from '../journal/durable-mark.js'
import type { JournalReader } from '../journal/reader.js'
import type { Alarms } from '../kpi/alarms/alarms.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import type { Engine } from '../kpi/engine.js'
import { toWire } from '../kpi/windows/point.js'
import type { Channels } from '../notify/channels.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import type { Stores } from '../stores/stores.js'
import type { DeviceChange, DiskMeasures, Histogram, IntakeMeasures, Measures, ViewSources } from '../views/sources.js'
import { accountingOf, devicesOf } from './accounting.js'
import type { ActDesk } from './act-desk.js'
import { prepareBackup } from './backups.js'
import type { Configs } from './configs.js'
import { deviceAnswer } from './device.js'
import { allDismissed, dismissed } from './dismissing.js'
import { forgetOnRequest } from './forget-request.js'
import type { Forwarding } from './forwarding.js'
import { historyWithMemory } from './history-with-memory.js'
import { ignoredOf, type Ledger } from './ledger.js'
import type { Pipeline } from './pipeline.js'
import { plantTree } from './plant-tree.js'
import type { Presence } from './presence.js'
import type { PipelineProgress } from './progress.js'
import type { Publisher } from './publisher.js'
import { recordSources } from './records.js'
import { auditSources, type ReportAnswerParts } from './report-answers.js'
import { stackHoursAnswer } from './stack-hours.js'
import { deviceStates } from './states.js'
import { storeStatus, storeStatuses } from './store-status.js'

export interface SourceParts {
  readonly clock: Clock
  readonly gate: ViewSources['gate']
  readonly trail: Pick<TrailLog, 'dir' | 'note'>
  readonly version: ViewSources['version']
  readonly mqtt: ViewSources['mqtt']
  readonly configs: Configs
  readonly mark: DurableMark
  readonly reader: JournalReader
  readonly stats: IntakeStats
  readonly brokers: ReadonlyMap<string, BrokerStatus>
  readonly forwarding: Forwarding
  readonly polls: PollStats
  readonly database: Database
  readonly archive: Archive
  readonly senders: Senders
  readonly engine: Engine
  readonly points: DuckdbStore
  readonly stores: Stores
  readonly quarantine: Quarantine
  readonly ledger: Ledger
  readonly alarms: Alarms
  readonly acts: ActDesk
  readonly channels: Channels
  readonly authorities: Authorities
  readonly presence: Presence
  readonly publisher: Publisher
  readonly pipeline: Pipeline
  readonly progress: Pick<PipelineProgress, 'hasCaughtUp'>
  readonly reports: ReportAnswerParts
  readonly health: () => readonly HealthCheck[]
  readonly disk: () => DiskMeasures
}

const PRESENCE_MS = 1000

/** Answers to the views' questions to the gateway, given by its stages. */
export function viewSources(parts: SourceParts): ViewSources {
  const { engine, archive, points, stores, ledger, senders, pipeline, presence, configs } = parts
  const tree = () => plantTree(configs.plants, senders, { presence, nowMs: ledger.nowMs })
  return {
    clock: parts.clock,
    gate: parts.gate,
    note: parts.trail.note,
    trail: (filter, page) => searchTrail(parts.trail.dir, filter, page),
    trailTable: (filter) => trailTable(parts.trail.dir, filter),
    version: parts.version,
    mqtt: parts.mqtt,
    catalogue: CATALOGUE,
    hasPlant: (plant) =>
      configs.plants.some(({ id }) => id === plant) || [...senders.all()].some((sender) => sender.plant === plant),
    plants: tree,
    device: (plant, device) => {
      const node = tree().find(({ id }) => id === plant)
      const asked = { database: parts.database, series: archive.series.all() }
      return deviceAnswer(asked, node, senders.find(plant, device), device)
    },
    latest: (plant, { scope, id, window }) =>
      engine
        .latest(plant)
        .filter(
          ({ stream }) =>
            (scope === undefined || stream.scope === scope) &&
            (id === undefined || stream.id === id) &&
            (window === undefined || stream.window === window),
        )
        .map(toWire),
    points: async (query) =>
      (await historyWithMemory(stores.history, engine, query)).map((point) => engine.redo.toWire(point)),
    readings: async ({ plant, device, metric, fromMs, afterMs, toMs, limit }) => {
      const series = archive.series.find(plant, device, metric)
      if (series === undefined) return []
      const sinceMs = Math.max(fromMs, afterMs === null ? fromMs : afterMs + 1)
      const query = { plant, device, class: series.class, metric, fromMs: sinceMs, toMs, limit }
      return (await stores.history.readings(query)).map(({ ts, value, quality }) => ({
        ts: new Date(ts).toISOString(),
        value,
        unit: series.unit,
        quality: QUALITIES[quality] ?? 'good',
      }))
    },
    states: (query) =>
      deviceStates(
        engine,
        tree().find(({ id }) => id === query.plant),
        query,
      ),
    stackHours: (query) =>
      stackHoursAnswer(
        {
          archive,
          points: (stream) => historyWithMemory(stores.history, engine, { ...stream, afterMs: null }),
          timezone: configs.plants.find(({ id }) => id === query.plant)?.timezone ?? 'UTC',
          nowMs: parts.clock.nowMs(),
        },
        query,
      ),
    ...auditSources(parts.reports),
    ...recordSources({
      database: parts.database,
      series: archive.series,
      restatements: engine.restatements,
      acts: parts.acts,
      configs,
    }),
    quarantine: (query) => ({
      items: parts.quarantine.query(query),
      counts: { ...ledger.elementsRejected },
      waiting: parts.quarantine.waiting(query),
      dismissed: parts.quarantine.dismissed(query),
    }),
    retryQuarantine: (id) => pipeline.retry(id),
    dismissQuarantine: (id, said) => dismissed(parts, id, said),
    dismissAllQuarantined: (filter, said) => allDismissed(parts, filter, said),
    accounting: (byDevice) =>
      pipeline.whenAtRest(async () => {
        const accounting = await accountingOf({
          received: parts.mark.read().messages,
          read: parts.reader.messagesThrough,
          pendingReadings: pipeline.pendingReadings,
          ledger,
          engine,
          archive,
          points,
          deliveries: stores.deliveries,
        })
        return byDevice ? { ...accounting, devices: devicesOf(senders) } : accounting
      }),
    forgetDevices: (query) => forgetOnRequest({ senders, known: configs.known, acts: parts.acts }, query),
    health: parts.health,
    prepareBackup: () => prepareBackup({ clock: parts.clock, pipeline, upkeep: parts.reports.making.upkeep }),
    stores: () => storeStatuses(stores),
    refused: async (name, page) => stores.find(name)?.refusals.newest(page) ?? null,
    refill: async (name, { fromMs, toMs }) => {
      const delivery = stores.find(name)
      await delivery?.writeAgain(fromMs, toMs)
      return delivery === undefined ? null : storeStatus(delivery, stores.answersHistory === delivery)
    },
    alarms: (plant, wanted, limit) => parts.alarms.list(plant, wanted, limit),
    alarm: (plant, id) => parts.alarms.find(plant, id),
    actOnAlarm: (act) => parts.acts.submit(act),
    alarmChannels: () => parts.channels.status,
    testAlarmChannel: (id) => parts.channels.test(id),
    authorities: () => parts.authorities.status,
    authorityLog: (plant, id, of, limit) => parts.authorities.log(plant, id, of, limit),
    onAlarm: (listener) => parts.alarms.listen(listener),
    onPoints: (listener) => parts.publisher.listen(listener),
    onDevice: (listener) => watchPresence(presence, parts.progress, listener),
    measures: () => measures(parts),
    intake: () => intakeMeasures(parts),
    disk: parts.disk,
  }
}

/** Tells no states of the past: what an old journal goes through while it is read again is no news. */
function watchPresence(
  presence: Presence,
  progress: SourceParts['progress'],
  listener: (change: DeviceChange) => void,
): () => void {
  const timer = setInterval(() => {
    if (!progress.hasCaughtUp) return
    for (const change of presence.changes()) listener(change)
  }, PRESENCE_MS)
  return () => clearInterval(timer)
}

function intakeMeasures({ mark, stats, reader }: SourceParts): IntakeMeasures {
  const { bytes, ack, messages } = stats.read()
  return {
    messagesReceived: mark.read().messages,
    messagesByDoor: messages,
    bytesReceived: bytes,
    journalRecords: reader.recordsRead,
    ack: histogramOf(ack, ACK_BUCKETS_S),
  }
}

function namesOf({ spent, limits }: KnownNames): Measures['names'] {
  return {
    plants: { used: spent.plants, max: limits.plants },
    devices: { used: spent.devices, max: limits.devices },
    series: { used: spent.series, max: limits.series },
  }
}

function histogramOf({ buckets, sumS, count }: DurationHistogram, bucketsSeconds: readonly number[]): Histogram {
  const counts = buckets.map((upTo, i) => upTo - (buckets[i - 1] ?? 0))
  return { bucketsSeconds, counts, sum: sumS, count }
}

function measures(parts: SourceParts): Measures {
  const { engine, ledger, mark, stats, pipeline, publisher, stores, alarms, channels, authorities } = parts
  const durable = mark.read()
  const intake = stats.read()
  return {
    ...intakeMeasures(parts),
    rejected: { ...ledger.elementsRejected },
    readingsByClass: { ...ledger.readingsByClass },
    readingsDuplicate: ledger.readingsDuplicate,
    readingsLate: pipeline.readingsLate,
    valuesLeftOut: pipeline.valuesLeftOut,
    ignored: ignoredOf(ledger),
    names: namesOf(parts.configs.known),
    journalBytes: durable.bytes,
    journalOldestMs: durable.oldestMs === 0 ? null : durable.oldestMs,
    pipelineLagMs: pipeline.lagMs,
    stores: [
      {
        name: 'duckdb',
        pending: 0,
        writes: { stored: publisher.pointsWritten },
        writeSeconds: publisher.durations,
      },
      ...stores.deliveries.map(({ store, pending, writes, durations }) => ({
        name: store.name,
        pending: pending.readings + pending.finalPoints,
        writes,
        writeSeconds: durations,
      })),
    ],
    brokers: [...parts.brokers.values()],
    forward: parts.forwarding.measures(),
    mqttClients: intake.clients,
    mqttLimited: intake.limited,
    hj212: intake.hj212,
    modbusPolls: parts.polls.read(),
    intakeStalls: histogramOf(intake.stalls, STALL_BUCKETS_S),
    restatements: engine.restatements.count,
    alarms: alarms.counts(),
    alarmChannels: channels.figures,
    authorities: authorities.figures,
  }
}
