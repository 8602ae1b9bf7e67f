import { DAY_MS } from '../../../src/base/durations.js'
import type { Window } from '../../../src/base/kpi.js'
import type { Span } from '../series/points.js'
import { lengthMsOf, type Range, reachesNow, spanBefore, spanOfRange, windowThatFits } from '../time/range.js'

/** Times that the figure and the spark of a tile are of, in the time range of the page. */

/** A spark is some hundred pixels wide. */
const MARKS_MAX = 60

export type FigurePeriod =
  /** Period that goes on now: the newest point of the window. */
  | { readonly kind: 'running'; readonly window: Window }
  /** Any other range: the gateway puts it together. */
  | { readonly kind: 'range'; readonly span: Span; readonly before: Span }
  /** A day or a month that is over. */
  | { readonly kind: 'past'; readonly window: '1d' | '1mo'; readonly span: Span; readonly before: Span }

/**
 * A chosen day or month has a figure of its own; all ranges between are put together by the gateway. What is judged by the
 * hour (`usual` is one) says what it is in this hour while the range reaches now.
 */
export function figurePeriod(range: Range, usual: Window, zone: string, nowMs: number): FigurePeriod {
  if (range.kind !== 'day' && range.kind !== 'month') {
    if (usual === '1h' && reachesNow(range, zone, nowMs)) return { kind: 'running', window: usual }
    return { kind: 'range', span: spanOfRange(range, zone, nowMs), before: spanBefore(range, zone, nowMs) }
  }
  if (reachesNow(range, zone, nowMs)) return { kind: 'running', window: range.kind === 'month' ? '1mo' : usual }
  return {
    kind: 'past',
    window: range.kind === 'month' ? '1mo' : '1d',
    span: spanOfRange(range, zone, nowMs),
    before: spanBefore(range, zone, nowMs),
  }
}

/** A period in a window, and the one it is compared with. */
export interface SparkPlan {
  readonly window: Window
  readonly span: Span
  readonly before: Span
}

const SLOW: readonly Window[] = ['1d', '1mo']
const SLOW_DAYS = 14

/**
 * Window and spans that the spark shows; null for the last day by the hour, which follows the newest data. A figure
 * with one value a day shows the two weeks to the end of a range that is a day or less.
 */
export function sparkPlan(
  { range, zone, nowMs }: { readonly range: Range; readonly zone: string; readonly nowMs: number },
  windows: readonly Window[],
  isSlow = false,
): SparkPlan | null {
  const span = spanOfRange(range, zone, nowMs)
  if (isSlow && lengthMsOf(range) <= DAY_MS) {
    const days = { fromMs: span.toMs - SLOW_DAYS * DAY_MS, toMs: span.toMs }
    return { window: '1d', span: days, before: { fromMs: days.fromMs - SLOW_DAYS * DAY_MS, toMs: days.fromMs } }
  }
  if (range.kind !== 'day' && lengthMsOf(range) <= DAY_MS && reachesNow(range, zone, nowMs)) return null
  const offered = isSlow ? SLOW.filter((window) => windows.includes(window)) : windows
  return { window: windowThatFits(lengthMsOf(range), offered, MARKS_MAX), span, before: spanBefore(range, zone, nowMs) }
}
