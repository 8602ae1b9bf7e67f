import type { Reading } from '../../src/base/reading.js'
import { reading } from './engine.js'

/** A register that rises evenly from 1000, a sample every few minutes over [from, to], both included. */
export function evenly(
  device: string,
  metric: string,
  [fromMs, toMs]: readonly [number, number],
  perHour: number,
  everyMin = 5,
): Reading[] {
  const count = Math.round((toMs - fromMs) / (everyMin * 60_000))
  return Array.from({ length: count + 1 }, (_, i) => {
    return reading({ device, metric, ts: fromMs + i * everyMin * 60_000, value: 1000 + (i * everyMin * perHour) / 60 })
  })
}
