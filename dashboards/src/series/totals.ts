import { DAY_MS, HOUR_MS } from '../../../src/base/durations.js'
import type { KpiFlag } from '../../../src/base/flags.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import type { RangeFigure } from '../../../src/base/range-figure.js'
import type { NullReason } from '../../../src/base/reasons.js'
import { lengthMsOf, type Range } from '../time/range.js'
import { type Span, timesOf } from './points.js'
import type { RangePoint } from './range-point.js'

/** The windows that are bars in a narrow card: hours of two days, days of a quarter, else months. */
export function barWindow(range: Range): Window {
  const lengthMs = lengthMsOf(range)
  if (lengthMs <= 2 * DAY_MS) return '1h'
  return lengthMs <= 100 * DAY_MS ? '1d' : '1mo'
}

/** Below this coverage a figure says how much of its range is known. */
export const QUIET_COVERAGE = 0.995

/** Value that a range comes to, with its basis. */
export interface Total {
  /** null when it cannot be computed; then `reason` says why. */
  readonly value: number | null
  readonly reason: NullReason | ''
  readonly coverage: number
  readonly estimatedShare: number
  readonly flags: readonly KpiFlag[]
  readonly factors: readonly string[]
  /** From the first data in the range, where they begin inside of it; null without any. */
  readonly span: Span | null
}

/** Data that begin so soon after their range begin with it: windows of an hour have no finer ones. */
const BEGINS_WITH_MS = HOUR_MS

/** A figure of a range, or of one window alone. */
export type OneFigure = KpiPoint & Partial<Pick<RangePoint, 'figure'>>

/** The figure of a range, of which there is one or none. */
export function totalOf([point]: readonly OneFigure[]): Total {
  if (point === undefined) {
    return { value: null, reason: '', coverage: 0, estimatedShare: 0, flags: [], factors: [], span: null }
  }
  const { value, reason, coverage, estimated_share: estimatedShare, flags, factors } = point
  return { value, reason, coverage, estimatedShare, flags, factors, span: spanOf(point) }
}

function spanOf(point: OneFigure): Span | null {
  return point.figure === undefined ? timesOf(point) : dataSpan(point.figure)
}

/** From when to when a figure of a range has data: of the whole range where nothing is missing at its begin. */
export function dataSpan({ from, to, data_from }: RangeFigure): Span | null {
  if (data_from === null) return null
  const [fromMs, dataMs] = [Date.parse(from), Date.parse(data_from)]
  return { fromMs: dataMs - fromMs > BEGINS_WITH_MS ? dataMs : fromMs, toMs: Date.parse(to) }
}
