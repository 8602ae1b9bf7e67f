import { HOUR_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { Sample, SimulatedDevice } from '../plant.js'

/** So far back each quarter of an hour of all meters is told: anomalies are looked for in four months. */
const QUARTERS_DAYS = 126

/**
 * The same device before it was read so often: each figure of a window costs as much, whenever it was, and of long ago each hour is
 * enough. Windows of quarters have a figure only where something was read in them.
 *
 * @param quartersFromMs from here on it is as it is, epoch ms
 */
export function sparseBefore(device: SimulatedDevice, quartersFromMs: number): SimulatedDevice {
  const { path, class: kind, isOnChange } = device
  return {
    path,
    class: kind,
    isOnChange,
    samples(fromMs, toMs, periodMs): readonly Sample[] {
      const borderMs = Math.min(toMs, Math.max(fromMs, quartersFromMs))
      const sparseMs = Math.max(periodMs, HOUR_MS)
      return [...device.samples(fromMs, borderMs, sparseMs), ...device.samples(borderMs, toMs, periodMs)]
    },
  }
}

/** Start of the quarters of a plant that starts at `startMs`, epoch ms. */
export function quartersFrom(startMs: number): number {
  return Math.floor(startMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS - QUARTERS_DAYS * 24 * HOUR_MS
}
