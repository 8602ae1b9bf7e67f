import type { FlowOfDay } from './flow.js'
import { levelsOfDay } from './load.js'
import { type LocalDay, MINUTES_A_DAY } from './local-days.js'
import { flowsOfDay, type LevelsOfDay, type PlantModel } from './plant.js'

/** Days whose minutes are kept; older sums are kept as one number a day, and minutes are computed again when asked for. */
const DAYS_KEPT = 4

/** Smallest step of a meter's display, as parts of a kWh, Nm³ or m³. */
const PARTS = 1000

/**
 * The meters of a plant, as pure functions of (seed, absolute time): a new process reads what the old one would have
 * read. Days are summed from the epoch on, always in the same order, so that not even the last bit depends on who asked
 * what before. Before the epoch nothing is defined: RangeError.
 */
export class PlantRegisters {
  readonly #plant: PlantModel
  readonly #seed: number
  /** By weekday: the levels of all Mondays of 24 h are the same. */
  readonly #levels = new Map<number, LevelsOfDay>()
  readonly #days = new Map<number, ReadonlyMap<string, FlowOfDay>>()
  /** By flow, the register at the start of day 0, 1, 2, … */
  readonly #atDayStart = new Map<string, number[]>()
  #daysSummed = 0

  constructor(plant: PlantModel, seed: number) {
    this.#plant = plant
    this.#seed = seed
  }

  /** kWh, kvarh, Nm³ or m³ since the epoch, in whole thousandths. */
  register(flow: string, timeMs: number): number {
    const { day, minutes } = this.#place(timeMs)
    for (; this.#daysSummed < day.index; this.#daysSummed++) this.#sum(this.#daysSummed)
    const before = this.#atDayStart.get(flow)?.[day.index] ?? 0
    return Math.floor((before + this.#flow(flow, day).energyAt(minutes)) * PARTS) / PARTS
  }

  /** kW, Nm³/h or m³/h at the instant, in whole hundredths. */
  power(flow: string, timeMs: number): number {
    const { day, minutes } = this.#place(timeMs)
    return Math.round(this.#flow(flow, day).powerAt(minutes) * 100) / 100
  }

  #place(timeMs: number): { day: LocalDay; minutes: number } {
    const day = this.#plant.days.at(timeMs)
    return { day, minutes: (timeMs - day.startMs) / 60_000 }
  }

  #sum(index: number): void {
    for (const [name, flow] of this.#flows(this.#plant.days.day(index))) {
      const starts = this.#atDayStart.get(name) ?? [0]
      starts.push(starts[index]! + flow.total)
      this.#atDayStart.set(name, starts)
    }
  }

  #flow(name: string, day: LocalDay): FlowOfDay {
    const flow = this.#flows(day).get(name)
    if (flow === undefined) throw new Error(`the plant ${this.#plant.id} has no flow "${name}"`)
    return flow
  }

  #flows(day: LocalDay): ReadonlyMap<string, FlowOfDay> {
    const kept = this.#days.get(day.index)
    if (kept !== undefined) return kept
    const flows = flowsOfDay(this.#plant, this.#levelsOf(day), this.#seed, day)
    this.#days.set(day.index, flows)
    const [oldest] = this.#days.keys()
    if (this.#days.size > DAYS_KEPT && oldest !== undefined) this.#days.delete(oldest)
    return flows
  }

  #levelsOf(day: LocalDay): LevelsOfDay {
    const known = day.minutes === MINUTES_A_DAY ? this.#levels.get(day.weekday) : undefined
    if (known !== undefined) return known
    const { loads, water, week } = this.#plant
    const levels = [...loads, water].map((load) => levelsOfDay(load, week, day))
    if (day.minutes === MINUTES_A_DAY) this.#levels.set(day.weekday, levels)
    return levels
  }
}
