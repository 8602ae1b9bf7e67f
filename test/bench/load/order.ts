import type { Quantiles } from '../measure/histogram.js'
import type { LoadVersion } from './packets.js'

/** Load that a generator process is to send. */
export interface LoadOrder {
  readonly port: number
  readonly connections: number
  /** `m00001`, `m00002`, … of `plants/bench/line-1`: the same number of them on each connection. */
  readonly devices: number
  readonly qos: 0 | 1
  /** MQTT of all connections; absent: 3.1.1. */
  readonly version?: LoadVersion
  /** Most messages in flight, each connection. */
  readonly window: number
  /** Most messages of each connection. */
  readonly messages: number
  /** After so long nothing more is sent, and what is in flight is waited for; null: when all messages have been sent. */
  readonly seconds: number | null
  /** Rate of all connections together; null: as fast as they are acknowledged. */
  readonly messagesPerSecond: number | null
  readonly metrics: readonly string[]
  readonly samples: number
  /** Event time of each device's first sample, epoch ms; null: the time of sending, and a ms of its own for each sample. */
  readonly firstTs: number | null
  readonly stepMs: number
  /** Present for a plant of meters, robots and stacks, one a connection, in place of `metrics`. */
  readonly mix?: MixOrder
}

export interface MixOrder {
  /** Name of the connections, before their number: those of two loads at once have to differ. */
  readonly clients: string
  /** True when each tenth message is of minutes ago. */
  readonly isLate: boolean
  /** Seconds for which due messages are held back, to be sent together; 0: each is sent when it is due. */
  readonly burstSeconds: number
}

/** An order whose event times do not depend on when it is carried out, as those of most suites. */
export interface PastOrder extends LoadOrder {
  readonly firstTs: number
}

/** Report of a generator process on the load that it has sent. */
export interface LoadReport {
  /** Epoch ms of the first PUBLISH and of the last PUBACK. */
  readonly startedMs: number
  readonly endedMs: number
  /** Acknowledged; with QoS 0: that the broker has read. */
  readonly messages: number
  /** Messages acknowledged in each second. */
  readonly bySecond: readonly number[]
  /** Size of the payload of one message. */
  readonly payloadBytes: number
  /** From the moment a message was due (without a rate: was sent) to its PUBACK. */
  readonly ackMs: Quantiles
  /** Longest time in which the generator itself did not come round. */
  readonly stallMsMax: number
  /** Processor time of the generator itself, between `startedMs` and `endedMs`. */
  readonly cpuSeconds: number
}

export const PLANT = 'bench'
export const LINE = 'line-1'

/** Settings of the plant of all loads, with these devices. */
export function plantWith<Device extends object>(devices: readonly Device[]) {
  return {
    id: PLANT,
    name: { en: 'Bench' },
    timezone: 'UTC',
    lines: [{ id: LINE, name: { en: 'Line 1' } }],
    devices,
  }
}

/** All of one length, so that the topics of a connection are. */
export function deviceName(device: number): string {
  return `m${String(device + 1).padStart(5, '0')}`
}

/** The devices that a connection sends for. */
export function devicesOf({ connections, devices }: LoadOrder, connection: number): string[] {
  const each = devices / connections
  if (!Number.isInteger(each))
    throw new Error(`${devices} devices are not the same number on ${connections} connections`)
  return Array.from({ length: each }, (_, i) => deviceName(connection + i * connections))
}

/** Event time of the last sample of every device. */
export function lastTs({ firstTs, stepMs, messages, samples }: PastOrder): number {
  return firstTs + (messages * samples - 1) * stepMs
}

/** Samples that come of an order, each with all metrics: points, when they are written. */
export function samplesOf({ connections, messages, samples }: LoadOrder): number {
  return connections * messages * samples
}
