import type { KpiInfo } from '../base/kpi.js'
import { KPIS } from './formulas.js'

/** What the API, the dashboards and the README say of each KPI: the table of formulas without the formulas. */
export const CATALOGUE: readonly KpiInfo[] = KPIS.map(
  ({ total, add, figure, needs, needsAny, uses, event, isThere, ...info }) => info,
)
