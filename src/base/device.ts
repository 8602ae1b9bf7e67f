import type { DeviceNode, Rejection } from './wire.js'

/** The last message of a device as it came, and what became of it. */
export interface LastMessage {
  readonly topic: string
  readonly client: string
  /** Arrival, RFC 3339. */
  readonly received_at: string
  readonly size_bytes: number
  /** The first KiB as text; of bytes that are no text as `hex: 08 ff …`. */
  readonly sample: string
  /** So many were decoded from it. */
  readonly readings: number
  readonly events: number
  /** At most 20. */
  readonly rejections: readonly Rejection[]
}

/** All that is known of one device. */
export interface DeviceAnswer extends DeviceNode {
  readonly plant: string
  readonly line: string
  /** Its last status message; null before the first. */
  readonly status: 'online' | 'offline' | null
  /** Session of the MQTT client that published its last sample; `lost` when the gateway itself was stopped. */
  readonly session: { readonly client: string; readonly state: 'open' | 'ended' | 'lost' | null } | null
  /** Smallest and largest offset of the clock in the last ten minutes with readings. */
  readonly clock_bounds: { readonly min_ms: number; readonly max_ms: number } | null
  /** Device minus gateway, by minute of arrival, oldest first; at most 60. */
  readonly clock_series: readonly { readonly at: string; readonly offset_ms: number }[]
  /** Its counter `seq`: the last value, how often values were left out, and how many. */
  readonly sequence: { readonly last: number | null; readonly gaps: number; readonly missing: number }
  /** Metrics that it has readings of, those with the newest readings first; at most 100. */
  readonly metrics: readonly string[]
  /** null before the first one since the gateway was started. */
  readonly last_message: LastMessage | null
}
