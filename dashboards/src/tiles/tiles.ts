import type { KpiInfo, Pillar, Window } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'

/** A figure that stands as a tile in every plant. */
interface TileSpec {
  readonly kpi: string
  /** Window whose newest point is the value: the running day, or the running hour where a limit is one of hours. */
  readonly window: Window
  /** Role of the devices whose readings it takes, null for devices without one: a plant that has such a device waits for it. */
  readonly role: string | null
  /** Made of so few samples that only days have one: its spark goes by days. */
  readonly isSlow?: boolean
}

/** The tiles in their order, pillar by pillar. */
export const TILES = [
  { kpi: 'energy_elec_import', window: '1d', role: 'main' },
  { kpi: 'peak_demand_15', window: '1d', role: 'main' },
  { kpi: 'carbon_total_lb', window: '1d', role: 'main' },
  { kpi: 'pollutant_mean_nox', window: '1h', role: 'stack' },
  { kpi: 'oee', window: '1d', role: 'machine' },
  { kpi: 'robot_util_calendar', window: '1d', role: 'robot' },
  { kpi: 'fpy', window: '1d', role: 'machine' },
  { kpi: 'cpk', window: '1d', role: null, isSlow: true },
] as const satisfies readonly TileSpec[]
export type TileKpi = (typeof TILES)[number]['kpi']

/** Figure that a tile shows in place of its own where a plant has it: with a limit, a concentration is at reference oxygen. */
export const INSTEAD = { pollutant_mean_nox: 'pollutant_ref_mean_nox' } as const
/** The figure whose denominator is the limit of that. */
export const LIMIT_OF = { pollutant_ref_mean_nox: 'exceed_multiple_nox' } as const

export interface TileFigure {
  readonly spec: TileSpec & { readonly kpi: TileKpi | keyof typeof LIMIT_OF }
  readonly info: KpiInfo
}

/** The tiles as far as the gateway reckons their figures. */
export function tileFigures(catalogue: ReadonlyMap<string, KpiInfo>): readonly TileFigure[] {
  return TILES.flatMap((spec) => {
    const info = catalogue.get(spec.kpi)
    return info === undefined ? [] : [{ spec, info }]
  })
}

/** True when this figure is waited for: the plant has a device for it, or a sender that may turn out to be one. */
export function isExpected({ role }: TileSpec, plant: PlantNode): boolean {
  return plant.lines.some((line) => line.devices.some((d) => !d.configured || d.role === role))
}

/** Neighbours of one pillar stand under one heading. */
export function pillarRuns(
  figures: readonly TileFigure[],
): readonly { readonly pillar: Pillar; readonly count: number }[] {
  const runs: { pillar: Pillar; count: number }[] = []
  for (const { info } of figures) {
    const { pillar } = info
    const last = runs.at(-1)
    if (last?.pillar === pillar) last.count++
    else runs.push({ pillar, count: 1 })
  }
  return runs
}
