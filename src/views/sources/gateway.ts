import type { ShownCertificates } from '../../access/shown-certificates.js'
import type { HealthCheck, StoreStatus } from '../../base/wire.js'
import type { DiskMeasures, IntakeMeasures, Measures } from './measures.js'

/** The gateway itself: what runs, how it is, and how much it does. */
export interface GatewayState {
  readonly version: { readonly version: string; readonly commit: string; readonly node: string }
  /** The embedded broker's address, for pages that show how to send; `tls_port` over TLS; neither when it is switched off. */
  readonly mqtt: { readonly host: string; readonly port: number | null; readonly tls_port: number | null }
  /** Plants for which the program was started with simulated devices; absent without. */
  readonly simulated?: readonly string[] | undefined
  /** Exit code with which those have ended while the gateway goes on, null while they send; absent where nobody could tell. */
  readonly simulatorsEnded?: (() => number | null) | undefined
  /** The certificate of the embedded broker, with what its clients have to trust; null without TLS. */
  mqttCertificate(): ShownCertificates['mqtt']
  health(): readonly HealthCheck[]
  /** Stores that readings and points go to, the embedded database first. */
  stores(): readonly StoreStatus[]
  measures(): Measures
  intake(): IntakeMeasures
  disk(): DiskMeasures
}
