import { GOOD, MANUAL } from '../../base/quality.js'

/** Readings of one series in order of time, one a ts, as columns. Times in epoch ms, values in the metric's unit. */
export interface Samples {
  readonly ts: ArrayLike<number>
  /** NaN where the reading is a word. */
  readonly value: ArrayLike<number>
  readonly quality: ArrayLike<number>
  /** Bits that say more of each reading than its value, `ASSUMED_TIME` and `SLOW_ARRIVAL`: see `base/samples.ts`. */
  readonly marks: ArrayLike<number>
  /** Number of samples, where the columns have room for more; absent where it is their length. */
  readonly size?: number
}

export function sampleCountOf({ size, ts }: Samples): number {
  return size ?? ts.length
}

/** Samples that a counter or gauge is made of: good ones, and manual ones, whose time counts as estimated. */
export function isUsable(samples: Samples, i: number): boolean {
  const quality = samples.quality[i]
  return (quality === GOOD || quality === MANUAL) && !Number.isNaN(samples.value[i])
}

export function isManual(samples: Samples, i: number): boolean {
  return samples.quality[i] === MANUAL
}
