import type { MessagePort } from 'node:worker_threads'
import type { Account } from '../../access/people.js'
import type { ToShow } from '../../access/shown-certificates.js'
import type { Config } from '../../config/config.js'
import type { MqttPorts } from '../../intake/listeners.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { VersionInfo } from '../../program/version.js'

/** The pipeline thread is started with this as its workerData. */
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
  readonly opcuaStats: SharedArrayBuffer
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
  /** Plants for which the program was started with simulated devices; absent without. */
  readonly simulated?: readonly string[]
}
