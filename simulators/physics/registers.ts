import type { FlowOfDay } from './flow.js'
import { DAY_MS, flowsOfDay, type PlantModel, type WeekOfLevels, weekOf } from './plant.js'

/** Days whose minutes are kept; older sums are kept as one number a day, and minutes are computed again when asked for. */
const DAYS_KEPT = 4

/** Smallest step of a meter's display, as parts of a kWh. */
const PARTS_A_KWH = 1000

/**
 * The meters of a plant, as pure functions of (seed, absolute time): a new process reads what the old one would have
 * read. Days are summed from the epoch on, always in the same order, so that not even the last bit depends on who asked
 * what before. Before the epoch nothing is defined: RangeError.
 */
export class PlantRegisters {
  readonly #plant: PlantModel
  readonly #seed: number
  readonly #weeks: readonly WeekOfLevels[]
  readonly #days = new Map<number, ReadonlyMap<string, FlowOfDay>>()
  /** By flow, the register at the start of day 0, 1, 2, …, kWh. */
  readonly #atDayStart = new Map<string, number[]>()
  #daysSummed = 0

  constructor(plant: PlantModel, seed: number) {
    this.#plant = plant
    this.#seed = seed
    this.#weeks = plant.loads.map(weekOf)
  }

  /** kWh or kvarh since the epoch, in whole thousandths. */
  register(flow: string, timeMs: number): number {
    const { day, minutes } = this.#place(timeMs)
    for (; this.#daysSummed < day; this.#daysSummed++) this.#sum(this.#daysSummed)
    const before = this.#atDayStart.get(flow)?.[day] ?? 0
    return Math.floor((before + this.#flow(flow, day).energyAt(minutes)) * PARTS_A_KWH) / PARTS_A_KWH
  }

  /** kW at the instant, in whole hundredths. */
  power(flow: string, timeMs: number): number {
    const { day, minutes } = this.#place(timeMs)
    return Math.round(this.#flow(flow, day).powerAt(minutes) * 100) / 100
  }

  #place(timeMs: number): { day: number; minutes: number } {
    const sinceMs = timeMs - this.#plant.epochMs
    if (!(sinceMs >= 0)) {
      throw new RangeError(`the meters of ${this.#plant.id} begin at ${new Date(this.#plant.epochMs).toISOString()}`)
    }
    return { day: Math.floor(sinceMs / DAY_MS), minutes: (sinceMs % DAY_MS) / 60_000 }
  }

  #sum(day: number): void {
    for (const [name, flow] of this.#flows(day)) {
      const starts = this.#atDayStart.get(name) ?? [0]
      starts.push(starts[day]! + flow.total)
      this.#atDayStart.set(name, starts)
    }
  }

  #flow(name: string, day: number): FlowOfDay {
    const flow = this.#flows(day).get(name)
    if (flow === undefined) throw new Error(`the plant ${this.#plant.id} has no flow "${name}"`)
    return flow
  }

  #flows(day: number): ReadonlyMap<string, FlowOfDay> {
    const kept = this.#days.get(day)
    if (kept !== undefined) return kept
    const flows = flowsOfDay(this.#plant, this.#weeks, this.#seed, day)
    this.#days.set(day, flows)
    const [oldest] = this.#days.keys()
    if (this.#days.size > DAYS_KEPT && oldest !== undefined) this.#days.delete(oldest)
    return flows
  }
}
