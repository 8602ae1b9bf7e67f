import type { MessagePort } from 'node:worker_threads'
import type { Certificate } from '../../access/certificates.js'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { ClientFlow, DeviceNotice, ResultMessage } from '../../base/ingress.js'
import type { RefusedClient } from '../../base/wire/refused-clients.js'
import type { IngressOptions } from '../../intake/ingress.js'
import type { MqttPorts } from '../../intake/listeners.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { LogOptions } from '../../program/log-options.js'

/** The intake thread is started with this as its workerData. */
export interface IntakeThreadData {
  readonly ingress: IngressOptions
  /** Certificate of `mqtt.tls`; null without. */
  readonly certificate: Certificate | null
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /** To the journal thread. */
  readonly journalPort: MessagePort
  /** Brings `FromPipeline`. */
  readonly noticePort: MessagePort
  /** Memory of an `IntakeStats`. */
  readonly stats: SharedArrayBuffer
  /** Memory of a `PollStats`. */
  readonly pollStats: SharedArrayBuffer
  /** Memory of an `OpcuaStats`. */
  readonly opcuaStats: SharedArrayBuffer
  /** Memory of a `DurableMark`. */
  readonly mark: SharedArrayBuffer
  readonly config: { readonly hash: string; readonly content: string }
  readonly version: string
  readonly log: LogOptions
}

/** Messages of the pipeline: to subscribers, here or at an external broker; what clients have sent of their past; and results. */
export type FromPipeline =
  | { readonly notices: readonly DeviceNotice[] }
  | { readonly flows: readonly ClientFlow[] }
  | { readonly results: readonly ResultMessage[] }

/** The answer to results, once the broker has taken them: the next may come. */
export interface ToPipeline {
  readonly areResultsTaken: true
}

export type ToIntakeThread =
  | { readonly type: 'close' }
  /** Another configuration: into the journal, and what of it concerns this thread into force. */
  | {
      readonly type: 'config'
      readonly config: IntakeThreadData['config']
      readonly ingress: IngressOptions
      readonly logLevel: string
    }
  /** Another one of `mqtt.tls`, for those who connect from now on. */
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  /** An act or a statement of a person: into the journal. */
  | { readonly type: 'act'; readonly content: string }
export type FromIntakeThread =
  /** The ports are those of the embedded broker, null without one. */
  | { readonly type: 'ready'; readonly ports: MqttPorts | null }
  | { readonly type: 'failed'; readonly message: string; readonly code: string | undefined; readonly port: number }
  /** For each external broker at the start, and whenever it stands differently with it. */
  | { readonly type: 'broker'; readonly status: BrokerStatus }
  /** Clients that are not let in, once a second at most, whenever there are others. */
  | { readonly type: 'refused'; readonly clients: readonly RefusedClient[] }
  /** The journal has not taken what a person did or entered. */
  | { readonly type: 'act_refused'; readonly id: string }
  | { readonly type: 'closed' }
