import { join, resolve } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { markFormat } from '../../audit/formats.js'
import type { Config } from '../../config/config.js'
import { PollStats } from '../../intake/modbus/poll-stats.js'
import { OpcuaStats } from '../../intake/opcua/server-stats.js'
import { IntakeStats } from '../../intake/stats.js'
import { DurableMark } from '../../journal/durable-mark.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import { PortCalls } from '../../pipeline/port-calls.js'
import { fittedToFiles, tooFewFiles } from '../../program/open-files.js'
import { complain } from '../../program/output.js'
import { openToOthers } from '../../program/private-files.js'
import { BUSY_SWEEPS, setSweeps } from '../../program/spare-memory.js'
import { type Certificates, NO_CERTIFICATES } from '../certificates.js'
import { type HeldDataDir, holdDataDir } from '../data-dir.js'
import type { GatewayOptions } from './options.js'

/** The threads of a gateway share this: its data directory, memory and channels. */
export interface GatewayContext {
  readonly options: GatewayOptions
  readonly config: Config
  readonly occupied: HeldDataDir
  readonly certificates: Certificates
  readonly journalDir: string
  /** Sentence on too few open files: '' when there is room for all connections that are configured. */
  readonly tooFewFiles: string
  readonly mark: DurableMark
  readonly stats: IntakeStats
  readonly pollStats: PollStats
  readonly opcuaStats: OpcuaStats
  readonly intakeToJournal: MessageChannel
  readonly journalToPipeline: MessageChannel
  readonly pipelineToIntake: MessageChannel
  /** Null where nobody keeps the files elsewhere. */
  readonly keeperToPipeline: MessageChannel | null
  readonly keeper: PortCalls | null
  /** The partition it works for in a cluster; empty without one. */
  readonly owned: { readonly partition?: OwnedPartition }
}

/** Occupies the data directory and makes what the threads share. */
export async function openGatewayContext(options: GatewayOptions): Promise<GatewayContext> {
  const { version, certificates = NO_CERTIFICATES, keep } = options
  const config = fittedToFiles({ ...options.config, data_dir: resolve(options.config.data_dir) })
  const tooFew = tooFewFiles(options.config)
  if (tooFew !== '') complain(`warning: ${tooFew}`)
  const occupied = options.occupied ?? (await holdDataDir(config.data_dir))
  const open = openToOthers(config.data_dir)
  if (open !== null) complain(`warning: ${open.found}; ${open.remedy}`)
  await markFormat(config.data_dir, version.version)
  setSweeps(BUSY_SWEEPS)
  const keeperToPipeline = keep === undefined ? null : new MessageChannel()
  return {
    options,
    config,
    occupied,
    certificates,
    journalDir: join(config.data_dir, 'journal'),
    tooFewFiles: tooFew,
    mark: DurableMark.create(),
    stats: IntakeStats.create(),
    pollStats: PollStats.create(),
    opcuaStats: OpcuaStats.create(),
    intakeToJournal: new MessageChannel(),
    journalToPipeline: new MessageChannel(),
    pipelineToIntake: new MessageChannel(),
    keeperToPipeline,
    keeper: keeperToPipeline && new PortCalls(keeperToPipeline.port1, keep!),
    owned: options.partition === undefined ? {} : { partition: options.partition },
  }
}
