import { commonMs, HOUR_MS, type MetricSettings, type Sample, type Span } from './inputs.js'

/** Rise of a register between two samples, KPI specification §1.4; time without such is not covered. */
export interface Rise extends Span {
  readonly delta: number
}

interface Point {
  readonly ts: number
  readonly value: number
}

const USED = ['good', 'manual']
const HISTORY = 20
const LOOKAHEAD = 3
const GLITCH_MS = 900_000
const SILENCE_MS = 400 * 24 * HOUR_MS
/** A rise that is so many times the usual one may be a glitch, and so may a fall from so high. */
const FAR = 100

/** The rises of a register, by the rules 1 to 7 in the order of the specification. */
export function risesOf(samples: readonly Sample[], settings: MetricSettings): readonly Rise[] {
  const factor = settings.multiplier ?? 1
  const points = samples.flatMap(({ ts, value, quality }): Point[] =>
    USED.includes(quality) && typeof value === 'number' ? [{ ts, value }] : [],
  )
  return new Register(points, settings).rises().map((rise) => ({ ...rise, delta: rise.delta * factor }))
}

class Register {
  readonly #points: readonly Point[]
  readonly #settings: MetricSettings
  readonly #recent: number[] = []
  #implausible: number[] = []

  constructor(points: readonly Point[], settings: MetricSettings) {
    this.#points = points
    this.#settings = settings
  }

  rises(): Rise[] {
    const rises: Rise[] = []
    let before: Point | undefined
    for (const [i, point] of this.#points.entries()) {
      if (before === undefined) {
        before = point
        continue
      }
      const delta = this.#deltaOf(before, point, i)
      if (delta === 'skip') continue
      if (typeof delta === 'number') {
        rises.push({ fromMs: before.ts, toMs: point.ts, delta })
        if (delta > 0) this.#recent.push(delta)
        if (this.#recent.length > HISTORY) this.#recent.shift()
      }
      before = point
    }
    return rises
  }

  /** A rise, a sample to be left out, or a new baseline. */
  #deltaOf(p: Point, c: Point, at: number): number | 'skip' | 'baseline' {
    if (c.ts - p.ts > SILENCE_MS) return 'baseline'
    const fall = c.value < p.value
    const m = medianOf(this.#recent)
    if (fall && m > 0 && p.value > FAR * m && this.#comesBack(p, c, at)) return 'skip'
    const { modulus, max_rate: maxRate } = this.#settings
    const multiplier = this.#settings.multiplier ?? 1
    if (fall && modulus !== undefined && p.value > 0.9 * modulus && c.value < 0.1 * modulus) {
      return this.#plausible(p, c, modulus - p.value + c.value)
    }
    if (fall && m > 0 && p.value > FAR * m && c.value >= 0.9 * p.value) return 'baseline'
    if (fall) {
      const hours = (c.ts - p.ts) / HOUR_MS
      if (maxRate !== undefined && c.value * multiplier > 1.1 * maxRate * hours) return 'baseline'
      if (m === 0 && maxRate === undefined && c.value === 0 && this.#next(at).some(({ value }) => value >= p.value)) {
        return 'skip'
      }
      return this.#plausible(p, c, c.value)
    }
    const delta = c.value - p.value
    if (m > 0 && delta > FAR * m && this.#next(at).some(({ value }) => value >= p.value && value < c.value)) {
      return 'skip'
    }
    return this.#plausible(p, c, delta)
  }

  /** Rule 3a: the register is soon as high as it was, by one step of more than half of the fall. */
  #comesBack(p: Point, c: Point, at: number): boolean {
    let last = c
    for (const [n, next] of this.#points.slice(at + 1).entries()) {
      if (n >= LOOKAHEAD && next.ts - c.ts > GLITCH_MS) return false
      if (next.value >= p.value) return next.value - last.value > (p.value - c.value) / 2
      last = next
    }
    return false
  }

  #next(at: number): readonly Point[] {
    return this.#points.slice(at + 1, at + 1 + LOOKAHEAD)
  }

  /** Rule 5, on the rise. */
  #plausible(p: Point, c: Point, delta: number): number | 'skip' | 'baseline' {
    const { max_rate: maxRate, multiplier = 1 } = this.#settings
    if (maxRate === undefined || delta * multiplier <= (1.1 * maxRate * (c.ts - p.ts)) / HOUR_MS) {
      this.#implausible = []
      return delta
    }
    const inRow = [...this.#implausible, c.value]
    const isClimbing = inRow.every((value, i) => i === 0 || value >= inRow[i - 1]!)
    this.#implausible = isClimbing ? inRow : [c.value]
    if (this.#implausible.length < LOOKAHEAD) return 'skip'
    this.#implausible = []
    return 'baseline'
  }
}

function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** §5: energy and volume registers are interpolated at the boundaries. */
export function amountIn(rises: readonly Rise[], span: Span): number {
  let amount = 0
  for (const rise of rises) {
    const common = commonMs(rise, span)
    if (common > 0) amount += (rise.delta * common) / (rise.toMs - rise.fromMs)
  }
  return amount
}

/** §5: pieces are not split: all of them to the window that holds the second sample, its end included. */
export function piecesIn(rises: readonly Rise[], { fromMs, toMs }: Span): number {
  return rises.reduce((sum, rise) => (rise.toMs > fromMs && rise.toMs <= toMs ? sum + rise.delta : sum), 0)
}

export function coveredMs(rises: readonly Rise[], span: Span): number {
  return rises.reduce((sum, rise) => sum + commonMs(rise, span), 0)
}
