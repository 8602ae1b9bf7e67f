import type { EnginePlant } from '../plant/plant.js'
import type { Cause } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import { Ranges } from '../time/ranges.js'
import type { SubjectClock } from '../windows/publish.js'
import type { KpiSubject } from '../windows/subjects.js'
import { type RecomputeSchedule, taskKey } from './recompute-schedule.js'

/** A subject of one version, and what of it is to be computed. */
export interface RecomputeTask {
  /** Version and subject as one word. */
  readonly key: string
  readonly subject: KpiSubject
  readonly version: PlantVersion
  readonly clock: SubjectClock
  readonly newestTs: number
  /** Ranges in which its sums have changed. */
  readonly ranges: Ranges
  /** Cause of the changes; null when nothing has changed. */
  readonly cause: Cause | null
}

/** A subject of which nothing has changed. */
export function unchangedTaskOf(
  plant: EnginePlant,
  subject: KpiSubject,
  version: PlantVersion,
  heldUntil: ReadonlyMap<SeriesState, number>,
  nowMs: number,
): RecomputeTask {
  const clock = plant.clockOf(subject, nowMs)
  let newestTs = -Infinity
  for (const series of subject.seriesList) {
    newestTs = Math.max(newestTs, (heldUntil.size === 0 ? undefined : heldUntil.get(series)) ?? series.newestTs)
  }
  return { key: taskKey(version, subject.key), subject, version, clock, newestTs, ranges: new Ranges(0), cause: null }
}

/** Takes what is to be computed of a subject now; what had waited for it no longer does. */
export function taskOf(
  plant: EnginePlant,
  schedule: RecomputeSchedule,
  subject: KpiSubject,
  version: PlantVersion,
  heldUntil: ReadonlyMap<SeriesState, number>,
  nowMs: number,
): RecomputeTask {
  const still = unchangedTaskOf(plant, subject, version, heldUntil, nowMs)
  return { ...still, ...schedule.take(version, subject, Math.max(still.newestTs, still.clock.watermarkMs)) }
}

/** A task of before at "now"; none when the plant has no such subject any more. */
export function taskNow(
  plant: EnginePlant,
  { version, subject: { key }, ranges, cause }: RecomputeTask,
  heldUntil: ReadonlyMap<SeriesState, number>,
  nowMs: number,
): RecomputeTask[] {
  const subject = plant.subjectsOf(version).find((one) => one.key === key)
  return subject === undefined ? [] : [{ ...unchangedTaskOf(plant, subject, version, heldUntil, nowMs), ranges, cause }]
}
