/** What a generator process is to send. */
export interface LoadOrder {
  readonly port: number
  /** Each is the device `m1`, `m2`, … of `plants/bench/line-1`. */
  readonly connections: number
  /** Most messages in flight, each connection. */
  readonly window: number
  /** Of each connection. */
  readonly messages: number
  /** Of all connections together; null: as fast as they are acknowledged. */
  readonly messagesPerSecond: number | null
  readonly metrics: readonly string[]
  readonly samples: number
  readonly firstTs: number
  readonly stepMs: number
}

/** What it did. */
export interface LoadReport {
  /** Epoch ms of the first PUBLISH and of the last PUBACK. */
  readonly startedMs: number
  readonly endedMs: number
  readonly messages: number
  /** Messages acknowledged in each second. */
  readonly bySecond: readonly number[]
  /** Of the generator itself, between the two. */
  readonly cpuSeconds: number
}

export const PLANT = 'bench'
export const LINE = 'line-1'

export function deviceName(connection: number): string {
  return `m${connection + 1}`
}

/** Event time of the last sample of every device. */
export function lastTs({ firstTs, stepMs, messages, samples }: LoadOrder): number {
  return firstTs + (messages * samples - 1) * stepMs
}

/** Samples that come of an order, each with all metrics: points, when they are written. */
export function samplesOf({ connections, messages, samples }: LoadOrder): number {
  return connections * messages * samples
}
