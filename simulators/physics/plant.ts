import { type Boiler, gasOfDay } from './boiler.js'
import { type Climate, temperatureOfDay } from './climate.js'
import { type Drive, driveOfDay } from './drive.js'
import { FlowOfDay } from './flow.js'
import { type Load, loadOfDay } from './load.js'
import { changePower, type LoadChange } from './load-change.js'
import type { LocalDay, LocalDays } from './local-days.js'
import { smoothNoise } from './noise.js'
import { type SolarPlant, solarOfDay } from './solar-plant.js'
import type { WorkWeek } from './work-week.js'

/** The physics of one plant: when it works, what it consumes, and what it generates. */
export interface PlantModel {
  readonly id: string
  /** From the local midnight at which all registers stand at zero. */
  readonly days: LocalDays
  readonly week: WorkWeek
  /** Consumers of electricity. */
  readonly loads: readonly Load[]
  /** Machines with a meter of their own, each a part of one of the loads. */
  readonly drives: readonly Drive[]
  /** Changes of these consumers in the course of time. */
  readonly changes?: readonly LoadChange[]
  /** cos φ of what comes from the grid, and how far it moves. */
  readonly powerFactor: { readonly mean: number; readonly swing: number }
  readonly solar: SolarPlant
  readonly climate: Climate
  readonly boiler: Boiler
  readonly water: Load
}

/** The levels of a plant's loads and of its water on a day: the loads in their order, then the water. */
export type LevelsOfDay = readonly Float64Array[]

/**
 * All flows of a day, by name: `import`, `export`, `reactive`, `solar`, `gas` and `water`, and one of each load and of each
 * machine with a meter, by its id. All electricity comes from one balance, minute for minute: Σ loads = import + solar − export.
 */
export function flowsOfDay(
  plant: PlantModel,
  levels: LevelsOfDay,
  seed: number,
  day: LocalDay,
): ReadonlyMap<string, FlowOfDay> {
  const solar = solarOfDay(plant.solar, day, seed)
  const net = solar.map((power) => -power)
  const flows = new Map<string, FlowOfDay>()
  const { changes = [] } = plant
  const drives = plant.drives.map((drive) => ({ drive, power: driveOfDay(drive, plant.week, day, seed) }))
  for (const { drive, power } of drives) changePower(power, changes, drive.robot.id, day)
  for (const { drive, power } of drives) flows.set(drive.robot.id, new FlowOfDay(power))
  for (const [index, load] of plant.loads.entries()) {
    const power = loadOfDay(load, levels[index]!, day, seed)
    changePower(power, changes, load.id, day)
    for (const { drive, power: own } of drives) {
      if (drive.behind === load.id) for (let minute = 0; minute <= day.minutes; minute++) power[minute]! += own[minute]!
    }
    for (let minute = 0; minute <= day.minutes; minute++) net[minute]! += power[minute]!
    flows.set(load.id, new FlowOfDay(power))
    if (load.id === plant.boiler.follows) {
      flows.set('gas', new FlowOfDay(gasOfDay(plant.boiler, power, temperatureOfDay(plant.climate, day, seed))))
    }
  }
  const { mean, swing } = plant.powerFactor
  const tangent = smoothNoise(day.minutes, 60, seed, plant.id, 'power factor', day.index).map((noise) =>
    Math.tan(Math.acos(mean + swing * noise)),
  )
  flows.set('solar', new FlowOfDay(solar))
  flows.set('import', new FlowOfDay(net))
  flows.set('export', new FlowOfDay(net.map((power) => -power)))
  flows.set('reactive', new FlowOfDay(net, tangent))
  flows.set('water', new FlowOfDay(loadOfDay(plant.water, levels[plant.loads.length]!, day, seed)))
  return flows
}
