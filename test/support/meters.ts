import type { DeviceEvent, Reading } from '../../src/base/reading.js'
import { reading } from './engine.js'

/** When a meter begins and ends: epoch ms or RFC 3339. */
export interface Stretch {
  readonly from: number | string
  readonly to: number | string
  readonly everyMin?: number
}

const ms = (time: number | string) => (typeof time === 'string' ? Date.parse(time) : time)

/** A register that rises evenly by `perHour`, a sample every five minutes, both ends included. */
export function register(device: string, metric: string, perHour: number, of: Stretch): Reading[] {
  return series(device, metric, of, (hours) => 1000 + hours * perHour)
}

/** A level that stays what it is. */
export function level(device: string, metric: string, value: number, of: Stretch): Reading[] {
  return series(device, metric, of, () => value)
}

/** Samples by the hours since the first of them. */
export function series(
  device: string,
  metric: string,
  { from, to, everyMin = 5 }: Stretch,
  value: (hours: number) => number,
): Reading[] {
  const count = (ms(to) - ms(from)) / (everyMin * 60_000)
  return Array.from({ length: count + 1 }, (_, i) =>
    reading({ device, metric, ts: ms(from) + i * everyMin * 60_000, value: value((i * everyMin) / 60) }),
  )
}

/** Fuel that was burnt by the batch. */
export function fuelUsed(device: string, ts: number | string, fields: Record<string, unknown>): DeviceEvent {
  return {
    plant: 'p',
    line: 'l',
    device,
    id: `${device} ${ms(ts)} ${JSON.stringify(fields)}`,
    type: 'fuel_used',
    ts: ms(ts),
    receivedAt: ms(ts),
    fields,
  }
}

/** In the order in which they were measured. */
export function byTime(...all: readonly (readonly Reading[])[]): Reading[] {
  return all.flat().sort((a, b) => a.ts - b.ts)
}
