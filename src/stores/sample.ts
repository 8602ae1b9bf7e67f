import type { MetricClass } from '../base/metrics.js'
import type { QualityRank } from '../base/quality.js'

/** Origin of samples. One object for each, so that a store can keep by it what all its samples have in common. */
export interface SampleSource {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly class: MetricClass
}

/** The readings of one source at one instant: a point, in InfluxDB's words. */
export interface StoreSample {
  readonly source: SampleSource
  /** Event time, epoch ms. */
  readonly ts: number
  /** Name and value of each reading, side by side; never empty. */
  readonly metrics: readonly string[]
  readonly values: readonly (number | string)[]
  /** Qualities of all readings that the source has at this instant, whether they are in this sample or not, see `base/quality`. */
  readonly qualities: Readonly<Record<string, QualityRank>>
}
