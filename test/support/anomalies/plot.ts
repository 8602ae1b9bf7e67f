import type { PlantDescription } from '../../../simulators/plants/description.js'
import type { AnomalyKind } from '../../../src/base/anomaly.js'
import type { SimulatedMeter } from './measured-plant.js'
import type { TruePlant } from './plant-days.js'

/** An anomaly that is in a history, by numbers of intervals; no detector was asked. */
export interface PlantedAnomaly {
  readonly kind: AnomalyKind
  readonly devices: readonly string[]
  readonly from: number
  /** Null for one that lasts to the end. */
  readonly to: number | null
  /** Its size, in words for who reads a miss. */
  readonly size: string
}

/** All that a kind needs to be planted. */
export interface Plot {
  readonly meters: readonly SimulatedMeter[]
  readonly truth: TruePlant
  readonly description: PlantDescription
  readonly random: () => number
  readonly from: number
  readonly isPlanned: (i: number) => boolean
}
