import type { EnginePlant } from '../plant/plant.js'
import type { Cause } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import { Ranges } from '../time/ranges.js'
import type { SubjectClock } from '../windows/publish.js'
import type { KpiSubject } from '../windows/subjects.js'
import { type RecomputeSchedule, taskKey } from './recompute-schedule.js'

/** A unit of one version, and what of it is to be computed. */
export interface RecomputeTask {
  /** Version and unit as one word. */
  readonly key: string
  readonly unit: KpiSubject
  readonly version: PlantVersion
  readonly clock: SubjectClock
  readonly newestTs: number
  /** Ranges in which its sums have changed. */
  readonly ranges: Ranges
  /** Cause of the changes; null when nothing has changed. */
  readonly cause: Cause | null
}

/** A unit of which nothing has changed. */
export function unchangedTaskOf(
  plant: EnginePlant,
  unit: KpiSubject,
  version: PlantVersion,
  vouched: ReadonlyMap<SeriesState, number>,
  nowMs: number,
): RecomputeTask {
  const clock = plant.clockOf(unit, nowMs)
  let newestTs = -Infinity
  for (const track of unit.tracks) {
    newestTs = Math.max(newestTs, (vouched.size === 0 ? undefined : vouched.get(track)) ?? track.newestTs)
  }
  return { key: taskKey(version, unit.key), unit, version, clock, newestTs, ranges: new Ranges(0), cause: null }
}

/** Takes what is to be computed of a unit now; what had waited for it no longer does. */
export function taskOf(
  plant: EnginePlant,
  agenda: RecomputeSchedule,
  unit: KpiSubject,
  version: PlantVersion,
  vouched: ReadonlyMap<SeriesState, number>,
  nowMs: number,
): RecomputeTask {
  const still = unchangedTaskOf(plant, unit, version, vouched, nowMs)
  return { ...still, ...agenda.take(version, unit, Math.max(still.newestTs, still.clock.watermarkMs)) }
}
