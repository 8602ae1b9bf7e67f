import type { Dictionary } from './i18n/en.js'
import type { Span } from './points.js'
import type { Range } from './range.js'
import { rangeText } from './range-text.js'
import { clockText, dateText, isSameDay, type Reader } from './time.js'

interface Place extends Reader {
  /** Of the newest data: a sum does not go beyond it. */
  readonly newestMs: number
}

/** Which time a sum is of: "today to 16:42", "Nov 2026 to 24 Nov 16:42", or the windows that lie in a stretch. */
export function sumText(
  range: Range,
  covered: Span | null,
  { zone, language, nowMs, newestMs }: Place,
  w: Dictionary,
): string {
  const reader = { zone, language, nowMs }
  const at = (ms: number) => {
    const clock = clockText(ms, zone, language)
    return isSameDay(ms, nowMs, zone) ? clock : `${dateText(ms, reader)} ${clock}`
  }
  const toMs = Math.min(covered?.toMs ?? nowMs, nowMs, newestMs)
  if (range.kind === 'last' || range.kind === 'span') {
    return covered === null ? rangeText(range, reader, w) : w.range.between(at(covered.fromMs), at(toMs))
  }
  const name = rangeText(range, reader, w)
  if (covered === null || covered.toMs <= toMs) return name
  return w.energy.upTo(range.kind === 'day' && covered.toMs > nowMs ? w.tile.today : name, at(toMs))
}
