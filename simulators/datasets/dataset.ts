import type { MetricClass } from '../../src/base/metrics.js'
import type { Sample } from '../samples.js'

/** A public data set as a device would have sent it. */
export interface Dataset {
  readonly line: string
  readonly device: string
  readonly class: MetricClass
  /** In order of time, one a message. Where the data set has no times of its own, the first is at 0. */
  readonly samples: readonly Sample[]
  /** Figures that a gateway must come to as the rows themselves say, with times as in the data set; printed at the end. */
  readonly expected: Readonly<Record<string, unknown>>
}

/** Makes a public data set of the text of its file. */
export interface DatasetSource {
  readonly read: (csv: string) => Dataset
  /** Without times of its own it can only be played from a given start. */
  readonly hasTimes: boolean
}
