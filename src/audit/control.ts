import type { TimeRange } from '../kpi/series/calendar.js'

/** A check of an analyser with reference gas, as a device told it (event `cems_calibration`). */
export interface Calibration {
  /** Event time, epoch ms. */
  readonly ts: number
  /** The analyser that was checked. */
  readonly metric: string
  readonly passed: boolean
  readonly zeroDriftPct: number | null
  readonly spanDriftPct: number | null
}

/**
 * When an analyser was out of control: from the last good check before one that failed, as nobody knows since when it was
 * wrong, to the next good one; without a good one before it from the failure on, without one after it for good.
 * Source: HJ 75-2017, data out of control (from memory).
 *
 * @param calibrations of one analyser, in order of time
 */
export function outOfControl(calibrations: readonly Calibration[]): readonly TimeRange[] {
  const spans: TimeRange[] = []
  let lastGoodMs: number | null = null
  let startMs: number | null = null
  for (const { ts, passed } of calibrations) {
    if (!passed) startMs ??= lastGoodMs ?? ts
    else {
      if (startMs !== null) spans.push({ startMs, endMs: ts })
      startMs = null
      lastGoodMs = ts
    }
  }
  return startMs === null ? spans : [...spans, { startMs, endMs: Infinity }]
}
