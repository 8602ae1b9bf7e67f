import type { LoadOrder } from '../load/order.js'
import { loadOrder } from './orders.js'

/** Shape of a load, whoever takes it. */
export interface Shape {
  readonly id: string
  readonly says: string
  readonly connections: number
  readonly window: number
  readonly samples: number
  readonly qos: 0 | 1
  /** More than any broker will take here: from it follows how long ago the first event time must be. */
  readonly messagesPerSecondMax: number
  /** Goal for the ratio to mosquitto; null: none. */
  readonly goal: number | null
}

/** As an electricity meter has them. */
export const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh'] as const

export const SHAPES: readonly Shape[] = [
  {
    id: '50x1000',
    says: '50 connections, 1,000 in flight',
    connections: 50,
    window: 1000,
    samples: 1,
    qos: 1,
    ...singles(1),
  },
  {
    id: '1000x10',
    says: '1,000 connections, 10 in flight',
    connections: 1000,
    window: 10,
    samples: 1,
    qos: 1,
    ...singles(1),
  },
  {
    id: '1000x1',
    says: '1,000 connections, 1 in flight',
    connections: 1000,
    window: 1,
    samples: 1,
    qos: 1,
    ...singles(0.8),
  },
  {
    id: 'arrays',
    says: '50 connections, arrays of 100',
    connections: 50,
    window: 10,
    samples: 100,
    qos: 1,
    messagesPerSecondMax: 30_000,
    goal: null,
  },
  { id: 'qos0', says: '50 connections, QoS 0', connections: 50, window: 1000, samples: 1, qos: 0, ...singles(null) },
]

function singles(goal: number | null) {
  return { messagesPerSecondMax: 400_000, goal }
}

export function shapeOf(id: string): Shape {
  const shape = SHAPES.find((one) => one.id === id)
  if (shape === undefined)
    throw new Error(`there is no load shape ${id}; there are ${SHAPES.map((one) => one.id).join(' ')}`)
  return shape
}

/** A device sends at most a sample a ms when times are live: behind few connections there must be more devices. */
const LIVE_DEVICES_MIN = 500

export function devicesOfShape({ connections }: Shape, isLive: boolean): number {
  return isLive ? connections * Math.ceil(LIVE_DEVICES_MIN / connections) : connections
}

/** The load of a shape for some seconds, at a rate or (null) as fast as it is acknowledged. */
export function shapedOrder(
  shape: Shape,
  wish: { port: number; seconds: number; messagesPerSecond: number | null; isLive: boolean },
): LoadOrder {
  const { connections, window, samples, qos, messagesPerSecondMax } = shape
  const { port, seconds, messagesPerSecond, isLive } = wish
  const order = loadOrder({
    port,
    connections,
    devices: devicesOfShape(shape, isLive),
    window,
    samples,
    qos,
    metrics: METRICS,
    seconds,
    messagesPerSecond,
    total: seconds * (messagesPerSecond ?? messagesPerSecondMax) + connections * window,
  })
  return isLive ? { ...order, firstTs: null } : order
}
