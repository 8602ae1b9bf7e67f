import { isDeepStrictEqual } from 'node:util'
import { DAY_MS } from '../../base/durations.js'
import type { TimeRange } from '../series/calendar.js'
import type { SeriesState } from '../series/series-state.js'
import { STATE_METRIC } from '../settings/settings.js'
import { indexesWithWindows, type PlantVersion } from '../settings/version.js'
import type { ChangedTime } from '../settings/versions.js'
import { minOf } from '../time/ranges.js'
import { kpiSubjectKey } from '../windows/subjects.js'

/** No window is over later than so long behind the newest sample that it was made of. */
const OVER_MS = 32 * DAY_MS

/** Time that is over and was computed with devices in other roles, or on other lines: some of its figures nobody makes any more. */
export interface VoidedTime {
  /** Epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Keys of the subjects whose members are others than they were. */
  readonly subjects: ReadonlySet<string>
  /** Roles are others: any subject may have figures that are not there any more. */
  readonly hasOtherRoles?: true
}

/** The part of a plant that says which subjects a device is of. */
interface Placing {
  readonly id: string
  readonly seriesList: Iterable<SeriesState>
  lineOf(version: PlantVersion, device: string): string | null
}

/** A plant with times that are to be looked through, and all of them as one until everything is computed. */
interface Parted extends Placing {
  voided: readonly VoidedTime[]
  reparted: VoidedTime | null
}

/** Notes times in which other versions are in force than were, to be looked through as far as there may be figures. */
export function notePartedPast(plant: Parted, changed: readonly ChangedTime[]): void {
  if (changed.length === 0) return
  const untilMs = -minOf([...plant.seriesList], ({ newestTs }) => -newestTs) + OVER_MS
  const cut = changed.map((time) => ({ ...time, toMs: Math.min(time.toMs, untilMs) }))
  const times = voidedTimes(
    plant,
    cut.filter(({ fromMs, toMs }) => fromMs < toMs),
  )
  if (times.length === 0) return
  plant.voided = mergedTimes([...plant.voided, ...times])
  plant.reparted = hullOf(plant.reparted === null ? times : [plant.reparted, ...times])
}

/** The times in which devices are something else than they were, neighbours of the same subjects as one. */
function voidedTimes(plant: Placing, changed: readonly ChangedTime[]): VoidedTime[] {
  const times: VoidedTime[] = []
  for (const { fromMs, toMs, before, after } of changed) {
    const found = touchedSubjects(plant, before, after)
    if (found === null) continue
    const last = times.at(-1)
    const isNext = last?.toMs === fromMs && last.subjects.size === found.subjects.size
    const isSame = isNext && [...found.subjects].every((key) => last.subjects.has(key))
    if (isSame) times[times.length - 1] = hullOf([last, { ...found, fromMs, toMs }])
    else times.push({ ...found, fromMs, toMs })
  }
  return times
}

/** Times that wait and others, those that overlap or touch as one: what nobody makes any more is asked of the newest configurations only. */
export function mergedTimes(times: readonly VoidedTime[]): readonly VoidedTime[] {
  const merged: VoidedTime[] = []
  for (const time of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last === undefined || last.toMs < time.fromMs) merged.push(time)
    else merged[merged.length - 1] = hullOf([last, time])
  }
  return merged
}

/** One time from the begin of the first to the end of the last, with the subjects of all. */
function hullOf(times: readonly VoidedTime[]): VoidedTime {
  return {
    fromMs: minOf(times, ({ fromMs }) => fromMs),
    toMs: -minOf(times, ({ toMs }) => -toMs),
    subjects: new Set(times.flatMap(({ subjects }) => [...subjects])),
    ...(times.some(({ hasOtherRoles }) => hasOtherRoles === true) && { hasOtherRoles: true }),
  }
}

/** The subjects that have other members by one version than by another; null where all devices are the same. */
function touchedSubjects(
  plant: Placing,
  before: PlantVersion,
  after: PlantVersion,
): Pick<VoidedTime, 'subjects' | 'hasOtherRoles'> | null {
  const ids = new Set([...before.devices, ...after.devices].map(({ id }) => id))
  const changed = new Set([...ids].filter((id) => !isDeepStrictEqual(before.device(id), after.device(id))))
  if (changed.size === 0) return null
  const subjects = new Set([kpiSubjectKey('plant', plant.id)])
  const touchLine = (version: PlantVersion, device: string) => {
    const line = plant.lineOf(version, device)
    if (line !== null) subjects.add(kpiSubjectKey('line', line))
  }
  const touch = (device: string) => {
    subjects.add(kpiSubjectKey('device', device))
    for (const version of [before, after]) touchLine(version, device)
  }
  for (const id of changed) touch(id)
  for (const version of [before, after]) {
    for (const { id } of version.devices) {
      const chain = withMetersInFront(version, id)
      const nearest = chain.findIndex((one) => changed.has(one))
      if (nearest < 0) continue
      // A meter behind it is counted by its own line, or by the one in front; a meter in front has a remainder of those behind it.
      for (const one of chain.slice(0, nearest)) touchLine(version, one)
      for (const one of chain.slice(nearest)) touch(one)
    }
  }
  // The first robot that somebody names says that no other sender of states is one.
  if (hasRobots(before) !== hasRobots(after)) for (const device of sendersOfStates(plant)) touch(device)
  const hasOtherRoles = [...changed].some((id) => before.device(id)?.role !== after.device(id)?.role)
  return { subjects, ...(hasOtherRoles && { hasOtherRoles }) }
}

/** A device, the meter that it stands behind, the one that that stands behind, and so on. */
function withMetersInFront(version: PlantVersion, device: string): readonly string[] {
  const chain: string[] = []
  for (let at: string | undefined = device; at !== undefined && !chain.includes(at); at = version.device(at)?.parent) {
    chain.push(at)
  }
  return chain
}

function hasRobots(version: PlantVersion): boolean {
  return [...version.devices].some(({ role }) => role === 'robot')
}

function sendersOfStates({ seriesList }: Placing): ReadonlySet<string> {
  return new Set([...seriesList].flatMap(({ metric, device }) => (metric === STATE_METRIC ? device : [])))
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
