import type { Language } from './format.js'
import type { Dictionary } from './i18n/en.js'
import type { Span } from './points.js'
import type { Range } from './range.js'
import { rangeText } from './range-text.js'
import { clockText, dayText } from './time.js'

interface Place {
  readonly zone: string
  readonly language: Language
  readonly nowMs: number
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
  const at = (ms: number) => {
    const day = dayText(ms, zone, language)
    const clock = clockText(ms, zone, language)
    return day === dayText(nowMs, zone, language) ? clock : `${day} ${clock}`
  }
  const toMs = Math.min(covered?.toMs ?? nowMs, nowMs, newestMs)
  if (range.kind === 'last' || range.kind === 'span') {
    return covered === null ? rangeText(range, zone, language, w) : w.range.between(at(covered.fromMs), at(toMs))
  }
  const name = rangeText(range, zone, language, w)
  if (covered === null || covered.toMs <= toMs) return name
  return w.energy.upTo(range.kind === 'day' && covered.toMs > nowMs ? w.tile.today : name, at(toMs))
}
