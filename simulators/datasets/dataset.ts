import type { MetricClass } from '../../src/base/metrics.js'
import type { Sample } from '../samples.js'

/** A public data set as a device would have sent it. */
export interface Dataset {
  readonly line: string
  readonly device: string
  readonly class: MetricClass
  /** In order of time, one a message. */
  readonly samples: readonly Sample[]
  /** What the rows themselves say a gateway must come to, with times as in the data set; printed at the end. */
  readonly expected: Readonly<Record<string, unknown>>
}
