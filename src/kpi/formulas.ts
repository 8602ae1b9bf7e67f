import { CAPABILITY } from './formulas/capability.js'
import { CARBON_SCOPE1 } from './formulas/carbon-scope1.js'
import { CARBON_SCOPE2 } from './formulas/carbon-scope2.js'
import { CARBON_TOTALS } from './formulas/carbon-totals.js'
import { CARBON_UNCERTAINTY } from './formulas/carbon-uncertainty.js'
import { COSTS } from './formulas/costs.js'
import { DEMAND } from './formulas/demand.js'
import { EMISSIONS } from './formulas/emissions.js'
import { ELECTRICITY_APART, ENERGY } from './formulas/energy.js'
import { ENERGY_CARRIERS } from './formulas/energy-carriers.js'
import { ENERGY_COMPREHENSIVE } from './formulas/energy-comprehensive.js'
import { ENPI } from './formulas/enpi.js'
import { GRID_CARBON_BY_HOUR } from './formulas/grid-carbon.js'
import { INTENSITY } from './formulas/intensity.js'
import { JOINT } from './formulas/joint.js'
import { MACHINES } from './formulas/machines.js'
import { METERS } from './formulas/meters.js'
import { OEE } from './formulas/oee.js'
import { QUALITY } from './formulas/quality.js'
import type { Kpi } from './formulas/recipe.js'
import { RELIABILITY } from './formulas/reliability.js'
import { REPORTING } from './formulas/reporting.js'
import { ROBOTS } from './formulas/robots.js'

/** Every KPI, in the order in which they are shown. This table is the catalogue. */
export const KPIS: readonly Kpi[] = [
  ...ENERGY,
  ...DEMAND,
  ...ENERGY_CARRIERS,
  ...ELECTRICITY_APART,
  ...ENERGY_COMPREHENSIVE,
  ...INTENSITY,
  ...CARBON_SCOPE1,
  ...CARBON_SCOPE2,
  GRID_CARBON_BY_HOUR,
  ...CARBON_TOTALS,
  ...CARBON_UNCERTAINTY,
  ...METERS,
  ...COSTS,
  ...EMISSIONS,
  ...OEE,
  ...MACHINES,
  ...RELIABILITY,
  ...ROBOTS,
  ...QUALITY,
  ...CAPABILITY,
  ...JOINT,
  ...ENPI,
  ...REPORTING,
]
