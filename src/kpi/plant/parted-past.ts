import type { TimeRange } from '../series/calendar.js'
import { indexesWithWindows, type PlantVersion } from '../settings/version.js'
import type { ChangedTime } from '../settings/versions.js'
import { kpiSubjectKey } from '../windows/subjects.js'

/** Time that is over and was computed with devices in other roles, or on other lines: some of its figures nobody makes any more. */
export interface VoidedTime {
  /** Epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Keys of the subjects that some of these devices are or were a part of. */
  readonly subjects: ReadonlySet<string>
}

/** The part of a plant that says which subjects a device is of. */
interface Placing {
  readonly id: string
  lineOf(version: PlantVersion, device: string): string | null
}

/** The times in which devices are something else than they were, neighbours of the same subjects as one. */
export function voidedTimes(plant: Placing, changed: readonly ChangedTime[]): VoidedTime[] {
  const times: VoidedTime[] = []
  for (const { fromMs, toMs, before, after } of changed) {
    const subjects = touchedSubjects(plant, before, after)
    if (subjects.size === 0) continue
    const last = times.at(-1)
    const isNext = last?.toMs === fromMs && last.subjects.size === subjects.size
    const isSame = isNext && [...subjects].every((key) => last.subjects.has(key))
    if (isSame) times[times.length - 1] = { ...last, toMs }
    else times.push({ fromMs, toMs, subjects })
  }
  return times
}

/** Times that wait and others, those that overlap or touch as one: what nobody makes any more is asked of the newest configurations only. */
export function mergedTimes(times: readonly VoidedTime[]): readonly VoidedTime[] {
  const merged: VoidedTime[] = []
  for (const time of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last === undefined || last.toMs < time.fromMs) merged.push(time)
    else {
      const subjects = new Set([...last.subjects, ...time.subjects])
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, time.toMs), subjects }
    }
  }
  return merged
}

function touchedSubjects(plant: Placing, before: PlantVersion, after: PlantVersion): ReadonlySet<string> {
  const touched = new Set<string>()
  const ids = new Set([...before.devices, ...after.devices].map(({ id }) => id))
  for (const id of ids) {
    if (before.device(id) === after.device(id)) continue
    touched.add(kpiSubjectKey('plant', plant.id)).add(kpiSubjectKey('device', id))
    for (const version of [before, after]) {
      const line = plant.lineOf(version, id)
      if (line !== null) touched.add(kpiSubjectKey('line', line))
    }
  }
  return touched
}

/** Forgets months of versions that are no more, as all of their figures are made again, or that have no windows. */
export function forgetMonths(
  waiting: Map<string, ReadonlyMap<number, TimeRange>>,
  versions: readonly PlantVersion[],
): void {
  if (waiting.size === 0) return
  const there = indexesWithWindows(versions)
  for (const key of [...waiting.keys()]) {
    if (!there.has(Number(key.slice(0, key.indexOf('/'))))) waiting.delete(key)
  }
}
