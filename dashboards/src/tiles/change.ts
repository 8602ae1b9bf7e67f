import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { decimal, type Figure, type Language } from '../format.js'
import { timesOf } from '../series/points.js'
import { sameClock } from '../time/time.js'

/** Change of a figure against the period before it; there is none where that is not known. */

/** A period that was mostly not measured says nothing to compare with. */
const COVERAGE_MIN = 0.5
/** A share above it is a start from almost nothing. */
const SHARE_MAX = 9.99

export interface Change {
  /** As stored. */
  readonly now: number
  readonly before: number
  /** Whole hours of a running day that are compared with the same of the day before; null for two whole periods. */
  readonly hours: number | null
}

const startOf = (point: KpiPoint) => timesOf(point).fromMs
const endOf = (point: KpiPoint) => timesOf(point).toMs

/** Against the window right before it. */
export function changeOfPeriod(point: KpiPoint, points: readonly KpiPoint[]): Change | null {
  const before = points.find((p) => endOf(p) === startOf(point))
  if (point.value === null || before === undefined || before.value === null) return null
  return before.coverage < COVERAGE_MIN ? null : { now: point.value, before: before.value, hours: null }
}

/** Against as long a range before it; of either too little may be known. */
export function changeOfRange(point: KpiPoint, before: KpiPoint): Change | null {
  if (point.value === null || before.value === null) return null
  if (Math.min(point.coverage, before.coverage) < RANGE_COVERAGE_MIN) return null
  return { now: point.value, before: before.value, hours: null }
}

/** A range of which less is known has no value either. */
const RANGE_COVERAGE_MIN = 0.75

/**
 * The same of a window that may be running: a sum or a peak so far is not to be held against a whole period, only a
 * ratio.
 */
export function changeSoFar(shape: KpiInfo['shape'], point: KpiPoint, points: readonly KpiPoint[]): Change | null {
  return shape !== 'ratio' && point.provisional ? null : changeOfPeriod(point, points)
}

/**
 * The sum of a running day: its whole hours against the same hours, by the clock of the plant, of the day before. Hours
 * are whole when the data have come so far. One that is not known on either day leaves nothing to compare; one that only
 * one of the days has by its clock is left out of both.
 */
export function changeOfSum(day: KpiPoint, hours: readonly KpiPoint[], newestMs: number, zone: string): Change | null {
  const byStart = new Map(hours.map((hour) => [startOf(hour), hour.value]))
  const today = hours.filter((hour) => startOf(hour) >= startOf(day) && endOf(hour) <= Math.min(newestMs, endOf(day)))
  const last = today.at(-1)
  // None may be left out: the day so far is all of its hours.
  if (last === undefined || today.length * HOUR_MS !== endOf(last) - startOf(day)) return null
  let [now, before] = [0, 0]
  const compared = new Set<number>()
  for (const hour of today) {
    const sameMs = sameClock(startOf(hour), -DAY_MS, zone)
    if (sameMs === null || compared.has(sameMs)) continue
    const yesterday = byStart.get(sameMs)
    if (hour.value === null || yesterday === undefined || yesterday === null) return null
    compared.add(sameMs)
    now += hour.value
    before += yesterday
  }
  return compared.size === 0 ? null : { now, before, hours: compared.size }
}

interface ChangeText {
  readonly direction: 'up' | 'down' | null
  /** Without its sign, which the arrow is. */
  readonly text: string
}

/**
 * Text of a change: of a percentage in points, of a pure number as a difference, else in per cent of what was before.
 * What rounds to nothing has no arrow; null where per cent of nothing would be asked for.
 */
export function changeText(
  { now, before }: Change,
  info: Pick<KpiInfo, 'unit'>,
  figure: Figure,
  language: Language,
  points: (number: string) => string,
): ChangeText | null {
  const difference = now - before
  const isShare = figure.unit === '%'
  if (!isShare && info.unit !== '1' && before === 0) return null
  const share = Math.min(Math.abs(difference / before), SHARE_MAX)
  const digits = isShare || info.unit === '1' ? figure.digits : share < 1 ? 1 : 0
  const size = isShare || info.unit === '1' ? Math.abs(difference) * figure.factor : share * 100
  const number = decimal(size, digits, language)
  const isNothing = Number((size * 10 ** digits).toFixed(0)) === 0
  return {
    direction: isNothing ? null : difference > 0 ? 'up' : 'down',
    text: isShare ? points(number) : info.unit === '1' ? number : `${number} %`,
  }
}
