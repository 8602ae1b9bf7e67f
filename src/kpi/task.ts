import type { MetricKind } from '../base/metrics.js'
import { MEMBERSHIP_MS } from './basis.js'
import { type Cause, strongerOf } from './late.js'
import type { EnginePlant } from './plant.js'
import type { UnitClock } from './publish.js'
import { type Range, Ranges } from './ranges.js'
import { QUARTER_MS } from './slots.js'
import type { Track } from './track.js'
import type { Unit } from './units.js'
import type { PlantVersion } from './version.js'

/** Changed ranges of a unit closer than this are one. */
const NEAR_MS = 3_600_000

/** Where the sums of a track have changed, and why; new samples when nothing is said. */
export interface Changed extends Range {
  readonly cause?: Cause
}

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

export function taskOf(
  plant: EnginePlant,
  unit: Unit,
  version: PlantVersion,
  changed: ReadonlyMap<Track, Changed>,
  vouched: ReadonlyMap<Track, number>,
  nowMs: number,
): Task {
  const clock = plant.clockOf(unit, nowMs)
  let newestTs = -Infinity
  for (const track of unit.tracks) {
    newestTs = Math.max(newestTs, (vouched.size === 0 ? undefined : vouched.get(track)) ?? track.newestTs)
  }
  const key = taskKey(version, unit.key)
  const lastMs = Math.max(newestTs, clock.watermarkMs)
  const ranges = rangesOf(plant, key, unit, version, changed, lastMs)
  return { key, unit, version, clock, newestTs, ranges, cause: causeOf(unit, changed) }
}

function causeOf(unit: Unit, changed: ReadonlyMap<Track, Changed>): Cause | null {
  let found: Cause | null = null
  if (changed.size === 0) return null
  for (const track of unit.tracks) {
    const range = changed.get(track)
    if (range !== undefined) found = strongerOf(range.cause ?? 'late_data', found ?? 'replay')
  }
  return found
}

/** Names a task by its version and the key of its unit. */
export function taskKey(version: PlantVersion, unit: string): string {
  return `${version.index}/${unit}`
}

/**
 * Where the sums of a unit have changed. What a sample says reaches behind it, into windows that are not there yet: these
 * are owed until somebody's samples or the watermark get there.
 * @param lastMs no window later than this is there
 */
function rangesOf(
  plant: EnginePlant,
  key: string,
  unit: Unit,
  version: PlantVersion,
  changed: ReadonlyMap<Track, Range>,
  lastMs: number,
): Ranges {
  const ranges = new Ranges(NEAR_MS)
  const owed = plant.owed.get(key)
  let owedToMs = owed?.toMs ?? -Infinity
  if (owed !== undefined) ranges.add({ fromMs: owed.fromMs, toMs: Math.min(owed.toMs, lastMs + 1) })
  for (const track of changed.size === 0 ? [] : unit.tracks) {
    const range = changed.get(track)
    if (range === undefined) continue
    const afterMs = range.toMs + silenceAfterMs(track, version)
    ranges.add({ fromMs: range.fromMs, toMs: Math.max(range.toMs, Math.min(afterMs, lastMs + 1)) })
    owedToMs = Math.max(owedToMs, afterMs)
  }
  if (owedToMs <= lastMs + 1) plant.owed.delete(key)
  else plant.owed.set(key, { fromMs: Math.max(owed?.fromMs ?? -Infinity, lastMs + 1), toMs: owedToMs })
  return ranges
}

/** Kinds whose samples say something of the time behind them. */
const HOLDING: ReadonlySet<MetricKind> = new Set(['gauge', 'switch', 'state'])

/**
 * How far behind a sample windows may change that hold none: it holds, an unconfigured sender stays a member, and 15 minutes
 * of demand that begin with it may end in the next window.
 */
function silenceAfterMs(track: Track, version: PlantVersion): number {
  const { isConfigured, rules, slidesDemand } = track.in(version)
  const slideMs = slidesDemand ? QUARTER_MS : 0
  const holdMs = Math.max(slideMs, HOLDING.has(rules.kind) ? rules.maxHoldMs : 0)
  return isConfigured ? holdMs : Math.max(holdMs, MEMBERSHIP_MS)
}
