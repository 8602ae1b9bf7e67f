import { EMISSIONS } from './formulas/emissions.js'
import { ENERGY } from './formulas/energy.js'
import { MACHINES } from './formulas/machines.js'
import type { Kpi } from './formulas/recipe.js'
import { REPORTING } from './formulas/reporting.js'

/** Every KPI, in the order in which they are shown. This table is the catalogue. */
export const KPIS: readonly Kpi[] = [...ENERGY, ...EMISSIONS, ...MACHINES, ...REPORTING]
