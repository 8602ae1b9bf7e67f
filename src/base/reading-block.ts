import type { MetricClass } from './metrics.js'
import type { QualityRank } from './quality.js'

/**
 * One metric of one device, under the line and class of one topic: what the readings of a series that arrive again and
 * again have in common, said once. Who decodes keeps it; who archives notes in it where its readings belong.
 */
export interface ReadingSource {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly class: MetricClass
  readonly metric: string
  /** The unit of the metric table; for an unknown metric the one that came with it, '' when none did. */
  readonly unit: string
  /** Number of its series in the archive, -1 until it has one. */
  seriesId: number
  /** Number of its line in the archive, -1 until it has one. */
  lineId: number
  /** Generation of the known names in which it was found to be one of them, -1 before. */
  knownIn: number
}

/** A source that has no numbers yet. Written out: of a spread each would have a hidden class of its own, of 300 bytes. */
export function newReadingSource(
  { plant, line, device }: Pick<ReadingSource, 'plant' | 'line' | 'device'>,
  under: MetricClass,
  metric: string,
  unit: string,
): ReadingSource {
  return { plant, line, device, class: under, metric, unit, seriesId: -1, lineId: -1, knownIn: -1 }
}

const FIRST_CAPACITY = 64

/**
 * Readings in columns, in order of arrival: what a range of the journal comes to. A block is filled, archived, emptied
 * and filled again, so that a reading on its way costs no object. Nothing of it may be kept by who reads it. What lies
 * behind `length` is left of an earlier filling.
 */
export class ReadingBlock {
  length = 0
  readonly sources: ReadingSource[] = []
  ts = new Float64Array(FIRST_CAPACITY)
  /** NaN where the reading is a word: then it stands in `words`. */
  value = new Float64Array(FIRST_CAPACITY)
  quality = new Uint8Array(FIRST_CAPACITY)
  /** NaN where the device sends none. */
  seq = new Float64Array(FIRST_CAPACITY)
  receivedAt = new Float64Array(FIRST_CAPACITY)
  /** 1 where the device gave no time. */
  assumed = new Uint8Array(FIRST_CAPACITY)
  /** Position of the journal record. */
  position = new Float64Array(FIRST_CAPACITY)
  /** The words, by row. */
  readonly words = new Map<number, string>()

  /** @param seq NaN for none */
  add(
    source: ReadingSource,
    ts: number,
    value: number | string,
    quality: QualityRank,
    seq: number,
    receivedAt: number,
    tsAssumed: boolean,
    position: number,
  ): void {
    const row = this.length++
    if (row === this.ts.length) this.#grow()
    this.sources[row] = source
    this.ts[row] = ts
    if (typeof value === 'number') this.value[row] = value
    else {
      this.value[row] = Number.NaN
      this.words.set(row, value)
    }
    this.quality[row] = quality
    this.seq[row] = seq
    this.receivedAt[row] = receivedAt
    this.assumed[row] = tsAssumed ? 1 : 0
    this.position[row] = position
  }

  /** The number, or the word. */
  valueOf(row: number): number | string {
    const value = this.value[row]!
    return Number.isNaN(value) ? (this.words.get(row) ?? value) : value
  }

  /** Takes away all rows from this one on. */
  truncate(length: number): void {
    if (this.words.size > 0) for (const row of this.words.keys()) if (row >= length) this.words.delete(row)
    this.length = length
  }

  clear(): void {
    this.length = 0
    this.words.clear()
  }

  #grow(): void {
    const capacity = 2 * this.ts.length
    this.ts = grown(this.ts, new Float64Array(capacity))
    this.value = grown(this.value, new Float64Array(capacity))
    this.quality = grown(this.quality, new Uint8Array(capacity))
    this.seq = grown(this.seq, new Float64Array(capacity))
    this.receivedAt = grown(this.receivedAt, new Float64Array(capacity))
    this.assumed = grown(this.assumed, new Uint8Array(capacity))
    this.position = grown(this.position, new Float64Array(capacity))
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
