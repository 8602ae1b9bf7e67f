import type { LocalDays } from '../series/local-days.js'

/** Place of a meter in the balance of a plant. */
export type MeterPart = 'main' | 'part' | 'generation'

/** Values of one meter by interval, in its unit; NaN where they are not known, or not from readings of that very interval. */
export interface MeterSeries {
  readonly device: string
  readonly line: string | null
  readonly unit: string
  readonly part: MeterPart
  /** The meter that counts what this one counts too; null for none. */
  readonly behind: string | null
  readonly isCompressedAir: boolean
  /** Its base load follows the weather, so that a rise of it says nothing. */
  readonly isWeatherDriven: boolean
  /** Machines whose work this meter feeds. */
  readonly machines: readonly string[]
  /** A flow back counts negative. */
  readonly values: Float64Array
}

/** A machine by interval; NaN where nothing is known of it. */
export interface MachineSeries {
  readonly device: string
  readonly line: string | null
  readonly cycles: Float64Array
  /** Time in which it made what it made, s, stops left out. */
  readonly executeS: Float64Array
  /** Time that this should have taken, s, each product by its own; NaN where that is not known. */
  readonly standardS: Float64Array
}

/** A plant as far as it is known, in intervals of one length from a local midnight on. */
export interface PlantHistory {
  readonly plant: string
  readonly startMs: number
  readonly stepMs: number
  readonly intervals: number
  readonly days: LocalDays
  readonly meters: readonly MeterSeries[]
  readonly machines: readonly MachineSeries[]
  /** Price and emissions of a kWh; null where nobody has said them. */
  readonly pricePerKwh: number | null
  readonly kgCo2ePerKwh: number | null
}
