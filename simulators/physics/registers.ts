import type { FlowOfDay } from './flow.js'
import { levelsOfDay } from './load.js'
import { type LocalDay, MINUTES_A_DAY } from './local-days.js'
import { flowsOfDay, type LevelsOfDay, type PlantModel } from './plant.js'

/** Days whose minutes are kept; older sums are kept as one number a day, and minutes are computed again when asked for. */
const DAYS_KEPT = 4

/** Registers at the end of the day before the origin, on which all meters were exchanged: more than flows in the years before it. */
const BEFORE_ORIGIN = 50_000_000

/** Smallest step of a meter's display, as parts of a kWh, Nm³ or m³. */
const PARTS = 1000

/**
 * The meters of a plant, as pure functions of (seed, absolute time): a new process reads what the old one would have
 * read. Days are summed from the origin on, always in the same order, so that not even the last bit depends on who asked
 * what before; those before it are summed backwards, so that the present costs nothing of the past. At the origin all registers
 * begin at zero: the meters are new. Before the epoch nothing is defined: RangeError.
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
  /** By flow, the register at the start of day −1, −2, … */
  readonly #atEarlierStart = new Map<string, number[]>()
  #earlierSummed = 0

  constructor(plant: PlantModel, seed: number) {
    this.#plant = plant
    this.#seed = seed
  }

  /** kWh, kvarh, Nm³ or m³ that the meter of that time has counted, in whole thousandths. */
  register(flow: string, timeMs: number): number {
    const { day, minutes } = this.#place(timeMs)
    const sum = day.index < 0 ? this.#earlier(flow, day, minutes) : this.#later(flow, day, minutes)
    return Math.floor(sum * PARTS) / PARTS
  }

  #later(flow: string, day: LocalDay, minutes: number): number {
    for (; this.#daysSummed < day.index; this.#daysSummed++) this.#sum(this.#daysSummed)
    const before = this.#atDayStart.get(flow)?.[day.index] ?? 0
    return before + this.#flow(flow, day).energyAt(minutes)
  }

  #earlier(flow: string, day: LocalDay, minutes: number): number {
    for (; this.#earlierSummed < -day.index; this.#earlierSummed++) this.#subtract(-1 - this.#earlierSummed)
    const flowOfDay = this.#flow(flow, day)
    const starts = this.#atEarlierStart.get(flow)!
    // The last bit of a day must not stand above the next one.
    return Math.min(starts[-1 - day.index]! + flowOfDay.energyAt(minutes), starts[-2 - day.index] ?? BEFORE_ORIGIN)
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

  #subtract(index: number): void {
    for (const [name, flow] of this.#flows(this.#plant.days.day(index))) {
      const starts = this.#atEarlierStart.get(name) ?? []
      starts.push((starts.at(-1) ?? BEFORE_ORIGIN) - flow.total)
      this.#atEarlierStart.set(name, starts)
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
    const isUsual = day.minutes === MINUTES_A_DAY && !day.isHoliday
    const known = isUsual ? this.#levels.get(day.weekday) : undefined
    if (known !== undefined) return known
    const { loads, water, week } = this.#plant
    const levels = [...loads, water].map((load) => levelsOfDay(load, week, day))
    if (isUsual) this.#levels.set(day.weekday, levels)
    return levels
  }
}
