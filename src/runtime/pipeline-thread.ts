import { setMaxListeners } from 'node:events'
import { join } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Account } from '../access/people.js'
import { ShownCertificates, type ToShow } from '../access/shown-certificates.js'
import { deltasOf, retentionOf } from '../archive/options.js'
import { RebuildStopped } from '../archive/record/rebuild.js'
import { Watch } from '../audit/book/watch.js'
import { stepBack } from '../audit/low-priority.js'
import { TrailLog } from '../audit/trail/trail-log.js'
import { Authorities } from '../authority/authorities.js'
import type { BrokerStatus } from '../base/broker-status.js'
import type { PlantOptions } from '../base/plant.js'
import type { HealthCheck } from '../base/wire.js'
import type { Config } from '../config/config.js'
import { listsHealth } from '../config/files/lists.js'
import { Quarantine } from '../decode/quarantine.js'
import type { MqttPorts } from '../intake/listeners.js'
import { PollStats } from '../intake/modbus/poll-stats.js'
import { IntakeStats } from '../intake/stats.js'
import { nodeDisk } from '../journal/disk.js'
import { DurableMark } from '../journal/durable-mark.js'
import { JournalReader } from '../journal/reader.js'
import { bundledLibrary, factorFileHashes, programFiles } from '../kpi/factors/bundled.js'
import { LeaseMark } from '../nats/lease-mark.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { Channels } from '../notify/channels.js'
import { ActDesk } from '../pipeline/act-desk.js'
import { Audit } from '../pipeline/audit.js'
import { prepareBackup } from '../pipeline/backups.js'
import { DeviceWatch } from '../pipeline/device-watch.js'
import { diskMeasures } from '../pipeline/disk.js'
import { forgetWaiting } from '../pipeline/forgetting.js'
import { Forwarding } from '../pipeline/forwarding.js'
import { healthOfStages } from '../pipeline/health.js'
import { HealthLog } from '../pipeline/health-log.js'
import { Links } from '../pipeline/links.js'
import { load } from '../pipeline/loading.js'
import { openArchive } from '../pipeline/opening.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { PortCalls } from '../pipeline/port-calls.js'
import { Presence } from '../pipeline/presence.js'
import { Publisher } from '../pipeline/publisher.js'
import { rejectionLog } from '../pipeline/rejection-log.js'
import { Reports } from '../pipeline/reports.js'
import { viewSources } from '../pipeline/sources.js'
import { runStages } from '../pipeline/stages.js'
import { Crash, crashed, type FromPipelineThread, type ToPipelineThread } from '../pipeline/thread-answers.js'
import { Upkeep } from '../pipeline/upkeep.js'
import { openLog } from '../program/log.js'
import { filesHealth } from '../program/open-files.js'
import { threadClock } from '../program/thread-clock.js'
import type { VersionInfo } from '../program/version.js'
import { Stores } from '../stores/stores.js'
import { startViews } from '../views/views.js'
import { viewersOfOwner } from './cluster/viewers-of-owner.js'
import type { FromPipeline } from './intake-thread.js'
import { openGate } from './open-gate.js'
import { configNotes, startNote } from './trail-notes.js'

/** The pipeline thread: from the journal to the views. Started with `PipelineThreadData` as workerData. */
export interface PipelineThreadData {
  readonly config: Config
  /** The same as the journal keeps it. */
  readonly configText: { readonly hash: string; readonly content: string }
  readonly people: readonly Account[]
  readonly journalDir: string
  readonly dashboardsDir: string
  readonly mark: SharedArrayBuffer
  readonly stats: SharedArrayBuffer
  readonly pollStats: SharedArrayBuffer
  /** Wakes it when the journal has something new. */
  readonly journalPort: MessagePort
  /** Takes `FromPipeline`. */
  readonly noticePort: MessagePort
  /** Ports of the embedded broker, null when it is switched off. */
  readonly mqttPorts: MqttPorts | null
  readonly certificates: ToShow
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /** To whoever brings its files to where another node finds them: see `PortCalls`. */
  readonly keeperPort?: MessagePort
  /** Sentence of the start on too few open files: '' when there is room for all connections that are configured. */
  readonly tooFewFiles: string
  readonly version: VersionInfo
}

async function run(data: PipelineThreadData, parent: MessagePort): Promise<void> {
  const { config } = data
  const answer = (message: FromPipelineThread): void => parent.postMessage(message)
  const log = openLog('pipeline', config.log)
  const clock = threadClock()
  const mark = new DurableMark(data.mark)
  const lease = data.partition === undefined ? null : new LeaseMark(data.partition.lease)

  let journal = { ok: true, reason: '' }
  let unreadLists = ''
  const brokers = new Map<string, BrokerStatus>()
  const forwarding = new Forwarding(config.forward.servers.length > 0, mark, clock)
  const certificates = new ShownCertificates(data.certificates)
  let { plants } = config
  let plantsConfigured = (now: readonly PlantOptions[]): void => {
    plants = [...now]
  }
  const trail = await TrailLog.open({
    dir: join(config.data_dir, 'audit-log'),
    clock,
    say: (level, text) => log[level](text),
  })
  const { note } = trail
  void note(startNote(data.version.version, data.configText.hash, data.people))
  const gate = openGate({
    dataDir: config.data_dir,
    auth: config.auth,
    people: data.people,
    clock,
    note,
    rehash: (name, before, after) => answer({ type: 'rehash', name, before, after }),
    say: (level, text) => log[level](text),
  })
  const stopping = new AbortController()
  const crash = new Crash(answer, stopping)
  process.on('uncaughtException', crash.take)
  // Each stage listens to it, and most of them several times.
  setMaxListeners(50, stopping.signal)
  parent.on('message', (message: ToPipelineThread) => {
    if (message.type === 'journal') journal = { ok: message.ok, reason: message.reason }
    else if (message.type === 'broker') brokers.set(message.status.id, message.status)
    else if (message.type === 'forward') forwarding.status = message.status
    else if (message.type === 'log') log.level = message.level
    else if (message.type === 'certificates') certificates.use(message.certificates)
    else if (message.type === 'plants') plantsConfigured(message.plants)
    else if (message.type === 'people') gate.configure(message.people)
    else if (message.type === 'lists') unreadLists = message.reason
    else if (message.type === 'note') void note(message.note)
    else stopping.abort()
  })

  let httpPort = config.http.port
  const opened = await openArchive(
    {
      dataDir: config.data_dir,
      journalDir: data.journalDir,
      memoryLimit: config.archive.memory_limit,
      nowMs: clock.nowMs(),
      http: { ...config.http, certificate: certificates.http },
      signal: stopping.signal,
      health: () => [{ name: 'journal', ...journal }],
      say: (text) => log.error(text),
      onRebuilding: (port) => {
        httpPort = port
        answer({ type: 'ready', port })
      },
    },
    (database) => load(database, { ...data.configText, plants: config.plants }),
  ).catch((error) => {
    if (error instanceof RebuildStopped) return null
    throw error
  })
  if (opened === null) {
    for (const port of [data.journalPort, data.noticePort, data.keeperPort]) port?.close()
    await note({ act: 'stopped', actor: '', subject: `version ${data.version.version}` })
    answer({ type: 'closed' })
    return
  }
  const { database, record, loaded, setAside } = opened
  crash.database = database
  if (setAside !== null) log.error(setAside)
  for (const problem of record.problems) log.error(problem)
  for (const one of configNotes(loaded.configs.versions.at(-1), data.configText)) void note(one)
  const { senders, archive, ledger, points, engine, configs, alarms, facts, decoderStates } = loaded
  const quarantine = Quarantine.open(nodeDisk, join(config.data_dir, 'quarantine'), rejectionLog(log))
  const reader = new JournalReader(nodeDisk, data.journalDir, ledger.cursor)
  const presence = new Presence(senders, ledger, {
    idleMs: (plant, device) => engine.idleMs(plant, device),
    isOnChange: (plant, device) => configs.device(plant, device)?.on_change === true,
  })
  const watch = new DeviceWatch(senders, presence, configs.isConfigured, facts)
  const acts = new ActDesk(clock, (content) => answer({ type: 'act', content }))
  const publisher = new Publisher(points, engine, alarms, clock)
  const isOwner = () => lease === null || lease.isHeld
  const stores: Stores = await Stores.open(config.store, {
    clock,
    database,
    archive,
    points,
    archivedPosition: () => pipeline.archivedPosition,
    mayWrite: isOwner,
    say: (level, text) => log[level](text),
  })
  const channels = await Channels.open(config.notify, {
    clock,
    random: Math.random,
    dir: join(config.data_dir, 'notify'),
    alarms,
    plants: () => configs.plants,
    maySend: isOwner,
    say: (level, text) => log[level](text),
  })
  const authorities = new Authorities(plants, {
    clock,
    random: Math.random,
    library: bundledLibrary(),
    dir: join(config.data_dir, 'authority'),
    database,
    series: archive.series,
    senders,
    engine,
    points,
    isLive: () => pipeline.hasComputed,
    plant: (id) => configs.plant(id),
    maySend: isOwner,
    say: (level, text) => log[level](text),
  })
  plantsConfigured = (now) => authorities.configure(now)
  const audit = await Audit.open({
    clock,
    trail,
    dataDir: config.data_dir,
    journalDir: data.journalDir,
    program: data.version.version,
    database,
    record,
    configurations: () => configs.versions,
    factors: { sha256: bundledLibrary().hash, files: factorFileHashes() },
    say: (level, text) => log[level](text),
  })
  const upkeep = new Upkeep({
    clock,
    database,
    record,
    ledger,
    engine,
    stores,
    forwarded: forwarding,
    retention: retentionOf(config.archive),
    ...deltasOf(config.archive, config.journal),
    isSealed: audit.sealing.isSealed,
    letGoOfDays: (plant, before, letGo) => audit.sealing.letGoOfDays(plant, before, letGo),
    trim: (beforeSegment) =>
      void audit.sealing.letGoOfSegments(beforeSegment, () => answer({ type: 'trim', beforeSegment })),
  })
  const pipeline = new Pipeline({
    clock,
    mark,
    reader,
    quarantine,
    archive,
    senders,
    engine,
    publisher,
    links: new Links(senders, configs.versions.at(-1)),
    configs,
    alarms,
    acts,
    watch,
    ledger,
    decoderStates,
    upkeep,
    archived: (changes, events) => reports.archived(changes, events),
    forget: (save) => forgetWaiting({ ledger, archive, database, senders, engine, points, configs, upkeep, save }),
    notify: (notices) => data.noticePort.postMessage({ notices } satisfies FromPipeline),
    flowed: (flows) => data.noticePort.postMessage({ flows } satisfies FromPipeline),
  })

  const keeper = data.keeperPort && new PortCalls(data.keeperPort, () => prepareBackup({ clock, pipeline, upkeep }))
  const making = {
    clock,
    code: { version: data.version.version, commit: data.version.commit },
    library: bundledLibrary(),
    files: programFiles(),
    threshold: config.reports.threshold_pct / 100,
    database,
    archive,
    senders,
    configs,
    engine,
    points,
    publisher,
    pipeline,
    upkeep,
    record,
    quarantine,
    ledger,
    audit,
  }
  const reports: Reports = new Reports({
    ...making,
    dataDir: config.data_dir,
    options: config.reports,
    watch: new Watch(),
    kept: async () => keeper?.ask(),
    say: (level, text) => log[level](text),
  })

  const health = (): HealthCheck[] => [
    ...viewers.health(),
    ...certificates.health(clock.nowMs()),
    ...stores.health(),
    ...[...brokers.values()].map(({ id, isConnected, reason }) => ({ name: `broker ${id}`, ok: isConnected, reason })),
    { name: 'journal', ...journal },
    ...forwarding.health(),
    ...healthOfStages({ pipeline, reader, engine, record, ledger, upkeep, known: configs.known, database, setAside }),
    ...audit.health(),
    listsHealth(unreadLists),
    filesHealth(data.tooFewFiles),
    reports.health(),
    ...authorities.health(),
  ]
  stopping.signal.addEventListener('abort', () => pipeline.poke())
  data.journalPort.on('message', () => pipeline.poke())

  const sources = viewSources({
    clock,
    gate,
    trail,
    version: data.version,
    mqtt: { host: config.mqtt.host, port: data.mqttPorts?.tcp ?? null, tls_port: data.mqttPorts?.tls ?? null },
    configs,
    mark,
    reader,
    stats: new IntakeStats(data.stats),
    brokers,
    forwarding,
    polls: new PollStats(data.pollStats),
    database,
    archive,
    senders,
    engine,
    points,
    stores,
    quarantine,
    ledger,
    alarms,
    acts,
    channels,
    authorities,
    presence,
    publisher,
    pipeline,
    reports: { reports, audit, making, languages: config.reports.languages },
    health,
    disk: () => diskMeasures({ databasePath: opened.path, record, archive, journalBytesMax: config.journal.max_bytes }),
  })
  const viewers = await viewersOfOwner(data.partition, {
    sources,
    clock,
    isLive: () => pipeline.hasComputed,
    say: (level, text) => log[level](text),
  })
  const views = await startViews(
    { ...config.http, port: httpPort, dashboardsDir: data.dashboardsDir, certificate: certificates.http },
    sources,
    log,
  ).catch((error: NodeJS.ErrnoException) => {
    answer({ type: 'failed', message: error.message, code: error.code, port: config.http.port })
    return null
  })
  if (views !== null) {
    certificates.shownBy(views)
    answer({ type: 'ready', port: views.port })
    // A store says by itself in the log when it takes nothing, and when it does again.
    const checks = () => health().filter(({ name }) => !name.startsWith('store '))
    void new HealthLog(checks, clock, (level, text) => log[level](text)).run(stopping.signal)
    const stages = [pipeline, stores, channels, authorities, audit, reports, viewers]
    await runStages(stages, { database, signal: stopping.signal, fail: crash.take, finish: () => views.close() })
  }
  reader.close()
  quarantine.close()
  await database.close()
  for (const port of [data.journalPort, data.noticePort, data.keeperPort]) port?.close()
  await note({ act: 'stopped', actor: '', subject: `version ${data.version.version}` })
  answer({ type: 'closed' })
}

if (parentPort === null) throw new Error('pipeline-thread runs as a worker thread')
// Messages of devices are acknowledged first: on a busy machine figures may wait, a PUBACK should not.
stepBack(5)
const parent = parentPort
void run(workerData as PipelineThreadData, parent).catch((error) => {
  parent.postMessage(crashed(error))
  parent.postMessage({ type: 'closed' } satisfies FromPipelineThread)
})
