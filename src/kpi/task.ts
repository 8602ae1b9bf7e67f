import { type Agenda, taskKey } from './agenda.js'
import type { Cause } from './late.js'
import type { EnginePlant } from './plant.js'
import type { UnitClock } from './publish.js'
import { Ranges } from './ranges.js'
import type { Track } from './track.js'
import type { Unit } from './units.js'
import type { PlantVersion } from './version.js'

/** A unit of one version, and what of it is to be computed. */
export interface Task {
  /** Version and unit as one word. */
  readonly key: string
  readonly unit: Unit
  readonly version: PlantVersion
  readonly clock: UnitClock
  readonly newestTs: number
  /** Where its sums have changed. */
  readonly ranges: Ranges
  /** Why; null when nothing has changed. */
  readonly cause: Cause | null
}

/** A unit of which nothing has changed. */
export function stillTaskOf(
  plant: EnginePlant,
  unit: Unit,
  version: PlantVersion,
  vouched: ReadonlyMap<Track, number>,
  nowMs: number,
): Task {
  const clock = plant.clockOf(unit, nowMs)
  let newestTs = -Infinity
  for (const track of unit.tracks) {
    newestTs = Math.max(newestTs, (vouched.size === 0 ? undefined : vouched.get(track)) ?? track.newestTs)
  }
  return { key: taskKey(version, unit.key), unit, version, clock, newestTs, ranges: new Ranges(0), cause: null }
}

/** What is to be computed of a unit now; what had waited for it no longer does. */
export function taskOf(
  plant: EnginePlant,
  agenda: Agenda,
  unit: Unit,
  version: PlantVersion,
  vouched: ReadonlyMap<Track, number>,
  nowMs: number,
): Task {
  const still = stillTaskOf(plant, unit, version, vouched, nowMs)
  return { ...still, ...agenda.take(version, unit, Math.max(still.newestTs, still.clock.watermarkMs)) }
}
