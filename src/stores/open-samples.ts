import type { QualityRank } from '../base/quality.js'
import type { SampleSource, StoreSample } from './store.js'

/** A stretch of time, both ends included. */
export interface Reach {
  readonly fromMs: number
  readonly toMs: number
}

const ALL_GOOD: Readonly<Record<string, QualityRank>> = Object.freeze({})

/** Lists that are kept at most; devices that send ever other sets of metrics would make any number of them. */
const SHAPES_MAX = 10_000

/**
 * Lists of the series that stand side by side in samples. Devices send the same ones again and again, so samples share their
 * lists: at hundreds of thousands of samples a second what is not allocated counts.
 */
export class SeriesLists {
  #empty = new Shape([], [])
  #count = 0

  /** The list of one series. */
  of(seriesId: number, metric: string): Shape {
    return this.longer(this.#empty, seriesId, metric)
  }

  /** A list and one series more. */
  longer(shape: Shape, seriesId: number, metric: string): Shape {
    const known = shape.longer.get(seriesId)
    if (known !== undefined) return known
    if (this.#count >= SHAPES_MAX) {
      this.#empty = new Shape([], [])
      this.#count = 0
    }
    this.#count++
    const made = new Shape([...shape.seriesIds, seriesId], [...shape.metrics, metric])
    shape.longer.set(seriesId, made)
    return made
  }
}

class Shape {
  readonly longer = new Map<number, Shape>()

  constructor(
    readonly seriesIds: readonly number[],
    readonly metrics: readonly string[],
  ) {}
}

/** A sample to which readings are still added. */
export class OpenSample implements StoreSample {
  readonly values: (number | string)[]
  qualities = ALL_GOOD
  #shape: Shape

  /** With its first reading: most samples have no other, and a list that is made with its one value is the smallest. */
  constructor(
    readonly source: SampleSource,
    readonly ts: number,
    shape: Shape,
    value: number | string,
  ) {
    this.#shape = shape
    this.values = [value]
  }

  get metrics(): readonly string[] {
    return this.#shape.metrics
  }

  get seriesIds(): readonly number[] {
    return this.#shape.seriesIds
  }

  add(shapes: SeriesLists, seriesId: number, metric: string, value: number | string): void {
    this.#shape = shapes.longer(this.#shape, seriesId, metric)
    this.values.push(value)
  }
}

/** The samples of one source in one batch. As long as they come in order of time, none has to be looked for. */
export class SourceSamples {
  readonly samples: OpenSample[] = []
  #byTs: Map<number, OpenSample> | null = null
  #oldestTs = Infinity
  #newestTs = -Infinity

  constructor(readonly source: SampleSource) {}

  /** From the oldest to the newest. */
  get reach(): Reach {
    return { fromMs: this.#oldestTs, toMs: this.#newestTs }
  }

  /** The sample of an instant, if there is one already. */
  at(ts: number): OpenSample | undefined {
    if (this.#byTs === null && ts > this.#newestTs) return undefined
    this.#byTs ??= new Map(this.samples.map((sample) => [sample.ts, sample]))
    return this.#byTs.get(ts)
  }

  add(sample: OpenSample): void {
    this.samples.push(sample)
    this.#oldestTs = Math.min(this.#oldestTs, sample.ts)
    this.#newestTs = Math.max(this.#newestTs, sample.ts)
    this.#byTs?.set(sample.ts, sample)
  }
}
