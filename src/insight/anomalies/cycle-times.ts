import type { IntervalCalendar } from './interval-calendar.js'
import type { MachineSeries } from './plant-history.js'
import { medianInPlace, robustSpread } from './robust.js'
import { LEARNT_DAYS } from './watched-series.js'

/** Cycles that a day has to have to say something. */
const CYCLES_LEAST = 20
/** Days with work, one after the other, that have to be slower, by how much, and how many times the usual scatter of days. */
const DAYS_SLOWER = 3
const PART_LEAST = 0.04
const NOISE_FACTOR = 4
const DAYS_LEARNT_LEAST = 5
const DAYS_KEPT = 60

/** A day of a machine: the time that its work took, against that of the days before. */
export interface CycleRatio {
  readonly day: number
  readonly ratio: number
}

/** A machine that has become slower than itself. */
export interface SlowerCycle {
  readonly sinceDay: number
  readonly factor: number
  readonly threshold: number
  readonly agreeing: number
}

interface WorkDay {
  readonly day: number
  /** Time that the work of the day took for each second that it should have taken. */
  readonly taken: number
  readonly isOrdinary: boolean
}

/** Follows the time a cycle of one machine, stops left out. */
export class CycleTimes {
  readonly machine: MachineSeries
  readonly #calendar: IntervalCalendar
  #learnt: WorkDay[] = []
  #ratios: CycleRatio[] = []
  #threshold = Number.NaN
  /** Days from this one on belong to a finding. */
  #slowerFrom = Number.POSITIVE_INFINITY

  constructor(machine: MachineSeries, calendar: IntervalCalendar) {
    this.machine = machine
    this.#calendar = calendar
  }

  get ratios(): readonly CycleRatio[] {
    return this.#ratios
  }

  /** Takes a day that is over. */
  endDay(day: number): void {
    const learntTo = Math.max(day - LEARNT_DAYS, Math.min(day, LEARNT_DAYS))
    const work = this.#workOf(day)
    if (work === null) return
    if (day >= LEARNT_DAYS) this.#judge(work, learntTo)
    this.#learnt.push(work)
    this.#learnt = this.#learnt.filter((one) => one.day > day - DAYS_KEPT - LEARNT_DAYS)
  }

  /** The slowness of the last days; null when it is as fast as before. */
  slower(): SlowerCycle | null {
    const last = this.#ratios.slice(-DAYS_SLOWER)
    if (last.length < DAYS_SLOWER || last.some(({ ratio }) => ratio < 1 + this.#threshold)) return null
    let place = this.#ratios.length - DAYS_SLOWER
    while (place > 0 && this.#ratios[place - 1]!.ratio > 1 + this.#threshold) place--
    const since = this.#ratios.slice(place)
    this.#slowerFrom = since[0]!.day
    const factor = medianInPlace(since.map(({ ratio }) => ratio))
    const agreeing = since.filter(({ ratio }) => Math.abs(ratio / factor - 1) < this.#threshold).length / since.length
    return { sinceDay: since[0]!.day, factor, threshold: this.#threshold, agreeing }
  }

  /** Day from which it has been as fast as before; null while it is slower. */
  overSince(): number | null {
    const last = this.#ratios.slice(-DAYS_SLOWER)
    if (last.length < DAYS_SLOWER || last.some(({ ratio }) => ratio > 1 + this.#threshold / 2)) return null
    this.#slowerFrom = Number.POSITIVE_INFINITY
    return last[0]!.day
  }

  #judge({ day, taken }: WorkDay, learntTo: number): void {
    const before = Math.min(learntTo, this.#slowerFrom)
    const learnt = this.#learnt.filter((one) => one.day < before && one.isOrdinary).map((one) => one.taken)
    if (learnt.length < DAYS_LEARNT_LEAST) return
    const usual = medianInPlace(learnt)
    this.#threshold = Math.max(PART_LEAST, NOISE_FACTOR * robustSpread(learnt.map((one) => one / usual - 1)))
    this.#ratios = [...this.#ratios, { day, ratio: taken / usual }].slice(-DAYS_KEPT)
  }

  /** Null for a day with too little work. */
  #workOf(day: number): WorkDay | null {
    const { from, to, isOrdinary } = this.#calendar.days[day]!
    const { cycles, executeS, standardS } = this.machine
    let [made, took, should] = [0, 0, 0]
    for (let i = from; i < to; i++) {
      if (!(cycles[i]! > 0) || Number.isNaN(executeS[i]! + standardS[i]!)) continue
      made += cycles[i]!
      took += executeS[i]!
      should += standardS[i]!
    }
    return made < CYCLES_LEAST || should <= 0 ? null : { day, taken: took / should, isOrdinary }
  }
}
