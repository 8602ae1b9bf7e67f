import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { Sample, SimulatedDevice } from '../plant.js'

/** So far back the quarters of an hour are told: forecasts want four weeks of days, and plans as many. */
const QUARTERS_MS = 35 * DAY_MS
/** So far back the meters of lines are told: a month, and what is left of one more. */
const WEEKS_MS = 35 * DAY_MS

/** Samples of the past of a device in [fromMs, toMs), in order of time; none of one of which nothing less than all will do. */
export function pastSamples(
  device: SimulatedDevice,
  fromMs: number,
  toMs: number,
  presentMs: number,
): readonly Sample[] {
  const { past } = device
  if (past === undefined) return []
  const backMs = presentMs - toMs
  if (past.detail === 'weeks' && backMs >= WEEKS_MS) return []
  const everyMs = past.detail === 'quarters' && backMs < QUARTERS_MS ? QUARTER_HOUR_MS : HOUR_MS
  return past.samples(fromMs, toMs, everyMs)
}

/** Days that are sent at once: the gateway computes them together, and live figures wait no longer for them. */
export function stepMs(backMs: number): number {
  return backMs < QUARTERS_MS ? DAY_MS : 4 * DAY_MS
}
