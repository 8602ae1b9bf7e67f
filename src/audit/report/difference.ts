import {
  isPointSum,
  type PreviousReport,
  type Report,
  type ReportDifference,
  type ReportFigure,
} from '../../base/report.js'
import type { Restatement } from '../../kpi/schedule/restatements.js'
import { doubleOf, quotient, subtract } from './decimal.js'
import { COMPARISON } from './period-before.js'

/** Figures that are compared with the threshold: those that a reader takes away from a report. */
const TOTALS =
  /(^|\/)(scope1_co2e|scope2_lb|scope2_mb|total_lb|total_mb|gbt\/total|cbam\/[^/]+\/(mass|direct|kwh)|lot\/[^/]+\/total)$/

/** The part of a restatement that says why a stored figure has changed. */
export type RestatementCause = Pick<Restatement, 'plant' | 'scope' | 'id' | 'kpi' | 'startMs' | 'reason'>

/**
 * Lists what a report says otherwise than the version before it, and why: by the restatements of the days that its figures are
 * made of. A version has to be issued when a total moved by more than `threshold` (part of one), or became known or unknown.
 * Statements about another period are left out of it.
 */
export function differenceOf(
  before: Report,
  after: Pick<Report, 'figures' | 'plants'>,
  { sha256, threshold, restated }: { sha256: string; threshold: number; restated: readonly RestatementCause[] },
): PreviousReport {
  const all = new Set([...Object.keys(before.figures), ...Object.keys(after.figures)])
  const ids = [...all].filter((id) => !id.startsWith(COMPARISON)).sort()
  const why = new Reasons(after, restated)
  const differences: ReportDifference[] = []
  let change: number | null = 0
  for (const id of ids) {
    const [old, now] = [before.figures[id], after.figures[id]]
    const [from, to] = [old?.value ?? null, now?.value ?? null]
    if (TOTALS.test(id)) change = larger(change, changeOf(from, to))
    if (from === to && (from === null || (old === undefined) === (now === undefined))) continue
    const delta = from === null || to === null ? null : subtract(to, from)
    differences.push({ figure: id, before: from, after: to, delta, reasons: why.of(id) })
  }
  const isMandatory = change === null || change > threshold
  return { version: before.version, sha256, differences, change, threshold, mandatory: isMandatory }
}

/** Part of one; null when one of them is not known and the other is, or it was nothing and is something. */
function changeOf(from: string | null, to: string | null): number | null {
  if (from === to) return 0
  if (from === null || to === null) return null
  const part = quotient(subtract(to, from), from)
  return part === null ? null : Math.abs(doubleOf(part))
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

/** Reasons of days, carried up to the figures that are made of them. */
class Reasons {
  readonly #figures: Readonly<Record<string, ReportFigure>>
  readonly #byStream = new Map<string, Set<string>>()
  readonly #known = new Map<string, readonly string[]>()

  constructor({ figures, plants }: Pick<Report, 'figures' | 'plants'>, restated: readonly RestatementCause[]) {
    this.#figures = figures
    const spans = new Map(plants.map(({ id, start, end }) => [id, [Date.parse(start), Date.parse(end)] as const]))
    for (const { plant, scope, id, kpi, startMs, reason } of restated) {
      const [startsMs = Infinity, endsMs = -Infinity] = spans.get(plant) ?? []
      if (startMs < startsMs || startMs >= endsMs) continue
      const key = [plant, scope, id, kpi].join('|')
      this.#byStream.set(key, (this.#byStream.get(key) ?? new Set()).add(reason))
    }
  }

  of(id: string): readonly string[] {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    this.#known.set(id, [])
    const made = this.#figures[id]?.made
    const found = made === undefined ? [] : this.#reasons(made)
    const reasons = [...new Set(found)].sort()
    this.#known.set(id, reasons)
    return reasons
  }

  #reasons(made: ReportFigure['made']): readonly string[] {
    if (isPointSum(made)) {
      return [...(this.#byStream.get([made.plant, made.scope, made.id, made.kpi].join('|')) ?? [])]
    }
    if (made.by === 'count' || made.by === 'statement') return []
    const parts = made.by === 'sum' ? [...made.of, ...(made.less ?? [])] : made.of
    return parts.flatMap((part) => this.of(part))
  }
}
