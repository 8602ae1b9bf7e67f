import type { KpiInfo } from '../base/kpi.js'
import { KPIS } from './formulas.js'

/** Description of each KPI for the API, the dashboards and the documents: the table of formulas without the formulas. */
export const CATALOGUE: readonly KpiInfo[] = KPIS.map(
  ({ total, add, figure, needs, needsAny, uses, event, isThere, ...info }) => info,
)
