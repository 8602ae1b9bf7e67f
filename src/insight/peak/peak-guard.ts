import { DAY_MS } from '../../base/durations.js'
import type { RowLog } from '../features/row-log.js'
import { WAIT_DAYS } from '../forecast.js'
import { TreesModel, type TreesOptions } from '../models/trees-model.js'
import type { KnownSeries } from '../series/known-series.js'

/** Days of outcomes that the level of alarm and the chance are learnt from. */
const DAYS_KEPT = 60
const OUTCOMES_MIN = 500
/** Outcomes of about the same score out of which a chance is counted. */
const NEIGHBOURS = 30
/** An interval within a sixth of the threshold, above or below, is more or less a peak to learn from. */
const NEARNESS = 1 / 6
/** The level expects as many peaks as there were, or up to a tenth more: a missed peak costs more than a needless warning. */
const EXPECTED_PER_PEAK_MAX = 1.1

const TREES: TreesOptions = {
  models: 1,
  trees: 150,
  rate: 0.05,
  leavesMax: 15,
  leafRowsMin: 60,
  shrinkage: 50,
  rowShare: 0.7,
  columnShare: 0.25,
}

/** A forecast of whether the next hour has a peak. */
export interface PeakForecast {
  readonly issuedAtMs: number
  /** Chance that an interval is above the threshold, 0..1; null while too little is known. */
  readonly chance: number | null
  readonly isExpected: boolean
}

/** A forecast of peaks beside what came. */
export interface PeakOutcome {
  readonly issuedAtMs: number
  readonly isExpected: boolean
  readonly isPeak: boolean
  /** An interval of the same length just before was above the threshold: the naive forecast. */
  readonly wasPeak: boolean
}

interface Judged {
  readonly score: number
  readonly isPeak: boolean
}

/**
 * Says whether one of the next intervals will be above a threshold. Trees learn how near the highest of them came, which tells more
 * than whether it passed; a peak is expected from the level that would have had the best F1 among those that expect about as many as there were.
 */
export class PeakGuard {
  readonly #series: KnownSeries
  readonly #log: RowLog
  readonly #threshold: number
  readonly #intervals: number
  readonly #trees: TreesModel
  #waiting: { readonly issuedAtMs: number; readonly score: number; readonly isExpected: boolean }[] = []
  #judged: Judged[] = []
  /** Outcomes in order of their score, and how many peaks are among those before each. */
  #scores = new Float64Array(0)
  #peaksBefore = new Float64Array(0)
  #level = Number.POSITIVE_INFINITY

  /**
   * @param threshold in the unit of the series
   * @param intervals how many are looked at
   */
  constructor(
    series: KnownSeries,
    log: RowLog,
    { threshold, intervals, seed }: { readonly threshold: number; readonly intervals: number; readonly seed: number },
  ) {
    this.#series = series
    this.#log = log
    this.#threshold = threshold
    this.#intervals = intervals
    this.#trees = new TreesModel(TREES, seed)
  }

  /** Fits the trees anew; false when there is nothing to learn from. */
  refit(): boolean {
    const { table, targets } = this.#log.known((startMs) => this.#nearness(this.#highest(startMs)))
    this.#trees.fit(table, targets)
    return table.rows > 0
  }

  /** Learns the level of alarm anew; once a day. */
  beginDay(): void {
    this.#judged = this.#judged.slice((-DAYS_KEPT * DAY_MS) / this.#series.stepMs)
    const ordered = [...this.#judged].sort((a, b) => a.score - b.score)
    this.#scores = Float64Array.from(ordered, ({ score }) => score)
    this.#peaksBefore = new Float64Array(ordered.length + 1)
    ordered.forEach(({ isPeak }, i) => {
      this.#peaksBefore[i + 1] = this.#peaksBefore[i]! + (isPeak ? 1 : 0)
    })
    this.#level = this.#levelOfAlarm()
  }

  /** @param row columns of the interval that begins now */
  issue(nowMs: number, row: Float32Array): PeakForecast {
    const score = this.#trees.value(row)
    if (Number.isNaN(score)) return { issuedAtMs: nowMs, chance: null, isExpected: false }
    const isExpected = score >= this.#level
    this.#waiting.push({ issuedAtMs: nowMs, score, isExpected })
    return { issuedAtMs: nowMs, chance: this.#chance(score), isExpected }
  }

  /** Judges what has come, and drops what has not come within `WAIT_DAYS`. */
  settle(nowMs: number): readonly PeakOutcome[] {
    const outcomes: PeakOutcome[] = []
    const oldestMs = nowMs - WAIT_DAYS * DAY_MS
    this.#waiting = this.#waiting.filter(({ issuedAtMs, score, isExpected }) => {
      const highest = this.#highest(issuedAtMs)
      if (Number.isNaN(highest)) return issuedAtMs >= oldestMs
      const isPeak = highest > this.#threshold
      const wasPeak = this.#highest(issuedAtMs - this.#intervals * this.#series.stepMs) > this.#threshold
      this.#judged.push({ score, isPeak })
      outcomes.push({ issuedAtMs, isExpected, isPeak, wasPeak })
      return false
    })
    return outcomes
  }

  /** Highest of the intervals from one on; NaN when one of them is not known. */
  #highest(startMs: number): number {
    const first = this.#series.numberOf(startMs)
    let highest = Number.NEGATIVE_INFINITY
    for (let i = first; i < first + this.#intervals; i++) highest = Math.max(highest, this.#series.at(i))
    return highest
  }

  #nearness(highest: number): number {
    const way = NEARNESS * this.#threshold
    const share = (highest - (this.#threshold - way)) / (2 * way)
    return Number.isNaN(share) ? share : Math.min(1, Math.max(0, share))
  }

  #chance(score: number): number | null {
    const count = this.#scores.length
    if (count < OUTCOMES_MIN) return null
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#scores[middle]! < score) low = middle + 1
      else high = middle
    }
    const from = Math.max(0, Math.min(low - NEIGHBOURS / 2, count - NEIGHBOURS))
    return (this.#peaksBefore[from + NEIGHBOURS]! - this.#peaksBefore[from]!) / NEIGHBOURS
  }

  #levelOfAlarm(): number {
    const count = this.#scores.length
    const peaks = this.#peaksBefore[count] ?? 0
    if (count < OUTCOMES_MIN || peaks === 0) return Number.POSITIVE_INFINITY
    let level = Number.POSITIVE_INFINITY
    let best = -1
    const most = Math.min(count, Math.round(EXPECTED_PER_PEAK_MAX * peaks))
    for (let expected = peaks; expected <= most; expected++) {
      const hits = peaks - this.#peaksBefore[count - expected]!
      const f1 = (2 * hits) / (expected + peaks)
      if (f1 > best) {
        best = f1
        level = this.#scores[count - expected]!
      }
    }
    return level
  }
}
