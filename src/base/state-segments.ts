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
  /** Oldest first, without holes, two that follow each other never in the same state. */
  readonly segments: readonly StateSegment[]
  /** True when there are more than are given: these are the newest. */
  readonly truncated: boolean
}

export interface DeviceStates extends DeviceStatesAnswer {
  readonly device: string
  readonly line: string
}

export interface PlantStatesAnswer {
  /** By line and device; devices whose states nobody tells are not there. */
  readonly devices: readonly DeviceStates[]
}
