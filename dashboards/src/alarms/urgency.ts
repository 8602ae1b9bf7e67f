import { ALARM_SEVERITIES, type AlarmItem, type AlarmSeverity } from '../../../src/base/alarm.js'
import { needsPerson } from './open.js'

/** Order of plants by how urgently a person should look at them. */

export interface Situation {
  readonly plant: string
  /** Its open alarms. */
  readonly alarms: readonly AlarmItem[]
  /** Figures on the wrong side of their target. */
  readonly missed: number
  readonly isStale: boolean
}

const LEAST = ALARM_SEVERITIES.length

const worstRank = (alarms: readonly AlarmItem[]) =>
  Math.min(LEAST, ...alarms.map(({ severity }) => ALARM_SEVERITIES.indexOf(severity)))

/** By the worst alarm that nobody has taken on, then by missed targets, then what is silent; else as configured. */
export function byUrgency(situations: readonly Situation[], nowMs: number): readonly string[] {
  const ranked = situations.map(({ plant, alarms, missed, isStale }, place) => ({
    plant,
    keys: [worstRank(alarms.filter((alarm) => needsPerson(alarm, nowMs))), -missed, isStale ? 0 : 1, place],
  }))
  return ranked.sort((a, b) => difference(a.keys, b.keys)).map(({ plant }) => plant)
}

function difference(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((key, at) => key !== b[at])
  return i < 0 ? 0 : a[i]! - b[i]!
}

/** Number of alarms of each severity, the worst first, without severities that have none. */
export function countsOf(
  alarms: readonly AlarmItem[],
): readonly { readonly severity: AlarmSeverity; readonly count: number }[] {
  return ALARM_SEVERITIES.map((severity) => ({
    severity,
    count: alarms.filter((alarm) => alarm.severity === severity).length,
  })).filter(({ count }) => count > 0)
}

/**
 * Orders ids so that nothing moves away under a pointer: what was shown keeps its place, what has come is put at the
 * end, what is gone goes.
 */
export function heldOrder(shown: readonly string[], wanted: readonly string[]): readonly string[] {
  const there = new Set(wanted)
  const kept = shown.filter((id) => there.has(id))
  const known = new Set(kept)
  return [...kept, ...wanted.filter((id) => !known.has(id))]
}
