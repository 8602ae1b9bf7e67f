import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Credential } from '../access/credentials.js'
import type { Account } from '../access/people.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { ToShow } from '../access/shown-certificates.js'
import { markFormat } from '../audit/formats.js'
import { machineClock, systemClock } from '../base/clock.js'
import type { TrailNote } from '../base/trail.js'
import type { Config, LoadedConfig } from '../config/config.js'
import { keepHash } from '../config/files/people-file.js'
import { pollPlansOf } from '../decode/modbus/meters.js'
import type { DoorOptions } from '../intake/doors.js'
import type { MqttPorts } from '../intake/listeners.js'
import { PollStats } from '../intake/modbus/poll-stats.js'
import { IntakeStats } from '../intake/stats.js'
import { DurableMark } from '../journal/durable-mark.js'
import type { JournalThreadCommand, JournalThreadData, JournalThreadMessage } from '../journal/journal-thread.js'
import { segmentBytesOf } from '../journal/options.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { PortCalls } from '../pipeline/port-calls.js'
import type { FromPipelineThread, ToPipelineThread } from '../pipeline/thread-answers.js'
import { fittedToFiles, tooFewFiles } from '../program/open-files.js'
import { complain } from '../program/output.js'
import { openToOthers } from '../program/private-files.js'
import type { ThreadStart } from '../program/thread-clock.js'
import { packageRoot, type VersionInfo } from '../program/version.js'
import { type Certificates, NO_CERTIFICATES } from './certificates.js'
import { type Occupied, occupy } from './data-dir.js'
import type { ForwardThreadData, FromForwardThread, ToForwardThread } from './forward-thread.js'
import type { FromIntakeThread, IntakeThreadData, ToIntakeThread } from './intake-thread.js'
import type { PipelineThreadData } from './pipeline/thread-data.js'

/**
 * Most that a heap may grow before it is swept again, per cent of what is alive in it. V8 alone lets a busy heap become several
 * times as large: points and readings on their way live just long enough to be taken for lasting.
 */
const HEAP_GROWTH_PCT = 40

/**
 * The intake thread makes packets that are gone when they are acknowledged: with V8's own bound of 48 MiB they fill 30 MiB
 * beside 20 that live, and what lies outside of the heap waits as long. The pipeline was no faster with 96 (docs/performance.md).
 */
const INTAKE_YOUNG_MIB = 12

export interface Gateway {
  /** Ports of the embedded broker, null when it is switched off. */
  readonly mqttPorts: MqttPorts | null
  readonly httpPort: number
  /** Takes over what can change while it runs; plants and devices from its place in the journal on. */
  reconfigure(loaded: Pick<LoadedConfig, 'config' | 'hash' | 'content' | 'registry' | 'people' | 'credentials'>): void
  /** Shows other certificates to those who connect from now on. */
  useCertificates(certificates: Certificates): void
  /** Readiness gives this reason why lists of the data directory cannot be read; '' means that all can. */
  tellUnread(reason: string): void
  /** For the audit log. */
  note(note: TrailNote): void
  /** Writes to files what is archived at this moment, before they are held; only where there is somebody who keeps them. */
  prepareBackup(): Promise<void>
  /** Stops the doors first, then the journal, then the pipeline: what was acknowledged is on the disk all along. */
  close(): Promise<void>
  /** Resolves when a thread has ended that should not have. */
  readonly failed: Promise<Error>
}

/**
 * The three threads joined: intake ─▶ journal ─▶ pipeline. They share the journal's files and, in shared memory, its
 * durable end; everything else between them are the messages below.
 */
export async function startGateway(options: {
  readonly config: Config
  readonly configText: { readonly hash: string; readonly content: string }
  readonly registry: readonly RegisteredDevice[]
  readonly people: readonly Account[]
  readonly credentials?: readonly Credential[]
  readonly version: VersionInfo
  /** The data directory, where somebody had to write to it before; closed with the gateway. */
  readonly occupied?: Occupied
  readonly certificates?: Certificates
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /**
   * Brings the files to where they outlive this machine, and resolves when what is there at this moment is: a frozen report
   * waits for it.
   */
  readonly keep?: () => Promise<void>
}): Promise<Gateway> {
  const { configText, registry, people, credentials = [], version, certificates = NO_CERTIFICATES } = options
  const owned = options.partition === undefined ? {} : { partition: options.partition }
  const config = fittedToFiles({ ...options.config, data_dir: resolve(options.config.data_dir) })
  const tooFew = tooFewFiles(options.config)
  if (tooFew !== '') complain(`warning: ${tooFew}`)
  const occupied = options.occupied ?? (await occupy(config.data_dir))
  const open = openToOthers(config.data_dir)
  if (open !== null) complain(`warning: ${open.found}; ${open.remedy}`)
  await markFormat(config.data_dir, version.version)
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PCT}`)
  const mark = DurableMark.create()
  const stats = IntakeStats.create()
  const pollStats = PollStats.create()
  const intakeToJournal = new MessageChannel()
  const journalToPipeline = new MessageChannel()
  const pipelineToIntake = new MessageChannel()
  const keeperToPipeline = options.keep === undefined ? null : new MessageChannel()
  const keeper = keeperToPipeline && new PortCalls(keeperToPipeline.port1, options.keep!)
  const journalDir = join(config.data_dir, 'journal')

  const journal = new Thread<JournalThreadCommand, JournalThreadMessage>(
    '../journal/journal-thread.js',
    {
      dir: journalDir,
      segmentBytes: segmentBytesOf(config.journal),
      maxBytes: config.journal.max_bytes,
      mark: mark.shared,
      ...owned,
      intakePort: intakeToJournal.port2,
      pipelinePort: journalToPipeline.port1,
      ...(process.env.GATEWAY_JOURNAL_PROBE === undefined ? {} : { probe: process.env.GATEWAY_JOURNAL_PROBE }),
    } satisfies JournalThreadData,
    [intakeToJournal.port2, journalToPipeline.port1],
  )
  // The disk may refuse before there is a pipeline to tell.
  let journalStatus: ToPipelineThread = { type: 'journal', ok: true, reason: '' }
  let tellPipeline: ((message: ToPipelineThread) => void) | null = null
  journal.onMessage((message) => {
    if (message.type !== 'status') return
    journalStatus = { type: 'journal', ok: message.ok, reason: message.reason }
    tellPipeline?.(journalStatus)
  })
  machineClock.goOnFrom((await journal.answer('ready')).newestMs)

  const intake = new Thread<ToIntakeThread, FromIntakeThread>(
    './intake-thread.js',
    {
      doors: doorOptions(config, registry, credentials, config.data_dir),
      certificate: certificates.mqtt,
      ...owned,
      journalPort: intakeToJournal.port1,
      noticePort: pipelineToIntake.port2,
      stats: stats.shared,
      pollStats: pollStats.shared,
      mark: mark.shared,
      config: configText,
      version: version.version,
      log: config.log,
    } satisfies IntakeThreadData,
    [intakeToJournal.port1, pipelineToIntake.port2],
    INTAKE_YOUNG_MIB,
  )
  const brokerStatuses = new Map<string, ToPipelineThread>()
  intake.onMessage((message) => {
    if (message.type !== 'broker') return
    brokerStatuses.set(message.status.id, message)
    tellPipeline?.(message)
  })
  const listening = await intake.answer('ready', 'failed')
  if (listening.type === 'failed') {
    await Promise.all([intake.end(), journal.end()])
    throw startError(listening.message, listening.code, listening.port)
  }

  const pipeline = new Thread<ToPipelineThread, FromPipelineThread>(
    './pipeline-thread.js',
    {
      config,
      configText,
      people,
      journalDir,
      dashboardsDir: join(packageRoot, 'dist', 'dashboards'),
      mark: mark.shared,
      stats: stats.shared,
      pollStats: pollStats.shared,
      journalPort: journalToPipeline.port2,
      noticePort: pipelineToIntake.port1,
      mqttPorts: listening.ports,
      certificates: shown(certificates),
      ...owned,
      ...(keeperToPipeline === null ? {} : { keeperPort: keeperToPipeline.port2 }),
      tooFewFiles: tooFew,
      version,
    } satisfies PipelineThreadData,
    [journalToPipeline.port2, pipelineToIntake.port1, ...(keeperToPipeline === null ? [] : [keeperToPipeline.port2])],
  )
  pipeline.onMessage((message) => {
    if (message.type === 'trim') journal.tell(message)
    else if (message.type === 'act') intake.tell(message)
    else if (message.type === 'rehash') keepHash(config.data_dir, message)
  })
  const forward = startForwarding(config, mark)
  forward?.onMessage((message) => {
    if (message.type === 'forward') tellPipeline?.(message)
  })
  tellPipeline = (message) => pipeline.tell(message)
  for (const message of [journalStatus, ...brokerStatuses.values()]) tellPipeline(message)
  const serving = await pipeline.answer('ready', 'failed')
  if (serving.type === 'failed') {
    await Promise.all([intake.end(), journal.end(), pipeline.end(), forward?.end()])
    throw startError(serving.message, serving.code, serving.port)
  }

  return {
    mqttPorts: listening.ports,
    httpPort: serving.type === 'ready' ? serving.port : config.http.port,
    reconfigure: ({ config: now, registry, people, credentials, hash, content }) => {
      const { level } = now.log
      const doors = doorOptions(fittedToFiles(now), registry, credentials, config.data_dir)
      intake.tell({ type: 'config', config: { hash, content }, doors, logLevel: level })
      pipeline.tell({ type: 'log', level })
      forward?.tell({ type: 'log', level })
      pipeline.tell({ type: 'plants', plants: now.plants })
      pipeline.tell({ type: 'people', people })
    },
    useCertificates: (now) => {
      if (now.mqtt !== null) intake.tell({ type: 'certificate', certificate: now.mqtt })
      pipeline.tell({ type: 'certificates', certificates: shown(now) })
    },
    tellUnread: (reason) => pipeline.tell({ type: 'lists', reason }),
    note: (note) => pipeline.tell({ type: 'note', note }),
    prepareBackup: async () => {
      if (keeper === null) throw new Error('nobody keeps the files of this gateway')
      await keeper.ask()
    },
    failed: Promise.race([
      occupied.lost,
      ...[journal, intake, pipeline, ...(forward === null ? [] : [forward])].map(({ failed }) => failed),
    ]),
    close: async () => {
      for (const thread of [intake, journal, pipeline, forward]) thread?.expectEnd()
      intake.tell({ type: 'close' })
      await intake.closed
      journal.tell({ type: 'close' })
      await journal.exited
      for (const thread of [pipeline, forward]) thread?.tell({ type: 'close' })
      await Promise.all([pipeline.closed, forward?.closed])
      await Promise.all([intake.end(), pipeline.end(), forward?.end()])
      occupied.close()
    },
  }
}

/** Null where nothing is forwarded: then nothing of it is loaded. */
function startForwarding({ data_dir, forward, plants, log }: Config, mark: DurableMark) {
  if (forward.servers.length === 0) return null
  return new Thread<ToForwardThread, FromForwardThread>(
    './forward-thread.js',
    {
      dataDir: data_dir,
      options: forward,
      plants: plants.map(({ id }) => id),
      mark: mark.shared,
      log,
    } satisfies ForwardThreadData,
    [],
  )
}

/** Certificates as the pipeline thread gets to know them: keys stay where they are used. */
function shown({ http, mqtt }: Certificates): ToShow {
  if (mqtt === null) return { http, mqtt }
  const { cert: _cert, key: _key, clientCa: _clientCa, ...facts } = mqtt
  return { http, mqtt: facts }
}

/** Settings of the doors; what was left at external brokers stays in the data directory of the start. */
function doorOptions(
  { mqtt, auth, brokers, hj212, sparkplug, modbus }: Config,
  registry: readonly RegisteredDevice[],
  credentials: readonly Credential[],
  dataDir: string,
): DoorOptions {
  return {
    mqtt,
    auth,
    registry,
    credentials,
    brokers,
    brokersDir: join(dataDir, 'brokers'),
    hj212,
    sparkplugHostId: sparkplug.host_id ?? null,
    pollPlans: pollPlansOf(modbus),
  }
}

/** A worker thread with typed messages, and word of an end that nobody asked for. */
class Thread<To, From extends { readonly type: string }> {
  readonly #worker: Worker
  readonly exited: Promise<void>
  /** Resolves when it has said that it is closed, or has ended without. */
  readonly closed: Promise<void>
  readonly failed: Promise<Error>
  #isClosing = false

  /** @param youngMib most of its heap for what is new, MiB; V8's own bound, 48, where nothing is said */
  constructor(file: string, data: object, transfer: import('node:worker_threads').Transferable[], youngMib?: number) {
    const start: ThreadStart = { startMs: systemClock.nowMs() }
    const workerData = { ...data, ...start }
    const resourceLimits = youngMib === undefined ? {} : { maxYoungGenerationSizeMb: youngMib }
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData, transferList: transfer, resourceLimits })
    this.exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()))
    const said = new Promise<void>((resolve) => {
      this.#worker.on('message', ({ type }: From) => {
        if (type === 'closed') resolve()
      })
    })
    this.closed = Promise.race([said, this.exited])
    this.failed = new Promise((resolve) => {
      this.#worker.on('message', (message: From & { readonly stack?: string }) => {
        if (message.type === 'crashed') resolve(crashOf(message.stack ?? ''))
      })
      this.#worker.once('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))))
      this.#worker.once('exit', (code) => {
        if (!this.#isClosing) resolve(new Error(`${file} ended with ${code} although nobody asked it to`))
      })
    })
  }

  onMessage(listener: (message: From) => void): void {
    this.#worker.on('message', listener)
  }

  tell(message: To): void {
    this.#worker.postMessage(message)
  }

  /** The first message of one of these types; rejects when the thread ends before it. */
  async answer<T extends From['type']>(...types: readonly T[]): Promise<Extract<From, { type: T }>> {
    const found = new Promise<Extract<From, { type: T }>>((resolve) => {
      this.#worker.on('message', (message: From) => {
        if ((types as readonly string[]).includes(message.type)) resolve(message as Extract<From, { type: T }>)
      })
    })
    const first = await Promise.race([found, this.failed])
    if (first instanceof Error) throw first
    return first
  }

  /** From now on its end is no failure. */
  expectEnd(): void {
    this.#isClosing = true
  }

  async end(): Promise<void> {
    this.#isClosing = true
    await this.#worker.terminate()
  }
}

/** As it was where it happened. */
function crashOf(stack: string): Error {
  return Object.assign(new Error(stack.split('\n', 1)[0]), { stack })
}

function startError(message: string, code: string | undefined, port: number): Error {
  return Object.assign(new Error(message), { port, ...(code === undefined ? {} : { code }) })
}
