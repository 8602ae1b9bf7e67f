import type { KpiInfo } from '../base/kpi.js'
import { membersInChinese, nullsInChinese, sourceInChinese } from './catalogue-zh.js'
import { KPIS } from './formulas.js'

/** Description of each KPI for the API, the dashboards and the documents: the table of formulas without the formulas. */
export const CATALOGUE: readonly KpiInfo[] = KPIS.map(
  ({ total, add, figure, needs, needsAny, uses, event, isThere, ...info }) => ({
    ...info,
    source_zh: sourceInChinese(info.source),
    members_zh: membersInChinese(info.members),
    nulls_zh: nullsInChinese(info.nulls),
  }),
)
