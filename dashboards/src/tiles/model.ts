import type { AlarmItem } from '../../../src/base/alarm.js'
import type { KpiInfo, KpiPoint, Window } from '../../../src/base/kpi.js'
import { missedSideOf } from '../../../src/base/missed-side.js'
import type { Target } from '../../../src/base/wire.js'
import { bySeverity, isShelved } from '../alarms/open.js'
import { type Figure, figureFor } from '../format.js'

/** Silence after which a figure is old: the longest a series may be silent by default before it counts as idle. */
export const STALE_AFTER_MS = 900_000

/** A budget is an amount that is not to be used up, a plan one that is to be reached. */
type ReferenceKind = 'limit' | 'target' | 'budget' | 'plan'

/** Reference that a tile compares its value with. It comes from the configuration alone; there is never an invented one. */
export interface Reference {
  readonly kind: ReferenceKind
  /** As stored. */
  readonly value: number
  /** The value is on the wrong side of it. */
  readonly isMissed: boolean
}

/**
 * `normal`; `missed`: on the wrong side of its reference; `stale`: no data for a while; `null`: not computable;
 * `waiting`: no point at all yet; `absent`: the plant has nothing that would give it one.
 */
export type Condition = 'normal' | 'missed' | 'stale' | 'null' | 'waiting' | 'absent'

export interface TileModel {
  readonly condition: Condition
  readonly figure: Figure
  readonly point: KpiPoint | undefined
  readonly reference: Reference | null
  /** Since the newest data of the plant, for a stale tile. */
  readonly ageMs: number
}

/**
 * The alarm in which a figure of a plant is, of whichever line or device: what nobody has acknowledged goes before what
 * somebody has, then the most severe. One that was put aside or is over marks no tile.
 */
export function alarmOf(alarms: readonly AlarmItem[], plant: string, kpi: string, nowMs: number): AlarmItem | null {
  const active = alarms.filter(
    (a) => a.plant === plant && a.kpi === kpi && a.cleared_at === null && !isShelved(a, nowMs),
  )
  const isAcked = (a: AlarmItem) => Number(a.state === 'active_ack')
  return active.sort((a, b) => isAcked(a) - isAcked(b) || bySeverity(a, b))[0] ?? null
}

/** The target of a KPI in a window, as a reference for `value`; a plan is missed by a window that is over alone. */
export function referenceFor(
  targets: readonly Target[],
  kpi: string,
  window: string,
  value: number | null,
  isOver = false,
): Reference | null {
  const target = targets.find((t) => t.kpi === kpi && t.window === window)
  if (target?.max !== undefined) {
    return { kind: 'limit', value: target.max, isMissed: value !== null && value > target.max }
  }
  if (target?.min !== undefined) {
    return { kind: 'target', value: target.min, isMissed: value !== null && value < target.min }
  }
  if (target?.budget !== undefined && missedSideOf(kpi, 'budget') === 'below') {
    return { kind: 'plan', value: target.budget, isMissed: isOver && value !== null && value < target.budget }
  }
  if (target?.budget !== undefined) {
    return { kind: 'budget', value: target.budget, isMissed: value !== null && value > target.budget }
  }
  return null
}

export function tileModel(
  { info, window, isAwaited }: { readonly info: KpiInfo; readonly window: Window; readonly isAwaited: boolean },
  point: KpiPoint | undefined,
  targets: readonly Target[],
  times: { readonly nowMs: number; readonly newestMs: number },
): TileModel {
  const value = point?.value ?? null
  const reference = referenceFor(targets, info.id, window, value, point?.provisional === false)
  const figure = figureFor(info, Math.max(Math.abs(value ?? 0), Math.abs(reference?.value ?? 0)))
  const ageMs = times.nowMs - times.newestMs
  return { condition: conditionOf(), figure, point, reference, ageMs }

  function conditionOf(): Condition {
    if (point === undefined) return isAwaited ? 'waiting' : 'absent'
    if (value === null) return 'null'
    if (Number.isFinite(ageMs) && ageMs > STALE_AFTER_MS) return 'stale'
    return reference?.isMissed === true ? 'missed' : 'normal'
  }
}
