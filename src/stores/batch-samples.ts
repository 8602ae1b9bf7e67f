import type { QualityRank } from '../base/quality.js'
import type { SampleSource, StoreSample } from './sample.js'

/** A period, both ends included. */
export interface ClosedTimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Columns of samples, and of their readings, each side by side; what they held before is still in them. */
class SampleColumnSet {
  readonly source: Int32Array
  readonly ts: Float64Array
  readonly first: Int32Array
  readonly last: Int32Array
  /** The sample before it of the same source. */
  readonly before: Int32Array
  /** By reading: the next one of its sample. */
  readonly next: Int32Array
  readonly seriesId: Int32Array
  readonly value: Float64Array

  constructor(readonly readingsMax: number) {
    this.source = new Int32Array(readingsMax)
    this.ts = new Float64Array(readingsMax)
    this.first = new Int32Array(readingsMax)
    this.last = new Int32Array(readingsMax)
    this.before = new Int32Array(readingsMax)
    this.next = new Int32Array(readingsMax)
    this.seriesId = new Int32Array(readingsMax)
    this.value = new Float64Array(readingsMax)
  }
}

const NO_COLUMNS = new SampleColumnSet(0)
/** Batches under way, and the next one; less than this is not worth keeping, and more is of a rare crowd. */
const SETS_MAX = 4
const KEPT_READINGS_MIN = 4096
const KEPT_READINGS_MAX = 131_072

/**
 * Memory of batches that have arrived, for those that follow. Megabytes that come and go make the collector go through the
 * whole heap again and again: while a store catches up that was half of the processor time.
 */
export class SampleMemory {
  #spare: SampleColumnSet[] = []

  take(readingsMax: number): SampleColumnSet {
    if (readingsMax < KEPT_READINGS_MIN) {
      // It has caught up: what comes now is little.
      this.#spare = []
      return readingsMax === 0 ? NO_COLUMNS : new SampleColumnSet(readingsMax)
    }
    const at = this.#spare.findIndex((set) => set.readingsMax >= readingsMax)
    if (at !== -1) return this.#spare.splice(at, 1)[0]!
    return new SampleColumnSet(2 ** Math.ceil(Math.log2(readingsMax)))
  }

  give(set: SampleColumnSet): void {
    if (set.readingsMax < KEPT_READINGS_MIN || set.readingsMax > KEPT_READINGS_MAX) return
    // The smallest goes for a larger one.
    this.#spare.push(set)
    this.#spare.sort((a, b) => a.readingsMax - b.readingsMax)
    if (this.#spare.length > SETS_MAX) this.#spare.shift()
  }
}

const NONE = -1
/** Qualities of a sample that has none but good ones. */
export const ALL_GOOD: StoreSample['qualities'] = Object.freeze({})

/** Samples of one source among the others. As long as they come in order of time, none has to be looked for. */
class OfSource {
  byTs: Map<number, number> | null = null
  oldestTs = Infinity
  newestTs = -Infinity
  newest = NONE

  constructor(readonly place: number) {}
}

/**
 * Samples of one batch as columns: hundreds of thousands of readings a second come by here, and an object for each would be
 * most of the work. Readings of one source and instant are one sample, in the order in which they were added, whether
 * they stood side by side or not: each knows the next one of its sample. Takes at most the readings it was made for.
 */
export class BatchSamples {
  /** Sources in the order in which they came. */
  readonly sources: SampleSource[] = []
  readonly #ofSource = new Map<SampleSource, OfSource>()
  readonly #metricOf: (seriesId: number) => string
  readonly #memory: SampleMemory
  #columns: SampleColumnSet
  readonly #words = new Map<number, string>()
  /** Qualities of the samples that have any but good ones. */
  readonly #qualities = new Map<number, StoreSample['qualities']>()
  #length = 0
  #readings = 0
  #lastSource: SampleSource | null = null
  #lastOf = new OfSource(NONE)

  constructor(readingsMax: number, metricOf: (seriesId: number) => string, memory = new SampleMemory()) {
    this.#metricOf = metricOf
    this.#memory = memory
    this.#columns = memory.take(readingsMax)
  }

  /** Gives the memory back: nobody looks at the samples any more, and there are none. */
  release(): void {
    this.#memory.give(this.#columns)
    this.#columns = NO_COLUMNS
    this.#length = 0
    this.#readings = 0
  }

  /** Number of samples. */
  get length(): number {
    return this.#length
  }

  /** Number of readings. */
  get readings(): number {
    return this.#readings
  }

  /** Adds a reading and answers the place of its sample. */
  add(source: SampleSource, ts: number, seriesId: number, value: number): number {
    const reading = this.#readings++
    this.#columns.seriesId[reading] = seriesId
    this.#columns.value[reading] = value
    this.#columns.next[reading] = NONE
    const newest = this.#length - 1
    const isOfLast =
      newest !== NONE && this.#lastSource === source && this.#columns.source[newest] === this.#lastOf.place
    const isSame = isOfLast && this.#columns.ts[newest] === ts
    const sample = isSame ? newest : this.#sampleOf(source, ts)
    if (sample === NONE) return this.#begin(ts, reading)
    this.#columns.next[this.#columns.last[sample]!] = reading
    this.#columns.last[sample] = reading
    return sample
  }

  /** Says of the reading that was added last that it is no number but a word. */
  word(text: string): void {
    this.#words.set(this.#readings - 1, text)
  }

  /** Says the quality of one metric of a sample, where it is not good. */
  qualify(sample: number, seriesId: number, quality: QualityRank): void {
    this.#qualities.set(sample, { ...this.qualities(sample), [this.#metricOf(seriesId)]: quality })
  }

  /** Place of the sample of an instant; -1 when there is none. */
  find(source: SampleSource, ts: number): number {
    const of = this.#ofSource.get(source)
    return of === undefined ? NONE : this.#findIn(of, ts)
  }

  /** Period that the samples of each source are in. */
  get reach(): ReadonlyMap<SampleSource, ClosedTimeRange> {
    return new Map([...this.#ofSource].map(([source, of]) => [source, { fromMs: of.oldestTs, toMs: of.newestTs }]))
  }

  sourceAt(sample: number): SampleSource {
    return this.sources[this.#columns.source[sample]!]!
  }

  tsAt(sample: number): number {
    return this.#columns.ts[sample]!
  }

  qualities(sample: number): StoreSample['qualities'] {
    return this.#qualities.get(sample) ?? ALL_GOOD
  }

  /** The first reading of a sample; never -1. */
  firstOf(sample: number): number {
    return this.#columns.first[sample]!
  }

  /** The next reading of the same sample; -1 when there is none. */
  after(reading: number): number {
    return this.#columns.next[reading]!
  }

  metricAt(reading: number): string {
    return this.#metricOf(this.#columns.seriesId[reading]!)
  }

  /** A number, also where there is a word in its place, see `wordAt`. */
  valueAt(reading: number): number {
    return this.#columns.value[reading]!
  }

  /** The word of a reading; undefined when it is a number. */
  wordAt(reading: number): string | undefined {
    return this.#words.size === 0 ? undefined : this.#words.get(reading)
  }

  /** Ids of the series of a sample, side by side with its metrics. */
  seriesIdsAt(sample: number): number[] {
    return this.#readingsOf(sample).map((reading) => this.#columns.seriesId[reading]!)
  }

  /** A sample as an object. */
  at(sample: number): StoreSample | undefined {
    if (sample < 0 || sample >= this.#length) return undefined
    const readings = this.#readingsOf(sample)
    return {
      source: this.sourceAt(sample),
      ts: this.tsAt(sample),
      metrics: readings.map((reading) => this.metricAt(reading)),
      values: readings.map((reading) => this.wordAt(reading) ?? this.valueAt(reading)),
      qualities: this.qualities(sample),
    }
  }

  *[Symbol.iterator](): Generator<StoreSample> {
    for (let sample = 0; sample < this.#length; sample++) yield this.at(sample)!
  }

  #readingsOf(sample: number): number[] {
    const readings: number[] = []
    for (let reading = this.firstOf(sample); reading !== NONE; reading = this.after(reading)) readings.push(reading)
    return readings
  }

  #sampleOf(source: SampleSource, ts: number): number {
    if (this.#lastSource !== source) {
      let of = this.#ofSource.get(source)
      if (of === undefined) {
        of = new OfSource(this.sources.push(source) - 1)
        this.#ofSource.set(source, of)
      }
      this.#lastSource = source
      this.#lastOf = of
    }
    return this.#findIn(this.#lastOf, ts)
  }

  #findIn(of: OfSource, ts: number): number {
    if (of.byTs === null) {
      if (ts > of.newestTs) return NONE
      of.byTs = new Map()
      for (let sample = of.newest; sample !== NONE; sample = this.#columns.before[sample]!)
        of.byTs.set(this.#columns.ts[sample]!, sample)
    }
    return of.byTs.get(ts) ?? NONE
  }

  #begin(ts: number, reading: number): number {
    const of = this.#lastOf
    const sample = this.#length++
    this.#columns.source[sample] = of.place
    this.#columns.ts[sample] = ts
    this.#columns.first[sample] = reading
    this.#columns.last[sample] = reading
    this.#columns.before[sample] = of.newest
    of.newest = sample
    of.byTs?.set(ts, sample)
    if (ts < of.oldestTs) of.oldestTs = ts
    if (ts > of.newestTs) of.newestTs = ts
    return sample
  }
}
