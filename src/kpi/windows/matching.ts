import type { Calendar } from '../series/calendar.js'
import type { ImportDays } from '../settings/import-days.js'
import type { Range } from '../time/ranges.js'

/** Energy that an instrument delivers, and over which days: from the start of one to the end of another, epoch ms. */
export interface Instrument {
  readonly kwh: number
  readonly fromMs: number
  readonly toMs: number
}

/** One instrument beside the days that lie in its period. */
interface Matched {
  readonly instrument: Instrument
  /** Part of what earlier instruments left of each day of it; null while its period goes on. */
  readonly share: number | null
  /** Its days, and what earlier instruments left of their import and of all days before, kWh. */
  readonly days: readonly number[]
  readonly leftBefore: readonly number[]
}

/**
 * Part of a day's import that each of some instruments covers. One whose period is over covers the same part of every
 * day of it: all that it delivers, or all that was consumed. While the period goes on it covers of a day what it would
 * cover of the days before, were they all: what it had delivered by then over what they consumed. Instruments go in their
 * order, each over what those before it left. Source: KPI specification §2.3; GHG Protocol, scope 2 guidance of 2015.
 */
export class Shares {
  readonly #matched: readonly Matched[]

  constructor(instruments: readonly Instrument[], imports: ImportDays, calendar: Calendar) {
    const days = imports.all
    const left = days.map(() => 1)
    const overMs = overFromMs(imports, calendar)
    this.#matched = instruments.map((instrument) => {
      const own = days.flatMap(([dayMs], i) => (isIn(instrument, dayMs) ? i : []))
      const leftBefore = [0]
      for (const i of own) leftBefore.push(leftBefore.at(-1)! + days[i]![1] * left[i]!)
      const share = instrument.toMs <= overMs ? partOf(instrument.kwh, leftBefore.at(-1)!) : null
      const matched = { instrument, share, days: own.map((i) => days[i]![0]), leftBefore }
      for (const i of own) left[i]! -= (shareAt(matched, days[i]![0]) ?? 0) * left[i]!
      return matched
    })
  }

  /**
   * Parts of the import of a day, one an instrument, 0 to 1 together at most. null: nothing of its period is over, so that
   * nobody can say.
   */
  at(dayMs: number): readonly (number | null)[] {
    let left = 1
    return this.#matched.map((matched) => {
      if (!isIn(matched.instrument, dayMs)) return 0
      const share = shareAt(matched, dayMs)
      if (share === null) return null
      const part = share * left
      left -= part
      return part
    })
  }
}

/** Range in which the parts of some instruments may have changed when days of a range have; null when none has. */
export function rangeTouchedBy(range: Range, instruments: readonly Instrument[], overMs: number): Range | null {
  let { fromMs, toMs } = range
  let isTouched = false
  for (let before = Number.NaN; before !== toMs - fromMs; ) {
    before = toMs - fromMs
    for (const one of instruments) {
      if (one.toMs <= fromMs || one.fromMs >= toMs) continue
      isTouched = true
      // A period that is over covers the same part of all its days; one that goes on looks at the days before alone.
      if (one.toMs <= overMs) fromMs = Math.min(fromMs, one.fromMs)
      toMs = Math.max(toMs, one.toMs)
    }
  }
  return isTouched ? { fromMs, toMs } : null
}

/** Up to where days are known to be over, epoch ms: periods that end until then are. */
export function overFromMs(imports: ImportDays, calendar: Calendar): number {
  const last = imports.all.at(-1)
  return last === undefined ? -Infinity : calendar.day(last[0]).endMs
}

function isIn({ fromMs, toMs }: Instrument, dayMs: number): boolean {
  return fromMs <= dayMs && dayMs < toMs
}

function shareAt({ instrument, share, days, leftBefore }: Matched, dayMs: number): number | null {
  if (share !== null) return share
  const leftKwh = leftBefore[countBefore(days, dayMs)]!
  if (leftKwh <= 0) return null
  const { kwh, fromMs, toMs } = instrument
  return partOf((kwh * (dayMs - fromMs)) / (toMs - fromMs), leftKwh)
}

function partOf(kwh: number, ofKwh: number): number {
  return ofKwh > 0 ? Math.min(1, kwh / ofKwh) : 0
}

/** Counts the ascending instants that lie before one. */
function countBefore(days: readonly number[], ms: number): number {
  let [from, to] = [0, days.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (days[middle]! < ms) from = middle + 1
    else to = middle
  }
  return from
}
