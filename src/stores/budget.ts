import type { Stream } from '../kpi/windows/point.js'
import { BatchSamples } from './batch-samples.js'
import type { SampleSource } from './sample.js'
import type { ItemRefusal, StoreBatch } from './store.js'

/** End of the words of a refusal for this reason. */
export const OVER_BUDGET = '(series_max)'

/**
 * Bound on the series that a store may be given: a server whose index grows without end dies of it. The first ones that come are
 * let in, and stay in.
 */
export class Budget {
  readonly #max: number
  readonly #admitted = new Set<SampleSource | Stream>()

  /** @param given those that were let in before the start, in the order in which they came */
  constructor(seriesMax: number, given: readonly (SampleSource | Stream)[] = []) {
    this.#max = seriesMax
    for (const series of given.slice(0, seriesMax)) this.#admitted.add(series)
  }

  /** Gives the part of a batch that is let in; null when all of it is. */
  admit(batch: StoreBatch): AdmittedBatch | null {
    if (this.#admitsAll(batch)) return null
    const all = [...batch.samples]
    const samples = this.#sift(all, ({ source }) => source)
    const points = this.#sift(batch.points, ({ stream }) => stream)
    const detail = `it would be one series more than the budget of ${this.#max} ${OVER_BUDGET}`
    return {
      batch: {
        samples: samples.in.map((index) => all[index]!),
        points: points.in.map((index) => batch.points[index]!),
        erased: batch.erased,
        alarms: batch.alarms ?? [],
      },
      indexes: { samples: samples.in, points: points.in },
      refused: [
        ...samples.out.flatMap((index) =>
          all[index]!.metrics.map((metric) => ({ of: 'reading' as const, index, metric, detail })),
        ),
        ...points.out.map((index) => ({ of: 'point' as const, index, detail })),
      ],
    }
  }

  /** Lets in what there is room for, and says whether that is all of it. */
  #admitsAll({ samples, points }: StoreBatch): boolean {
    const sources = samples instanceof BatchSamples ? samples.sources : samples.map(({ source }) => source)
    return sources.every((source) => this.#admits(source)) && points.every(({ stream }) => this.#admits(stream))
  }

  #admits(series: SampleSource | Stream): boolean {
    if (this.#admitted.size < this.#max) this.#admitted.add(series)
    return this.#admitted.has(series)
  }

  #sift<T>(items: readonly T[], seriesOf: (item: T) => SampleSource | Stream): { in: number[]; out: number[] } {
    const sifted: { in: number[]; out: number[] } = { in: [], out: [] }
    for (const [index, item] of items.entries()) {
      const list = this.#admits(seriesOf(item)) ? sifted.in : sifted.out
      list.push(index)
    }
    return sifted
  }
}

export interface AdmittedBatch {
  readonly batch: StoreBatch
  /** Places in the whole batch of what is let in. */
  readonly indexes: { readonly samples: readonly number[]; readonly points: readonly number[] }
  /** Refusals of the rest, by places in the whole batch. */
  readonly refused: readonly ItemRefusal[]
}
