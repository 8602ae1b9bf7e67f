import type { Series } from '../../archive/series.js'
import type { WordColumns } from '../../base/samples.js'
import { utcDayStartMs } from '../../base/utc-day.js'
import type { Buckets } from '../series/buckets.js'
import { bucketsFrom, type FoldStart, floorQuarterHour, SeriesFold, STATELESS, type Tail } from '../series/fold.js'
import { isUsable, type Samples } from '../series/samples.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { LOOKAHEAD_SAMPLES, merged, modes, scaled } from '../series/shaping.js'
import { MODE_METRIC } from '../settings/settings.js'
import { type PlantDay, type SeriesDay, seriesKey } from './day.js'

const NOTHING: Samples = { ts: [], value: [], quality: [], marks: [] }

/**
 * A series that is folded forward once, day by day: each sample is taken from where the fold was last settled, as a live
 * series does with live ones. Sums of days gone by are forgotten, so its memory is a few days, however long the period.
 */
export class RollingSeries implements SeriesBuckets {
  readonly series: SeriesState
  readonly quarterHours: Buckets
  readonly minutes: Buckets | null
  tail: Tail = null
  /** Everything up to the end of this UTC day was fed; days since the epoch. */
  fedDay = -Infinity
  readonly #foldFromMs: (dayOfSeries: Series) => number
  #start: FoldStart | null = null
  /** Samples from the start on, in pieces. */
  #pending: Samples[] = []
  #isDirty = false
  /** Times of the last samples that decide how a range before them ends, ascending. */
  #deciding: number[] = []
  #newestTs = -Infinity

  /**
   * @param fromMs sums are kept from here on; start of a quarter
   * @param walkFromMs readings of a series before this are not looked at
   */
  constructor(series: SeriesState, fromMs: number, foldFromMs: (dayOfSeries: Series) => number) {
    this.series = series
    const { quarterHours, minutes } = bucketsFrom(series.rulebook, fromMs, series.slidesDemand)
    this.quarterHours = quarterHours
    this.minutes = minutes
    this.#foldFromMs = foldFromMs
  }

  /** Takes the next day, or one later on with all between them being without a reading of this series. */
  feed(day: number, { series: dayOfSeries }: PlantDay): void {
    this.fedDay = day
    this.take(this.#samplesOf(day, dayOfSeries))
  }

  /** Some of its readings are in a day. */
  isIn({ series: dayOfSeries }: PlantDay): boolean {
    const { device } = this.series
    return this.series.inputs.some((input) => input !== null && dayOfSeries.has(seriesKey(device, input.metric)))
  }

  /** Takes samples behind those taken before. */
  take(samples: Samples): void {
    const last = samples.ts.length - 1
    if (last < 0) return
    this.#start ??= { fromMs: floorQuarterHour(samples.ts[0]!), state: this.series.isEvent ? STATELESS : null }
    this.#pending.push(samples)
    this.#isDirty = true
    this.#newestTs = samples.ts[last]!
    const found: number[] = []
    for (let i = last; i >= 0 && found.length < this.#decidingMax; i--) {
      if (!this.series.isRegister || isUsable(samples, i)) found.push(samples.ts[i]!)
    }
    this.#deciding = [...this.#deciding, ...found.reverse()].slice(-this.#decidingMax)
  }

  /**
   * Nothing that is still to come changes what lies before an instant: what holds, holds up to its next sample, and a
   * register is judged with a few samples behind it.
   */
  isDecided(ms: number): boolean {
    const { length, 0: first } = this.#deciding
    if (this.#newestTs === -Infinity || this.#newestTs >= this.series.newestTs) return true
    return length === this.#decidingMax && first! >= ms
  }

  /** Folds what was taken. */
  fold(): void {
    if (!this.#isDirty || this.#start === null) return
    this.#isDirty = false
    const samples = joined(this.#pending)
    const { quarterHours, minutes } = this
    quarterHours.truncate(this.#start.fromMs)
    minutes?.truncate(this.#start.fromMs)
    const fold = new SeriesFold(this.series.rulebook, this.#start, Infinity, { quarterHours, minutes })
    fold.fold(samples)
    this.tail = fold.tail
    this.#start = fold.settled
    this.#pending = [behind(samples, this.#start.fromMs)]
  }

  /** Forgets sums before an instant. */
  forget(ms: number): void {
    const fromMs = Math.min(ms, this.#start?.fromMs ?? ms)
    this.quarterHours.dropBefore(fromMs)
    this.minutes?.dropBefore(fromMs)
  }

  get #decidingMax(): number {
    return this.series.isRegister ? LOOKAHEAD_SAMPLES : 1
  }

  #samplesOf(day: number, dayOfSeries: PlantDay['series']): Samples {
    const { series } = this
    const inputs = series.inputs.map((input) => {
      if (input === null || utcDayStartMs(day) < this.#foldFromMs(input)) return undefined
      return dayOfSeries.get(seriesKey(series.device, input.metric))
    })
    if (series.isMerged) {
      return merged(
        inputs.flatMap((own, input) => (own === undefined ? [] : { input, words: wordsOf(own) })),
        series,
      )
    }
    const [own] = inputs
    if (own === undefined) return NOTHING
    return series.metric === MODE_METRIC ? modes(wordsOf(own), series) : scaled(own, series)
  }
}

function wordsOf({ words, ...samples }: SeriesDay): WordColumns {
  return { ...samples, value: Array.from(samples.value, (value, i) => words?.[i] ?? value) }
}

function joined(pieces: readonly Samples[]): Samples {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  const size = pieces.reduce((sum, { ts }) => sum + ts.length, 0)
  const all = {
    ts: new Float64Array(size),
    value: new Float64Array(size),
    quality: new Uint8Array(size),
    marks: new Uint8Array(size),
  }
  let at = 0
  for (const { ts, value, quality, marks } of pieces) {
    all.ts.set(ts, at)
    all.value.set(value, at)
    all.quality.set(quality, at)
    all.marks.set(marks, at)
    at += ts.length
  }
  return all
}

/** Samples from an instant on, in memory of their own. */
function behind({ ts, value, quality, marks }: Samples, fromMs: number): Samples {
  let from = ts.length
  while (from > 0 && ts[from - 1]! >= fromMs) from--
  return {
    ts: Float64Array.from({ length: ts.length - from }, (_, i) => ts[from + i]!),
    value: Float64Array.from({ length: ts.length - from }, (_, i) => value[from + i]!),
    quality: Uint8Array.from({ length: ts.length - from }, (_, i) => quality[from + i]!),
    marks: Uint8Array.from({ length: ts.length - from }, (_, i) => marks[from + i]!),
  }
}
