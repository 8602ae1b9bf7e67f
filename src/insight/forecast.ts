import type { HorizonName } from '../base/forecast.js'
import type { HiddenReason } from './score/scoreboard.js'

/** A forecast whose interval has not come after so many days is not judged. */
export const WAIT_DAYS = 7
/** One interval of a forecast, in the unit of the series; null when it is not known. */
export interface ForecastValue {
  /** Start of the interval, epoch ms. */
  readonly startMs: number
  readonly value: number | null
  /** Bounds that hold the outcome in 50 % and in 90 % of all cases. */
  readonly low50: number | null
  readonly high50: number | null
  readonly low90: number | null
  readonly high90: number | null
}

/** A forecast as it was issued; it is never changed afterwards. */
export interface ForecastRecord {
  readonly horizon: HorizonName
  readonly issuedAtMs: number
  /** End of the newest interval that was known, epoch ms; null when there was none. */
  readonly dataUpToMs: number | null
  /** Models and their weights, such as `day_profile 0.50 + trees 0.50`. */
  readonly model: string
  /** Version of the rules by which it was made; with the seed and the data it gives the same values to the last bit. */
  readonly version: string
  readonly seed: number
  /** Null when it may be shown, else why it steps aside. */
  readonly hidden: HiddenReason | null
  readonly values: readonly ForecastValue[]
}
