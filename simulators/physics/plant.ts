import { FlowOfDay } from './flow.js'
import { type Load, levelsOfDay, loadOfDay } from './load.js'
import { MINUTES_A_DAY, smoothNoise } from './noise.js'
import { type SolarPlant, solarOfDay } from './solar-plant.js'

/** The physics of one plant: its consumers, and what it generates. */
export interface PlantModel {
  readonly id: string
  /** Local midnight at which all registers stand at zero, epoch ms. Days of 24 h are counted from it. */
  readonly epochMs: number
  /** Of the epoch, Monday = 1. */
  readonly epochWeekday: number
  readonly loads: readonly Load[]
  readonly solar: SolarPlant
}

export const DAY_MS = MINUTES_A_DAY * 60_000

/** cos φ moves between these; compensated plants of this kind are billed at about 0.94. */
const POWER_FACTOR = { mean: 0.94, swing: 0.02 } as const

/** One load's seven kinds of day, Monday first: the levels of all Mondays are the same. */
export type WeekOfLevels = readonly Float64Array[]

export function weekOf(load: Load): WeekOfLevels {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => levelsOfDay(load, weekday))
}

/**
 * All flows of a day, by name: `import`, `export`, `reactive` and `solar`, and one of each load, by its id. Everything
 * comes from one balance, minute for minute: Σ loads = import + solar − export.
 *
 * @param weeks of the plant's loads, in their order
 */
export function flowsOfDay(
  plant: PlantModel,
  weeks: readonly WeekOfLevels[],
  seed: number,
  day: number,
): ReadonlyMap<string, FlowOfDay> {
  const weekday = (plant.epochWeekday - 1 + day) % 7
  const solar = solarOfDay(plant.solar, plant.epochMs + day * DAY_MS, day, seed)
  const net = solar.map((power) => -power)
  const flows = new Map<string, FlowOfDay>()
  for (const [index, load] of plant.loads.entries()) {
    const power = loadOfDay(load, weeks[index]![weekday]!, day, seed)
    for (let minute = 0; minute <= MINUTES_A_DAY; minute++) net[minute]! += power[minute]!
    flows.set(load.id, new FlowOfDay(power))
  }
  const tangent = smoothNoise(60, seed, plant.id, 'power factor', day).map((swing) =>
    Math.tan(Math.acos(POWER_FACTOR.mean + POWER_FACTOR.swing * swing)),
  )
  flows.set('solar', new FlowOfDay(solar))
  flows.set('import', new FlowOfDay(net))
  flows.set('export', new FlowOfDay(net.map((power) => -power)))
  flows.set('reactive', new FlowOfDay(net, tangent))
  return flows
}
