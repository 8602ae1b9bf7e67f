import type { MetricClass } from './metrics.js'
import type { QualityRank } from './quality.js'

/** One value of one metric of one device at one instant. Its key is (plant, device, metric, ts). */
export interface Reading {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly class: MetricClass
  readonly metric: string
  /** Event time, epoch ms. */
  readonly ts: number
  /** In the unit below; a string only for the states of the metric table. */
  readonly value: number | string
  /** The unit of the metric table; for an unknown metric the one that came with it, '' when none did. */
  readonly unit: string
  readonly quality: QualityRank
  /** The device's own counter, null when it sends none. */
  readonly seq: number | null
  /** Arrival, epoch ms, from the journal. */
  readonly receivedAt: number
  /** The device gave no time; `ts` is the arrival. */
  readonly tsAssumed: boolean
}

/** A reading as history gives it back; its unit is that of its series. */
export interface StoredReading {
  /** Event time, epoch ms. */
  readonly ts: number
  readonly value: number | string
  readonly quality: QualityRank
}

/** Event that happens once at a device (a delivery, a refill, a replaced meter): idempotent by (plant, device, id). */
export interface DeviceEvent {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly id: string
  readonly type: string
  readonly ts: number
  readonly receivedAt: number
  /** The event without `id` and `type`: as it came, those of a known type with their defaults. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A device became silent or its clock wrong, or a plant expects a peak; or that is over: noticed at a tick of the journal. */
export interface DeviceFact {
  readonly plant: string
  readonly device: string
  /** `limit`: names are refused, of this device; of the plant where the device is ''. `demand`: of a plant, demand above its limit is expected. `attestation`: of a plant, a month is not attested in time. */
  readonly what: 'silence' | 'clock' | 'limit' | 'demand' | 'attestation'
  /** Arrival of the tick, epoch ms. */
  readonly atMs: number
  readonly isBad: boolean
  /** Seconds since its last message, that its clock is ahead (behind: negative), or until the peak begins (negative once it has), or since a deadline; or how many were refused. */
  readonly value: number
}

/** The connection behind an `on_change` device came up or went down: what its states hold on. */
export interface ConnectionChange {
  readonly plant: string
  readonly device: string
  /** Arrival of the journal record that says so, epoch ms; of a start, the last tick before it. */
  readonly at: number
  readonly isUp: boolean
}
