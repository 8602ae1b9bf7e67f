import type { KpiInfo, Pillar } from '../../src/base/kpi.js'

/** The figures that stand as tiles, in order, as far as the gateway reckons them. */
const TILE_KPIS = ['energy_elec_import', 'peak_demand_15', 'energy_elec_consumed', 'power_factor', 'data_completeness']

export function tileKpis(catalogue: ReadonlyMap<string, KpiInfo>): readonly KpiInfo[] {
  return TILE_KPIS.flatMap((id) => catalogue.get(id) ?? [])
}

/** Neighbours of one pillar stand under one heading. */
export function pillarRuns(kpis: readonly KpiInfo[]): readonly { readonly pillar: Pillar; readonly count: number }[] {
  const runs: { pillar: Pillar; count: number }[] = []
  for (const { pillar } of kpis) {
    const last = runs.at(-1)
    if (last?.pillar === pillar) last.count++
    else runs.push({ pillar, count: 1 })
  }
  return runs
}
