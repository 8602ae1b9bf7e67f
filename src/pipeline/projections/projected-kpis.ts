import { addsUp, type KpiInfo } from '../../base/kpi.js'
import { coveredKpi } from '../../base/options/ets.js'
import type { PlantOptions } from '../../base/plant.js'
import { CATALOGUE } from '../../kpi/catalogue.js'

/** KPIs that are projected where a plant has their days: energy, its cost, and the emissions of it. */
const USUAL_KPIS = ['energy_elec_import', 'energy_comprehensive', 'energy_cost', 'carbon_total_lb'] as const
/** The saving against the energy baseline: it is projected against nothing saved. */
export const SAVING_KPI = 'energy_saving_kwh'
const KPIS_MAX = 20

const INFOS: ReadonlyMap<string, KpiInfo> = new Map(CATALOGUE.map((info) => [info.id, info]))

/** KPIs of which a plant has a budget, of a month or a year. */
export function budgetedKpis({ budgets, targets }: Pick<PlantOptions, 'budgets' | 'targets'>): readonly string[] {
  const monthly = targets.filter(
    ({ window, budget, max, min }) => window === '1mo' && (budget ?? max ?? min) !== undefined,
  )
  const kpis = new Set([...budgets, ...monthly].map(({ kpi }) => kpi))
  return [...kpis].filter((kpi) => INFOS.has(kpi) && addsUp(INFOS.get(kpi)!))
}

/** KPIs of a plant that are projected when their days are known, at most 20. */
export function projectedKpis(plant: Pick<PlantOptions, 'budgets' | 'targets' | 'enpi' | 'ets'>): readonly string[] {
  const covered = plant.ets === undefined ? [] : [coveredKpi(plant.ets)]
  const saving = plant.enpi.length > 0 ? [SAVING_KPI] : []
  return [...new Set([...USUAL_KPIS, ...covered, ...saving, ...budgetedKpis(plant)])].slice(0, KPIS_MAX)
}

/** Unit of a KPI as the catalogue has it. */
export function kpiUnit(kpi: string): string {
  return INFOS.get(kpi)?.unit ?? ''
}
