import { flagsOf, KPI_FLAG_LIST, type KpiFlag } from '../../base/flags.js'
import type { KpiInfo, Scope } from '../../base/kpi.js'
import type { NullReason } from '../../base/reasons.js'
import type { FigureMaking, ReportFigure, Text } from '../../base/report.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import { COVERAGE_MIN } from '../../kpi/formulas/recipe.js'
import type { Point } from '../../kpi/windows/point.js'
import { add, millionths, ofMillionths, quotient, subtract, sumOfRounded } from './decimal.js'
import { type PlantFacts, printedInstant } from './facts.js'
import { FATAL } from './fatal-reasons.js'

const KPIS: ReadonlyMap<string, KpiInfo> = new Map(CATALOGUE.map((kpi) => [kpi.id, kpi]))

/** The catalogue's entry of a KPI that a report names. */
export function kpiOf(id: string): KpiInfo {
  const found = KPIS.get(id)
  if (found === undefined) throw new Error(`there is no KPI ${id}`)
  return found
}

/** Days of a KPI that are added up. */
export interface DaysOf {
  readonly kpi: string
  readonly scope: Scope
  readonly id: string
  readonly of?: 'value' | 'numerator' | 'denominator' | 'highest'
  /** That of the KPI when absent. */
  readonly name?: Text
  readonly unit?: string
  /** Made of reports alone: a day without one has nothing in it, and is known. */
  readonly isReported?: boolean
}

/** The properties of a figure beside its value, when it is made of others. */
type Beside = Pick<ReportFigure, 'coverage' | 'estimated_share' | 'flags' | 'factors'>

const NOTHING_BESIDE: Beside = { coverage: null, estimated_share: null, flags: [], factors: [] }

/** Every figure of a report, by id. */
export class ReportFigures {
  readonly #all = new Map<string, ReportFigure>()

  get(id: string): ReportFigure {
    const found = this.#all.get(id)
    if (found === undefined) throw new Error(`there is no figure ${id}`)
    return found
  }

  has(id: string): boolean {
    return this.#all.has(id)
  }

  /** In the order of their ids. */
  record(): Readonly<Record<string, ReportFigure>> {
    return Object.fromEntries([...this.#all].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Two blocks may ask for the same figure: it is made once. */
  put(id: string, make: () => ReportFigure): string {
    if (!this.#all.has(id)) this.#all.set(id, make())
    return id
  }

  /** The final days of a KPI in the period. */
  days(facts: PlantFacts, id: string, wanted: DaysOf): string {
    return this.put(id, () => daysFigure(facts, wanted))
  }

  /** Figures added, those of `less` taken off. Unknown when one of them is. */
  sum(id: string, name: Text, unit: string, of: readonly string[], less: readonly string[] = []): string {
    return this.put(id, () => {
      const all = [...of, ...less].map((one) => this.get(one))
      const made: FigureMaking = { by: 'sum', of, ...(less.length === 0 ? {} : { less }) }
      const lacking = all.find(({ value }) => value === null)
      if (all.length === 0 || lacking !== undefined) {
        return { name, unit, value: null, reason: lacking?.reason ?? 'no_data', ...besideOf(all), made }
      }
      const value = less.reduce(
        (left, one) => subtract(left, this.get(one).value!),
        add(...of.map((one) => this.get(one).value!)),
      )
      return { name, unit, value, reason: '', ...besideOf(all), made }
    })
  }

  /** One over another, times a constant. */
  quotient(id: string, name: Text, unit: string, of: readonly [string, string], times = 1): string {
    return this.put(id, () => {
      const [numerator, denominator] = [this.get(of[0]), this.get(of[1])]
      const made: FigureMaking = { by: 'quotient', of, times }
      const beside = besideOf([numerator, denominator])
      const lacking = [numerator, denominator].find(({ value }) => value === null)
      if (lacking !== undefined) return { name, unit, value: null, reason: lacking.reason, ...beside, made }
      const value = quotient(numerator.value!, denominator.value!, times)
      return { name, unit, value, reason: value === null ? 'no_denominator' : '', ...beside, made }
    })
  }

  /** Counted from readings or another table. */
  count(id: string, name: Text, unit: string, value: string | null, of: string): string {
    const reason = value === null ? 'no_data' : ''
    return this.put(id, () => ({ name, unit, value, reason, ...NOTHING_BESIDE, made: { by: 'count', of } }))
  }

  /** Said by the configuration or a person; null when nobody did, or what was said is no answer: then with `unknown`. */
  statement(
    id: string,
    name: Text,
    unit: string,
    value: string | null,
    source: string,
    unknown: NullReason | 'not_configured' = 'not_configured',
  ): string {
    const reason = value === null ? unknown : ''
    return this.put(id, () => ({ name, unit, value, reason, ...NOTHING_BESIDE, made: { by: 'statement', source } }))
  }

  /** By a rule of the report, from other figures; `value` is asked when all of these are known. */
  rule(
    id: string,
    name: Text,
    unit: string,
    { formula, of, value }: { formula: string; of: readonly string[]; value: (...of: string[]) => RuleAnswer },
    beside: Partial<Beside> = {},
  ): string {
    return this.put(id, () => {
      const all = of.map((one) => this.get(one))
      const made: FigureMaking = { by: 'rule', formula, of }
      const lacking = all.find((one) => one.value === null)
      const answer: RuleAnswer =
        lacking === undefined ? value(...all.map((one) => one.value!)) : { value: null, reason: lacking.reason }
      return { name, unit, ...besideOf(all), ...beside, ...answer, made }
    })
  }
}

export type RuleAnswer =
  | { readonly value: string; readonly reason: '' }
  | { readonly value: null; readonly reason: ReportFigure['reason'] }

export function knownValue(value: string): RuleAnswer {
  return { value, reason: '' }
}

export function unknownValue(reason: NullReason | 'not_configured'): RuleAnswer {
  return { value: null, reason }
}

/** Known no better than the least known of its parts, and with all that these have to say. */
function besideOf(parts: readonly ReportFigure[]): Beside {
  const coverages = parts.flatMap(({ coverage }) => coverage ?? [])
  const estimated = parts.flatMap(({ estimated_share }) => estimated_share ?? [])
  return {
    coverage: coverages.length === 0 ? null : Math.min(...coverages),
    estimated_share: estimated.length === 0 ? null : Math.max(...estimated),
    flags: inOrder(new Set(parts.flatMap(({ flags }) => flags))),
    factors: [...new Set(parts.flatMap(({ factors }) => factors))].sort(),
  }
}

function inOrder(flags: ReadonlySet<KpiFlag>): KpiFlag[] {
  return KPI_FLAG_LIST.filter((flag) => flags.has(flag))
}

function daysFigure(facts: PlantFacts, wanted: DaysOf): ReportFigure {
  const { kpi, scope, id, of = 'numerator', isReported = false } = wanted
  const info = kpiOf(kpi)
  const points = facts.days(kpi, scope, id)
  const sinceMs = facts.edition === 1 ? null : facts.sinceMs(kpi, scope, id)
  const { coverage, estimatedShare } = coverOf(points, facts, { isReported, sinceMs: sinceMs ?? -Infinity })
  const made = { by: 'days', kpi, plant: facts.plant.id, scope, id, of, days: points.length } as const
  const base = {
    name: wanted.name ?? info.name,
    unit: wanted.unit ?? info.unit,
    // Without any day there is no coverage.
    coverage: points.length === 0 && isReported ? null : coverage,
    estimated_share: estimatedShare,
    flags: flagsOf(points.reduce((bits, { flags }) => bits | flags, 0)),
    factors: [...new Set(points.flatMap(({ factors }) => factors))].sort(),
    ...(sinceMs !== null && sinceMs > facts.startMs && !isReported && { data_from: printedInstant(facts, sinceMs) }),
    made,
  }
  const fatal = of === 'denominator' ? undefined : points.find(({ reason }) => FATAL.has(reason))
  if (fatal !== undefined) return { ...base, value: null, reason: fatal.reason }
  if (points.length === 0 && !isReported) {
    // A plant may have its figures picked: one that is not among them is not computed.
    const isPicked = facts.options.kpis?.includes(kpi) ?? true
    return { ...base, value: null, reason: isPicked ? 'no_data' : 'not_configured' }
  }
  if (coverage < COVERAGE_MIN) return { ...base, value: null, reason: coverage === 0 ? 'no_data' : 'low_coverage' }
  if (of === 'highest') {
    const values = points.flatMap(({ value }) => value ?? [])
    if (values.length === 0) return { ...base, value: null, reason: 'no_data' }
    return { ...base, value: ofMillionths(millionths(values.reduce((a, b) => Math.max(a, b)))), reason: '' }
  }
  return { ...base, value: sumOfRounded(points.map((point) => partOf(point, of))), reason: '' }
}

function partOf(point: Point, of: 'value' | 'numerator' | 'denominator'): number {
  return of === 'value' ? (point.value ?? 0) : point[of]
}

/**
 * Known share of the days that are over, and the estimated share of that; a day without a point is not known, unless the figure
 * is made of reports alone.
 */
function coverOf(
  points: readonly Point[],
  { startMs, dueMs }: PlantFacts,
  { isReported, sinceMs }: { readonly isReported: boolean; readonly sinceMs: number },
): { coverage: number; estimatedShare: number } {
  let coveredMs = 0
  let estimatedMs = 0
  for (const point of points) {
    // A day in which the data begin is as long as all others: what lies before them is not known.
    const ms = Math.max(0, point.endMs - Math.max(point.startMs, sinceMs)) * point.coverage
    coveredMs += ms
    estimatedMs += ms * point.estimatedShare
  }
  const estimatedShare = coveredMs > 0 ? estimatedMs / coveredMs : 0
  if (isReported && dueMs > startMs) return { coverage: 1, estimatedShare }
  return { coverage: dueMs > startMs ? coveredMs / (dueMs - startMs) : 0, estimatedShare }
}
