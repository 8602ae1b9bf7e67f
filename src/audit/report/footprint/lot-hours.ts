import { flagsOf } from '../../../base/flags.js'
import type { Scope } from '../../../base/kpi.js'
import type { ReportFigure, Text } from '../../../base/report.js'
import { COVERAGE_MIN } from '../../../kpi/formulas/recipe.js'
import type { Point } from '../../../kpi/windows/point.js'
import { sumOfRounded } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { FATAL } from '../fatal-reasons.js'
import { kpiOf } from '../figures.js'
import type { LotFacts } from './lot-facts.js'

/** Hours of a KPI that are added up, and what the sum is called. */
export interface LotHours {
  readonly kpi: string
  readonly scope: Scope
  readonly id: string
  readonly name: Text
  /** Made of reports alone: an hour without one has nothing in it, and is known. */
  readonly isReported?: boolean
}

/**
 * Sum of the final hours of a KPI in the window of a lot, each rounded to a millionth of its unit. null as for sums of days:
 * without data, with less than three quarters of the window known, or where a factor lacks in any hour.
 */
export function hoursFigure({ plant }: PlantFacts, lot: LotFacts, wanted: LotHours): ReportFigure {
  const { kpi, scope, id, name, isReported = false } = wanted
  const points = lot.hours(kpi, scope, id)
  const knownMs = coveredMs(points)
  const coverage = isReported ? 1 : knownMs / (lot.toMs - lot.fromMs)
  const estimatedMs = points.reduce((sum, point) => sum + coveredMs([point]) * point.estimatedShare, 0)
  const base = {
    name,
    unit: kpiOf(kpi).unit,
    coverage: points.length === 0 ? null : coverage,
    estimated_share: knownMs === 0 ? null : estimatedMs / knownMs,
    flags: flagsOf(points.reduce((bits, { flags }) => bits | flags, 0)),
    factors: [...new Set(points.flatMap(({ factors }) => factors))].sort(),
    made: {
      by: 'hours',
      kpi,
      plant: plant.id,
      scope,
      id,
      from: new Date(lot.fromMs).toISOString(),
      to: new Date(lot.toMs).toISOString(),
      hours: points.length,
    },
  } as const
  const fatal = points.find(({ reason }) => FATAL.has(reason))
  if (fatal !== undefined) return { ...base, value: null, reason: fatal.reason }
  if (points.length === 0) return { ...base, value: null, reason: 'no_data' }
  if (coverage < COVERAGE_MIN) return { ...base, value: null, reason: 'low_coverage' }
  return { ...base, value: sumOfRounded(points.map(({ numerator }) => numerator)), reason: '' }
}

function coveredMs(points: readonly Point[]): number {
  return points.reduce((sum, { startMs, endMs, coverage }) => sum + (endMs - startMs) * coverage, 0)
}
