import { HOUR_MS } from '../../../base/durations.js'
import type { NullReason } from '../../../base/reasons.js'
import { spreadOf, standardDeviation } from './spread.js'

/**
 * Kind of an hour of a stack. `stopped`: the source did not run, nothing is missing. `out_of_control`: the analyser failed a
 * check, so its readings since the last good calibration are in doubt. `invalid`: it failed, or nothing arrived.
 */
export type HourCause = 'measured' | 'stopped' | 'out_of_control' | 'invalid'

/** One hour: mg/Nm³, kg/h, or whatever is substituted; the value is `null` unless it was measured. */
export interface StackHour {
  readonly startMs: number
  readonly value: number | null
  readonly cause: HourCause
}

/** Method by which a value was put in, as the report prints it. */
export type SubstitutionMethod = 'hj75_max_180' | 'hj75_max_720' | 'hj75_max_2160' | 'mrr_mean_2_sigma'

/**
 * The log of one hour without a mass. It makes mass and never an exceedance; live figures do not see it.
 * Without a value the operator decides, and the reason says why.
 */
export type SubstitutedHour = {
  readonly startMs: number
  /** `no_flow`: the concentration is valid and no mass was measured, mostly for want of a flow. */
  readonly cause: 'out_of_control' | 'invalid' | 'no_flow'
  /** Missing hours of the gap that this one belongs to. */
  readonly gapHours: number
  /** Measured hours the value was taken from, which may be fewer than the method asks for. */
  readonly fromHours: number
} & (
  | { readonly value: number; readonly method: SubstitutionMethod; readonly reason: '' }
  | { readonly value: null; readonly method: SubstitutionMethod | null; readonly reason: NullReason }
)

/** Capture, 0..1, below which no rule of HJ 75 substitutes. */
const CAPTURE_MIN = 0.75
const CAPTURE_GOOD = 0.9
const SHORT_GAP_HOURS = 24

const LOOK_BACK_HOURS = { hj75_max_180: 180, hj75_max_720: 720, hj75_max_2160: 2160 } as const
type Hj75Method = keyof typeof LOOK_BACK_HOURS

interface Gap {
  readonly missing: readonly StackHour[]
  /** Measured hours that are over by then count: the gap itself, or the last good calibration before it. */
  readonly lookBackEndMs: number | null
}

/**
 * Missing hours as HJ 75 fills them for the mass of a quarter: with the highest of the last 180 measured hours in gaps up
 * to 24 h and of 720 in longer ones at a capture of 90 % and more, of 2160 at 75 % and more, and not at all below: `low_coverage`.
 * The capture, 0..1, is that of the values that are put in.
 * `no_data` where no measured hour lies before the gap, or before the last good calibration when the analyser was out of control.
 * Hours must be in order of time and begin as far back as the look-back reaches; with fewer, the highest of those there are.
 * A stopped hour is not missing and does not end a gap: the analyser is no better for it (a project decision).
 * Source: KPI specification §2.4, HJ 75-2017 (read in a secondary source).
 */
export function substitutedByHj75(
  hours: readonly StackHour[],
  capture: number,
  goodCalibrationsMs: readonly number[] = [],
): SubstitutedHour[] {
  return gapsOf(hours, goodCalibrationsMs).flatMap(({ missing, lookBackEndMs }): SubstitutedHour[] => {
    const method = hj75Method(capture, missing.length)
    const values = method === null ? [] : lastMeasured(hours, lookBackEndMs, LOOK_BACK_HOURS[method])
    const log = logOf(missing, values.length)
    if (method === null) return log.map((hour) => ({ ...hour, value: null, method, reason: 'low_coverage' as const }))
    if (values.length === 0) return log.map((hour) => ({ ...hour, value: null, method, reason: 'no_data' as const }))
    const highest = values.reduce((a, b) => Math.max(a, b))
    return log.map((hour) => ({ ...hour, value: highest, method, reason: '' as const }))
  })
}

/**
 * Missing hours as the EU fills concentrations: the mean of all measured hours given, plus two standard deviations of them.
 * `low_sample` with fewer than two. Source: Regulation (EU) 2018/2066, Article 45 (not checked against its text).
 */
export function substitutedByMrr(hours: readonly StackHour[]): SubstitutedHour[] {
  const values = lastMeasured(hours, Infinity, Infinity)
  const spread = spreadOf(values)
  const deviation = standardDeviation(spread)
  const method = 'mrr_mean_2_sigma'
  return gapsOf(hours, []).flatMap(({ missing }) =>
    logOf(missing, values.length).map((hour) =>
      deviation === null
        ? { ...hour, value: null, method, reason: 'low_sample' }
        : { ...hour, value: spread.mean + 2 * deviation, method, reason: '' },
    ),
  )
}

function hj75Method(capture: number, gapHours: number): Hj75Method | null {
  if (!(capture >= CAPTURE_MIN)) return null
  if (capture < CAPTURE_GOOD) return 'hj75_max_2160'
  return gapHours <= SHORT_GAP_HOURS ? 'hj75_max_180' : 'hj75_max_720'
}

function gapsOf(hours: readonly StackHour[], goodCalibrationsMs: readonly number[]): Gap[] {
  const runs: StackHour[][] = []
  let open: StackHour[] | null = null
  for (const hour of hours) {
    if (hour.cause === 'stopped') continue
    if (hour.cause === 'measured' && hour.value !== null) {
      open = null
      continue
    }
    if (open === null) {
      open = []
      runs.push(open)
    }
    open.push(hour)
  }
  return runs.map((missing) => ({ missing, lookBackEndMs: lookBackEnd(missing, goodCalibrationsMs) }))
}

/** `null` when the analyser was out of control and no good calibration before it is known: then no hour can be trusted. */
function lookBackEnd(missing: readonly StackHour[], goodCalibrationsMs: readonly number[]): number | null {
  const startMs = missing[0]!.startMs
  if (!missing.some((hour) => hour.cause === 'out_of_control')) return startMs
  return goodCalibrationsMs.reduce<number | null>(
    (last, ms) => (ms <= startMs && (last === null || ms > last) ? ms : last),
    null,
  )
}

/** Values of the last `count` measured hours that are over by `endMs`. */
function lastMeasured(hours: readonly StackHour[], endMs: number | null, count: number): number[] {
  const values: number[] = []
  if (endMs === null) return values
  for (let i = hours.length - 1; i >= 0 && values.length < count; i--) {
    const { startMs, value, cause } = hours[i]!
    if (startMs + HOUR_MS <= endMs && cause === 'measured' && value !== null) values.push(value)
  }
  return values.reverse()
}

function logOf(missing: readonly StackHour[], fromHours: number) {
  return missing.map(({ startMs, cause }) => ({
    startMs,
    cause: cause === 'measured' ? ('no_flow' as const) : cause === 'out_of_control' ? cause : ('invalid' as const),
    gapHours: missing.length,
    fromHours,
  }))
}
