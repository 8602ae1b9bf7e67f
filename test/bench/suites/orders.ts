import type { LoadOrder, PastOrder } from '../load/order.js'

/** The usual load: devices, and messages of each in flight. */
export const DEVICES = 50
const WINDOW = 100
const STEP_MS = 1000
/** Least time between the last event time and now. */
const MARGIN_MS = 60_000

/** Wishes for a load where it is not the usual one. */
export interface LoadWish extends Partial<LoadOrder> {
  readonly port: number
  /** Messages of all devices together; rounded up to the same number each. */
  readonly total: number
  readonly firstTs?: number
}

/** One reading of one metric a message, a second apart, up to a minute ago, unless something else is wished. */
export function loadOrder({ total, ...wish }: LoadWish): PastOrder {
  const { connections = DEVICES, samples = 1, stepMs = STEP_MS } = wish
  const messages = Math.ceil(total / connections)
  return {
    connections,
    devices: connections,
    qos: 1,
    window: WINDOW,
    messages,
    seconds: null,
    messagesPerSecond: null,
    metrics: ['elec_import_kwh'],
    samples,
    stepMs,
    firstTs: Math.floor((Date.now() - MARGIN_MS - messages * samples * stepMs) / 1000) * 1000,
    ...wish,
  }
}
