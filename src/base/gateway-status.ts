import type { HealthCheck, StoreStatus } from './wire.js'

/** The gateway itself, as its page shows it. Times are RFC 3339, UTC; what is not known is null. */

export interface IntakeRate {
  /** End of the ten seconds. */
  readonly at: string
  readonly messages_per_s: number
  /** Time from PUBLISH to PUBACK, ms; null when nothing was acknowledged. */
  readonly ack_p99_ms: number | null
}

export interface GatewayStatus {
  readonly version: string
  readonly commit: string
  readonly node: string
  readonly started_at: string
  readonly uptime_s: number
  /** No port when the embedded broker is switched off, or has none in the clear or over TLS. */
  readonly mqtt: {
    readonly host: string
    readonly port: number | null
    readonly tls_port: number | null
    readonly clients: number
  }
  readonly feed: { readonly clients: number; readonly dropped_updates: number }
  readonly intake: {
    /** Since the data directory was made. */
    readonly messages_total: number
    /** Mean over the last minute; null in the very first second. */
    readonly messages_per_s: number | null
    /** Since the start. */
    readonly bytes_total: number | null
    /** Over the last five minutes; null when nothing was acknowledged. */
    readonly ack_ms: { readonly p50: number; readonly p99: number } | null
  }
  readonly pipeline: { readonly lag_s: number }
  readonly journal: {
    readonly bytes: number
    readonly bytes_max: number
    /** Arrival of the oldest record that is still there; null when there is none. */
    readonly oldest_at: string | null
    /** Records of the journal, of which each holds what came together. */
    readonly records_per_s: number | null
  }
  readonly archive: {
    readonly bytes: number | null
    readonly oldest_at: string | null
    /** From the oldest reading to now. */
    readonly days: number | null
  }
  readonly stores: readonly StoreStatus[]
  readonly process: {
    readonly rss_bytes: number
    /** Share of one core, over the last minute; null in the very first second. */
    readonly cpu_share: number | null
    /** Heap of the thread of pipeline and views. */
    readonly heap_bytes: number
  }
  /** One for each ten seconds, oldest first, at most 90. */
  readonly rates: readonly IntakeRate[]
  /** All of them, well or not. */
  readonly checks: readonly HealthCheck[]
}
