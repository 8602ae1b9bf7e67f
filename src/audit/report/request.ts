import type { PeriodBefore, PreviousReport, ReportPeriod, ReportProfile } from '../../base/report.js'

/** The report that is wanted, with those that it is compared with. */
export interface ReportOrder {
  /** Ids, sorted, each once. */
  readonly plants: readonly string[]
  readonly profile: ReportProfile
  /** Days in each plant's zone: 2026-10-01; `to` is the day after the last. */
  readonly from: string
  readonly to: string
  readonly version: number
  /** Edition of the form; the newest when absent. */
  readonly form?: number | undefined
  readonly previous: PreviousReport | null
  /** The report that it is compared with; absent in reports that are compared with nothing. */
  readonly periodBefore?: PeriodBefore | undefined
}

/** `suzhou-1.ghg.2026-10-01.2026-11-01` */
export function reportId({
  plants,
  profile,
  from,
  to,
}: Pick<ReportOrder, 'plants' | 'profile'> & ReportPeriod): string {
  return `${[...plants].sort().join('+')}.${profile}.${from}.${to}`
}
