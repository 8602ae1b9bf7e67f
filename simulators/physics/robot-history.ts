import { dateOf, type LocalDays } from './local-days.js'
import { type Count, type Order, type Piece, type Robot, RobotDay, type Situation } from './robot-day.js'
import type { WorkWeek } from './work-week.js'

const DAYS_KEPT = 4

/** A robot as a pure function of (seed, absolute time): its counters stand at zero at the epoch and are summed by days. */
export class RobotHistory {
  readonly #robot: Robot
  readonly #days: LocalDays
  readonly #week: WorkWeek
  readonly #seed: number
  readonly #kept = new Map<number, RobotDay>()
  /** At the start of day 0, 1, 2, … */
  readonly #atDayStart: Count[] = [{ cycles: 0, good: 0, reject: 0 }]

  constructor(robot: Robot, plant: { readonly days: LocalDays; readonly week: WorkWeek }, seed: number) {
    this.#robot = robot
    this.#days = plant.days
    this.#week = plant.week
    this.#seed = seed
  }

  /** False before the plant's epoch. */
  isKnownAt(timeMs: number): boolean {
    return timeMs >= this.#days.epochMs
  }

  /** Cycles and pieces since the epoch. */
  countAt(timeMs: number): Count {
    const day = this.#dayAt(timeMs)
    for (let next = this.#atDayStart.length; next <= day.day.index; next++) {
      this.#atDayStart.push(sum(this.#atDayStart[next - 1]!, this.#day(next - 1).total))
    }
    return sum(this.#atDayStart[day.day.index]!, day.countAt(timeMs))
  }

  situationAt(timeMs: number): Situation {
    return this.#dayAt(timeMs).situationAt(timeMs)
  }

  /** The situations that begin in [fromMs, toMs), in order; each midnight repeats what it finds. */
  situations(fromMs: number, toMs: number): Situation[] {
    return this.#daysIn(fromMs, toMs).flatMap(({ situations }) => within(situations, fromMs, toMs))
  }

  /** The orders that begin in [fromMs, toMs), in order, with a number that no other order of the robot has. */
  orders(fromMs: number, toMs: number): (Order & { readonly number: string })[] {
    return this.#daysIn(fromMs, toMs).flatMap(({ day, orders }) =>
      within(orders, fromMs, toMs).map((order) => ({ ...order, number: `${dateOf(day)}-${order.ordinal + 1}` })),
    )
  }

  /** The first pieces of the cycles that end in [fromMs, toMs), in order, with a serial number each. */
  pieces(fromMs: number, toMs: number): (Piece & { readonly serial: string })[] {
    return this.#daysIn(fromMs, toMs).flatMap((of) =>
      of.pieces(fromMs, toMs).map((piece) => ({ ...piece, serial: `${dateOf(of.day)}-${piece.ordinal + 1}` })),
    )
  }

  #daysIn(fromMs: number, toMs: number): RobotDay[] {
    const found: RobotDay[] = []
    for (let at = fromMs; at < toMs; ) {
      const of = this.#dayAt(at)
      found.push(of)
      at = of.day.startMs + of.day.minutes * 60_000
    }
    return found
  }

  #dayAt(timeMs: number): RobotDay {
    return this.#day(this.#days.at(timeMs).index)
  }

  #day(index: number): RobotDay {
    const kept = this.#kept.get(index)
    if (kept !== undefined) return kept
    const day = new RobotDay(this.#robot, this.#week, this.#days.day(index), this.#seed)
    this.#kept.set(index, day)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > DAYS_KEPT && oldest !== undefined) this.#kept.delete(oldest)
    return day
  }
}

function within<T extends { readonly tsMs: number }>(items: readonly T[], fromMs: number, toMs: number): T[] {
  return items.filter(({ tsMs }) => tsMs >= fromMs && tsMs < toMs)
}

function sum(a: Count, b: Count): Count {
  return { cycles: a.cycles + b.cycles, good: a.good + b.good, reject: a.reject + b.reject }
}
