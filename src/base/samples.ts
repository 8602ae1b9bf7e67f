/** Readings of one series as columns, in order of time. `value` is NaN where the reading is a word. */
export interface SampleColumns {
  readonly ts: number[]
  readonly value: number[]
  readonly quality: number[]
  /** Marks of each reading, bits that say what is to be known beside its value: `ASSUMED_TIME`, `SLOW_ARRIVAL`. */
  readonly marks: number[]
}

/** Readings of one series as they are, numbers and words, as columns in order of time. */
export interface WordColumns {
  readonly ts: ArrayLike<number>
  readonly value: ArrayLike<number | string>
  readonly quality: ArrayLike<number>
  readonly marks: ArrayLike<number>
}

/** The device gave no time; it is that of the arrival. */
export const ASSUMED_TIME = 1
/** It arrived more than ten seconds after its time. Source: KPI specification §3, data_timeliness. */
export const SLOW_ARRIVAL = 2
export const TIMELY_MS = 10_000

/** The marks of a reading. */
export function marksOf({ ts, receivedAt, assumed }: { ts: number; receivedAt: number; assumed: boolean }): number {
  return (assumed ? ASSUMED_TIME : 0) | (receivedAt - ts > TIMELY_MS ? SLOW_ARRIVAL : 0)
}
