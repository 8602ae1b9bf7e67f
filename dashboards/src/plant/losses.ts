import type { KpiPoint } from '../../../src/base/kpi.js'
import type { State } from '../../../src/base/states.js'
import { timeKpi } from './time-account.js'

/** From planned busy time down to OEE: where the time went, as shares of the planned busy time (ISO 22400-2). */

/** States in which planned time is lost, whatever the calendar says. */
const LOST = ['SETUP', 'IDLE_STARVED', 'IDLE_BLOCKED', 'HELD', 'DOWN_FAULT'] as const satisfies readonly State[]
/** Time in these is planned busy time only while work was planned, and the API does not tell the two apart. */
const LOST_IN_SHIFT = ['IDLE_NO_ORDER', 'OFF', 'BREAK'] as const satisfies readonly State[]
const FACTORS = ['availability', 'effectiveness', 'quality_ratio', 'oee'] as const

export const LOSS_KPIS: readonly string[] = [...FACTORS, ...[...LOST, ...LOST_IN_SHIFT].map(timeKpi)]

type Factor = (typeof FACTORS)[number]
export type LossId =
  | 'planned'
  | (typeof LOST)[number]
  | 'no_order'
  | 'availability'
  | 'speed'
  | 'rejects'
  | 'rest'
  | 'oee'

/** A total goes from 0 to `to`; a loss takes what is between `from` and `to`, and gives it back where `to` is larger. */
export interface LossRow {
  readonly id: LossId
  readonly kind: 'total' | 'loss'
  readonly from: number
  readonly to: number
}

export interface Losses {
  /** In the order in which they are taken off; down to what is known. */
  readonly rows: readonly LossRow[]
  readonly points: Readonly<Record<Factor, KpiPoint | undefined>>
  /** The first factor of which there is no value: the rows end above it. */
  readonly missing: Factor | null
}

/** Differences that are those of rounding in the sums of an API that is exact. */
const EXACT = 1e-9

export function lossesOf(point: (kpi: string) => KpiPoint | undefined): Losses {
  const points = {
    availability: point('availability'),
    effectiveness: point('effectiveness'),
    quality_ratio: point('quality_ratio'),
    oee: point('oee'),
  }
  const value = (factor: Factor) => points[factor]?.value ?? null
  const [a, oee] = [value('availability'), value('oee')]
  const plannedS = points.availability?.denominator ?? 0
  if (a === null || plannedS <= 0) return { rows: [], points, missing: 'availability' }

  const rows: LossRow[] = [{ id: 'planned', kind: 'total', from: 0, to: 1 }]
  let left = 1
  const take = (id: LossId, share: number) => {
    if (Math.abs(share) > EXACT) rows.push({ id, kind: 'loss', from: left, to: left - share })
    left -= share
  }
  const shareOf = (states: readonly State[]) =>
    states.reduce((sum, state) => sum + (point(timeKpi(state))?.value ?? 0), 0) / plannedS
  for (const state of LOST) take(state, shareOf([state]))
  // The rest of the planned time was spent in states that may lie outside it: no more of them than there is.
  take('no_order', Math.min(Math.max(0, left - a), shareOf(LOST_IN_SHIFT)))
  const restOfTime = left - a
  left = a
  const total = (id: 'availability' | 'oee', to: number): LossRow => ({ id, kind: 'total', from: 0, to })
  const withRest = (share: number, at: number) => {
    if (Math.abs(share) > EXACT) rows.push({ id: 'rest', kind: 'loss', from: at + share, to: at })
  }
  withRest(restOfTime, a)
  rows.push(total('availability', a))

  // Nothing was produced: nothing can be lost any more to speed or rejects.
  if (a === 0 && oee !== null) return { rows: [...rows, total('oee', oee)], points, missing: null }
  const e = value('effectiveness')
  if (e === null) return { rows, points, missing: 'effectiveness' }
  take('speed', a * (1 - e))
  const q = value('quality_ratio')
  if (q === null) return { rows, points, missing: 'quality_ratio' }
  take('rejects', a * e * (1 - q))
  if (oee === null) return { rows, points, missing: 'oee' }
  withRest(left - oee, oee)
  return { rows: [...rows, total('oee', oee)], points, missing: null }
}

const STEP = 0.1
/** Air below the smallest value, so that its bar can be compared with the others. */
const AIR = 0.08
/** Share below which the axis starts at zero, as zero is near enough to show it. */
const ZERO_BELOW = 0.3

/** Start of the axis: a round figure below everything that is drawn, or zero. */
export function axisStart(rows: readonly LossRow[], target: number | null): number {
  const least = Math.min(1, ...rows.map(({ to }) => to), ...(target === null ? [] : [target])) - AIR
  return least < ZERO_BELOW ? 0 : Math.floor(least / STEP + EXACT) * STEP
}

/**
 * Per cent that a row shows with `digits` digits: of a loss the difference of the rounded totals around it, so that the
 * figures on the page add up as those behind them do.
 */
export function shownPercent({ kind, from, to }: LossRow, digits: number): number {
  const rounded = (share: number) => Math.round(share * 100 * 10 ** digits) / 10 ** digits
  return kind === 'total' ? rounded(to) : rounded(to) - rounded(from)
}
