import { randomStream } from '../random.js'
import { type LocalDay, wallMinute } from './local-days.js'
import type { Mode, WorkWeek } from './work-week.js'

/** A robot or another machine that repeats a cycle. */
export interface Robot {
  readonly id: string
  readonly cycleS: number
  /** Products that its orders are for, in turn, each with a cycle of its own; absent for one that makes the same all its life. */
  readonly products?: readonly { readonly id: string; readonly cycleS: number }[]
  readonly partsACycle: number
  /** Part of its pieces that are scrap, 0..1. */
  readonly rejectShare: number
  /** Minutes that it works on the average until something stops it. */
  readonly runMin: number
  /** It has work for a small crew too. */
  readonly worksAtNight: boolean
}

/** State that the robot tells from an instant on, in words of PackML, and `Off` when its cell is switched off. */
export interface Situation {
  readonly tsMs: number
  readonly state: string
  readonly orderActive: boolean
}

/** Cycles one after another, all of one length; the last may be cut by what stopped the robot, and does not count. */
interface Run {
  readonly startMs: number
  readonly cycleMs: number
  readonly cycles: number
  /** Cycles of the day before this run. */
  readonly before: number
}

/** An order that begins. A day begins with one, for it does not know what the day before was doing. */
export interface Order {
  readonly tsMs: number
  /** Number of the order within its day, from 0. */
  readonly ordinal: number
  readonly product: string
}

/** The first piece of each cycle, as it leaves. */
export interface Piece {
  readonly tsMs: number
  /** Number of the piece within its day, from 0. */
  readonly ordinal: number
  readonly isGood: boolean
}

export interface Count {
  readonly cycles: number
  readonly good: number
  readonly reject: number
}

type Duty = 'work' | 'break' | 'rest' | 'off'

function dutyOf(mode: Mode, robot: Robot): Duty {
  if (mode === 'shift' || (mode === 'reduced' && robot.worksAtNight)) return 'work'
  if (mode === 'closed') return 'off'
  return mode === 'pause' ? 'break' : 'rest'
}

const AT_REST: Readonly<Record<Exclude<Duty, 'work'>, string>> = { break: 'Stopped', rest: 'Idle', off: 'Off' }

type Step = readonly [state: string, minS: number, maxS: number, orderActive?: boolean]

const ORDER_DONE: readonly Step[] = [
  ['Complete', 15, 60, false],
  ['Resetting', 180, 600, false],
  ['Idle', 10, 400, false],
]

/** Stops between two runs: how often each happens, whether it cuts the cycle that runs, and its steps. */
const STOPS: readonly { readonly weight: number; readonly cutsCycle: boolean; readonly steps: readonly Step[] }[] = [
  // The next station is full.
  { weight: 0.6, cutsCycle: false, steps: [['Suspended', 15, 140]] },
  { weight: 0.12, cutsCycle: false, steps: [['Held', 40, 330]] },
  // Faults, most of them cleared by the operator within five minutes.
  { weight: 0.17, cutsCycle: true, steps: aborted(20, 240) },
  { weight: 0.02, cutsCycle: true, steps: aborted(400, 2000) },
  // The order is done: change over, and wait for the next one.
  { weight: 0.09, cutsCycle: false, steps: ORDER_DONE },
]
const START: readonly Step[] = [
  ['Resetting', 45, 150],
  ['Idle', 5, 90],
]

function aborted(minS: number, maxS: number): readonly Step[] {
  return [
    ['Aborted', minS, maxS],
    ['Clearing', 4, 12],
    ['Stopped', 2, 6],
    ['Resetting', 10, 30],
    ['Idle', 2, 6],
  ]
}

/** An interval of one duty. */
interface DutyInterval {
  readonly duty: Duty
  readonly startMs: number
  readonly endMs: number
  /** It began in the day before. */
  readonly isContinued: boolean
}

function dutyIntervalsOf(robot: Robot, week: WorkWeek, day: LocalDay): DutyInterval[] {
  const dutyAt = (minute: number) => dutyOf(week.modeAt(day.weekday, wallMinute(day, minute)), robot)
  const intervals: DutyInterval[] = []
  let start = 0
  for (let minute = 1; minute <= day.minutes; minute++) {
    const duty = dutyAt(start)
    if (minute < day.minutes && dutyAt(minute) === duty) continue
    const [startMs, endMs] = [start, minute].map((m) => day.startMs + m * 60_000) as [number, number]
    intervals.push({ duty, startMs, endMs, isContinued: start === 0 && dutyAt(-1) === duty })
    start = minute
  }
  return intervals
}

/**
 * One robot on one day: a chain of states with runs of cycles in it, all of it from the key (seed, robot, day). A day
 * does not know the one before: what is under way at midnight ends there, and work goes on with a new cycle.
 */
export class RobotDay {
  readonly day: LocalDay
  readonly #robot: Robot
  readonly #random: () => number
  readonly #situations: Situation[] = []
  readonly #runs: Run[] = []
  readonly #orders: Order[] = []
  /** Ordinals of the day's pieces that are scrap, ascending. */
  readonly #rejects: readonly number[]
  #cycles = 0
  #isOrderDone = true

  constructor(robot: Robot, week: WorkWeek, day: LocalDay, seed: number) {
    this.day = day
    this.#robot = robot
    this.#random = randomStream(seed, robot.id, 'robot', day.index)
    for (const interval of dutyIntervalsOf(robot, week, day)) {
      if (interval.duty === 'work') this.#work(interval)
      else this.#enter(interval.startMs, AT_REST[interval.duty], false)
    }
    this.#rejects = this.#scrap()
  }

  /** In order of time; the first stands at midnight. */
  get situations(): readonly Situation[] {
    return this.#situations
  }

  /** In order of time; none of a robot without products. */
  get orders(): readonly Order[] {
    return this.#orders
  }

  /** The first pieces of the cycles that end in [fromMs, toMs), in order of time. */
  pieces(fromMs: number, toMs: number): Piece[] {
    const found: Piece[] = []
    for (const { startMs, cycleMs, cycles, before } of this.#runs) {
      if (startMs >= toMs || startMs + cycles * cycleMs < fromMs) continue
      const first = Math.max(1, Math.ceil((fromMs - startMs) / cycleMs))
      for (let done = first; done <= cycles && startMs + done * cycleMs < toMs; done++) {
        const ordinal = (before + done - 1) * this.#robot.partsACycle
        const reject = this.#rejects[last(this.#rejects, (one) => one <= ordinal)]
        // One that ends at midnight is still of this day.
        const tsMs = Math.min(startMs + done * cycleMs, this.day.startMs + this.day.minutes * 60_000 - 1)
        found.push({ tsMs, ordinal, isGood: reject !== ordinal })
      }
    }
    return found
  }

  situationAt(timeMs: number): Situation {
    return this.#situations[last(this.#situations, ({ tsMs }) => tsMs <= timeMs)]!
  }

  /** Cycles and pieces since midnight. */
  countAt(timeMs: number): Count {
    const run = this.#runs[last(this.#runs, ({ startMs }) => startMs <= timeMs)]
    if (run === undefined) return { cycles: 0, good: 0, reject: 0 }
    return this.#count(run.before + Math.min(run.cycles, Math.floor((timeMs - run.startMs) / run.cycleMs)))
  }

  get total(): Count {
    return this.#count(this.#cycles)
  }

  #count(cycles: number): Count {
    const parts = cycles * this.#robot.partsACycle
    const reject = last(this.#rejects, (ordinal) => ordinal < parts) + 1
    return { cycles, good: parts - reject, reject }
  }

  #work({ startMs, endMs, isContinued }: DutyInterval): void {
    let at = isContinued ? startMs : this.#pass(START, startMs, endMs)
    while (at < endMs) {
      this.#order(at)
      this.#enter(at, 'Execute', true)
      at = this.#run(at, endMs)
      if (at < endMs) at = this.#stop(at, endMs)
    }
  }

  /** Length of the cycle of what is made now, s. */
  get #cycleS(): number {
    const { products, cycleS } = this.#robot
    return products?.find(({ id }) => id === this.#orders.at(-1)?.product)?.cycleS ?? cycleS
  }

  /** The next order begins, if the one before is done: the products take turns. */
  #order(tsMs: number): void {
    const { products } = this.#robot
    if (!this.#isOrderDone || products === undefined) return
    const ordinal = this.#orders.length
    const { id } = products[(this.day.index + ordinal) % products.length]!
    this.#orders.push({ tsMs, ordinal, product: id })
    this.#isOrderDone = false
  }

  /** Cycles until something stops the robot; the instant at which the last one is done, or the end of work. */
  #run(startMs: number, endMs: number): number {
    const { runMin } = this.#robot
    const cycleS = this.#cycleS
    const cycleMs = Math.round(cycleS * 1000 * (0.97 + 0.06 * this.#random()))
    const mean = (runMin * 60) / cycleS
    const wanted = 1 + Math.floor(-Math.log(1 - this.#random()) * mean)
    const cycles = Math.min(wanted, Math.floor((endMs - startMs) / cycleMs))
    this.#runs.push({ startMs, cycleMs, cycles, before: this.#cycles })
    this.#cycles += cycles
    return cycles < wanted ? endMs : startMs + cycles * cycleMs
  }

  #stop(atMs: number, endMs: number): number {
    let chance = this.#random()
    const stop = STOPS.find(({ weight }) => {
      chance -= weight
      return chance < 0
    })
    if (stop === undefined) return atMs
    if (stop.steps === ORDER_DONE) this.#isOrderDone = true
    const cut = stop.cutsCycle ? Math.round(this.#random() * this.#cycleS * 900) : 0
    return this.#pass(stop.steps, Math.min(atMs + cut, endMs), endMs)
  }

  /** Goes through the steps, as far as there is time; the instant at which they are done. */
  #pass(steps: readonly Step[], fromMs: number, endMs: number): number {
    let at = fromMs
    for (const [state, minS, maxS, orderActive] of steps) {
      if (at >= endMs) break
      this.#enter(at, state, orderActive ?? true)
      at += Math.round(1000 * (minS + (maxS - minS) * this.#random()))
    }
    return Math.min(at, endMs)
  }

  #enter(tsMs: number, state: string, orderActive: boolean): void {
    const now = this.#situations.at(-1)
    if (now?.state === state && now.orderActive === orderActive) return
    this.#situations.push({ tsMs, state, orderActive })
  }

  /** Scrap comes singly: from one such piece to the next it is a matter of chance. */
  #scrap(): number[] {
    const parts = this.#cycles * this.#robot.partsACycle
    const good = Math.log(1 - this.#robot.rejectShare)
    const ordinals: number[] = []
    for (let next = -1; ; ) {
      next += 1 + Math.floor(Math.log(1 - this.#random()) / good)
      if (next >= parts) return ordinals
      ordinals.push(next)
    }
  }
}

/** Position of the last item for which the test holds, −1 for none; it holds for all before that one. */
function last<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = -1
  let high = items.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (holds(items[middle]!)) low = middle
    else high = middle
  }
  return low
}
