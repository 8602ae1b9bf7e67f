import type { State } from './states.js'

/** The ISO 22400 states of machines and robots over time, as the API gives them. Times are RFC 3339, UTC. */

/** A stretch of time, [from, to), in which a machine was in one state. */
export interface StateSegment {
  readonly from: string
  readonly to: string
  /** UNKNOWN where nobody says. */
  readonly state: State
}

export interface DeviceStatesAnswer {
  /** Oldest first, without holes, joined where equal, up to now; empty of a device that never told its state. */
  readonly segments: readonly StateSegment[]
  /** True when there are more than are given: these are the newest. */
  readonly truncated: boolean
}

export interface DeviceStates extends DeviceStatesAnswer {
  readonly device: string
  readonly line: string
}

export interface PlantStatesAnswer {
  /** As in the tree of plants; devices that never told their state are not there. */
  readonly devices: readonly DeviceStates[]
}
