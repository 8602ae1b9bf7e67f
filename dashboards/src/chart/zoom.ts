import { MINUTE_MS } from '../../../src/base/durations.js'
import { linkWith } from '../nav.js'
import type { Span } from '../series/points.js'
import { nowMs, route } from '../state.js'
import { LAST_MS, type Range, rangeParameter, spanOfRange } from '../time/range.js'

/** Number of zooms that can be stepped out of; of older ones twice the span is shown. */
const STEPS_MAX = 50

/** The range that was shown before, by the one that was zoomed into. */
const before = new Map<string, Range>()

/** Whole minutes, and at least one of them. */
function roundSpan({ fromMs, toMs }: Span): Span {
  const from = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS
  return { fromMs: from, toMs: Math.max(from + MINUTE_MS, Math.ceil(toMs / MINUTE_MS) * MINUTE_MS) }
}

/** Shows a part of what is shown; an entry in the history of the browser, so that its own way back works too. */
export function zoomInto(span: Span): void {
  const zoomed: Range = { kind: 'span', ...roundSpan(span) }
  const parameter = rangeParameter(zoomed)
  if (parameter === rangeParameter(route.value.range)) return
  before.delete(parameter)
  before.set(parameter, route.value.range)
  for (const oldest of before.keys()) {
    if (before.size <= STEPS_MAX) break
    before.delete(oldest)
  }
  location.hash = linkWith({ range: zoomed })
}

/** The range before the zoom; where there is none, twice as long a span around the same middle. */
export function stepOut(zone: string): void {
  const { range } = route.value
  const known = before.get(rangeParameter(range))
  if (known !== undefined) {
    location.hash = linkWith({ range: known })
    return
  }
  const wider = widened(spanOfRange(range, zone, nowMs.value), nowMs.value)
  location.hash = linkWith({ range: { kind: 'span', ...roundSpan(wider) } })
}

/** Twice as long, but not into the future. */
function widened({ fromMs, toMs }: Span, nowMs: number): Span {
  const half = (toMs - fromMs) / 2
  const end = Math.max(toMs, Math.min(toMs + half, nowMs))
  return { fromMs: end - Math.min(4 * half, 10 * LAST_MS['365d']), toMs: end }
}
