import { Temporal } from 'temporal-polyfill'
import type { EarlierReport, Report, ReportPeriod } from '../../base/report.js'

/** Figures of a comparison have ids of their own: `period-before/suzhou-1/scope2_lb/difference`. */
export const COMPARISON = 'period-before/'

/** The headline figures of a report in the order in which they are compared; behind the id of a plant or `group`. */
const HEADLINES: readonly RegExp[] = [
  /^scope1_co2e$/,
  /^scope2_lb$/,
  /^scope2_mb$/,
  /^total_lb$/,
  /^total_mb$/,
  /^gbt\/total$/,
  /^cbam\/[^/]+\/mass$/,
  /^cbam\/[^/]+\/direct$/,
  /^cbam\/[^/]+\/see_(in)?direct$/,
  /^cbam\/[^/]+\/kwh_per_t$/,
  /^cbam\/[^/]+\/embedded_(in)?direct$/,
  /^energy_elec_import$/,
  /^energy_elec_(onsite|export|consumed)$/,
  /^energy_(?!elec_|comprehensive)[a-z0-9_]*(?<!_gj)$/,
  /^energy_comprehensive_(equivalent|primary|pv|with_pv)$/,
  /^good_units$/,
  /^(carbon_per_unit|carbon_per_unit_mb|sec|sec_tce|carbon_per_kwh|water_intensity)$/,
]

/** The ids of the headline figures of a plant, or of `group`, in their order. */
export function headlinesOf(owner: string, figures: Readonly<Record<string, unknown>>): readonly string[] {
  const stem = `${owner}/`
  const own = Object.keys(figures)
    .filter((id) => id.startsWith(stem))
    .map((id) => id.slice(stem.length))
    .sort()
  return HEADLINES.flatMap((headline) => own.filter((id) => headline.test(id)).map((id) => stem + id))
}

/**
 * The period that is compared with one: of whole calendar months as many months before it, so that a quarter has a quarter
 * before it; of anything else as many days.
 */
export function periodBefore({ from, to }: ReportPeriod): ReportPeriod {
  const [start, end] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)]
  const { months, days } = start.until(end, { largestUnit: 'months' })
  const isWholeMonths = start.day === 1 && days === 0
  const length = isWholeMonths ? { months } : { days: start.until(end).days }
  return { from: start.subtract(length).toString(), to: from }
}

/** The statements of a frozen report that a later one is compared with. */
export function earlierReport(
  report: Report,
  { sha256, entry }: Pick<EarlierReport, 'sha256' | 'entry'>,
): EarlierReport {
  const owners = [...(report.plants.length > 1 ? ['group'] : []), ...report.plants.map(({ id }) => id)]
  const ids = owners.flatMap((owner) => headlinesOf(owner, report.figures)).sort()
  const figures = ids.map((id) => {
    const { value, unit, reason, coverage, estimated_share, flags } = report.figures[id]!
    return [id, { value, unit, reason, coverage, estimated_share, flags }] as const
  })
  return {
    version: report.version,
    rules: report.basis.rules ?? 1,
    sha256,
    entry,
    figures: Object.fromEntries(figures),
  }
}
