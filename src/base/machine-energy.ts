import type { RangeFigure } from './range-figure.js'
import type { State } from './states.js'

/** An amount over a range: a figure of the range without its basis, or the sum of several. */
export type RangeAmount = Pick<
  RangeFigure,
  'value' | 'known' | 'unit' | 'reason' | 'coverage' | 'estimated_share' | 'flags' | 'factors'
>

/** Electricity of a machine, with what it emitted and what it cost. */
export interface EnergySpent {
  /** kWh. */
  readonly energy: RangeAmount
  /** kgCO2e, location-based. */
  readonly co2e: RangeAmount
  /** The cost is in the currency of the tariff; a plant without a tariff has null. */
  readonly cost: RangeAmount | null
}

export interface StateSpent extends EnergySpent {
  readonly state: State
}

export interface MachineSpent extends EnergySpent {
  readonly device: string
  /** null for a machine that no line has any more. */
  readonly line: string | null
  /** This part of the total went into known states in which nothing is made or made ready. */
  readonly standing: EnergySpent
  /** The states that anything went into, the largest first. */
  readonly states: readonly StateSpent[]
}

/** `GET /api/v1/plants/{plant}/energy/machines`: which machine used how much in which state, the largest first. */
export interface MachineEnergyAnswer {
  /** RFC 3339, UTC; as of the figures. */
  readonly from: string
  readonly to: string
  /** All machines below together; null without any. */
  readonly total: (EnergySpent & { readonly standing: EnergySpent }) | null
  readonly machines: readonly MachineSpent[]
  /** Machines beyond the most that one answer has: those that used least on their newest day. */
  readonly left_out: number
}
