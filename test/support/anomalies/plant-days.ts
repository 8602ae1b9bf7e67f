import { levelsOfDay } from '../../../simulators/physics/load.js'
import { type LocalDay, LocalDays } from '../../../simulators/physics/local-days.js'
import { flowsOfDay } from '../../../simulators/physics/plant.js'
import { type Robot, RobotDay } from '../../../simulators/physics/robot-day.js'
import type { PlantDescription } from '../../../simulators/plants/description.js'
import { normal, randomStream } from '../../../simulators/random.js'
import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'

/** True flows and work of a plant, by quarters of an hour, before any meter has said anything of it. */
export interface TruePlant {
  readonly startMs: number
  readonly intervals: number
  /** Energy or volume by flow of the simulators' plant model; `net` is import less export. */
  readonly flows: ReadonlyMap<string, Float64Array>
  readonly robots: ReadonlyMap<string, TrueRobot>
}

/** Work of a robot in each interval. */
export interface TrueRobot {
  readonly cycles: Float64Array
  readonly executeS: Float64Array
  /** Time that the cycles should have taken, by the product of the order; NaN where that changed. */
  readonly standardS: Float64Array
}

export interface TruePlantOptions {
  readonly description: PlantDescription
  readonly seed: number
  /** First day, such as 2026-02-10. */
  readonly from: string
  readonly days: number
  /** Days, from 0, on which the plant rests like on a Sunday. */
  readonly restDays: ReadonlySet<number>
}

const SUNDAY = 7
/** Orders are not alike from day to day: all that works takes so much more or less. */
const DAY_SWING = 0.04

/** Makes a plant's days of the simulators' models, rest days as Sundays, each day a little busier or calmer than the model's. */
export function truePlant({ description, seed, from, days, restDays }: TruePlantOptions): TruePlant {
  const calendar = new LocalDays(description.model.days.zone, from)
  const model = { ...description.model, days: calendar }
  const startMs = calendar.epochMs
  const intervals = (calendar.day(days).startMs - startMs) / QUARTER_HOUR_MS
  const flows = new Map<string, Float64Array>()
  const put = (flow: string, i: number, value: number) => {
    const series = flows.get(flow) ?? new Float64Array(intervals)
    flows.set(flow, series)
    series[i] = value
  }
  const robots = new Map<string, TrueRobot>()
  const machines = robotsOf(description)
  for (let d = 0; d < days; d++) {
    const real = calendar.day(d)
    const day: LocalDay = restDays.has(d) ? { ...real, weekday: SUNDAY } : real
    const busier = 1 + DAY_SWING * Math.max(-2.5, Math.min(2.5, normal(randomStream(seed, 'orders', d))))
    const loads = [...model.loads, model.water]
    const levels = loads.map((load) => levelsOfDay(load, model.week, day).map((level) => level * busier))
    const ofDay = flowsOfDay(model, levels, seed, day)
    const first = (real.startMs - startMs) / QUARTER_HOUR_MS
    const count = (real.minutes * MINUTE_MS) / QUARTER_HOUR_MS
    for (const [name, flow] of ofDay) {
      const at = (k: number) => (k === count ? flow.total : flow.energyAt((k * QUARTER_HOUR_MS) / MINUTE_MS))
      for (let k = 0; k < count; k++) put(name, first + k, at(k + 1) - at(k))
    }
    for (const robot of machines) {
      const made = robots.get(robot.id) ?? newRobot(intervals)
      robots.set(robot.id, made)
      fillRobot(made, robot, new RobotDay(robot, model.week, day, seed), [first, count])
    }
  }
  flows.set(
    'net',
    flows.get('import')!.map((value, i) => value - flows.get('export')![i]!),
  )
  return { startMs, intervals, flows, robots }
}

function robotsOf({ devices }: PlantDescription): readonly Robot[] {
  return devices.flatMap((device) => (device.kind === 'robot' || device.kind === 'machine' ? [device.robot] : []))
}

function newRobot(intervals: number): TrueRobot {
  const [cycles, executeS, standardS] = [intervals, intervals, intervals].map((length) => new Float64Array(length))
  return { cycles: cycles!, executeS: executeS!, standardS: standardS! }
}

function fillRobot(made: TrueRobot, robot: Robot, of: RobotDay, [first, count]: readonly [number, number]): void {
  const startMs = of.day.startMs
  const endMs = startMs + count * QUARTER_HOUR_MS
  for (let k = 0; k < count; k++) {
    const [fromMs, toMs] = [startMs + k * QUARTER_HOUR_MS, startMs + (k + 1) * QUARTER_HOUR_MS]
    made.cycles[first + k] = of.countAt(Math.min(toMs, startMs + DAY_MS * 2)).cycles - of.countAt(fromMs).cycles
    const begun = of.orders.filter(({ tsMs }) => tsMs > fromMs && tsMs < toMs)
    const current = of.orders.filter(({ tsMs }) => tsMs <= fromMs).at(-1)
    const product = robot.products?.find(({ id }) => id === current?.product)
    const isKnown = robot.products === undefined || begun.length === 0
    made.standardS[first + k] = isKnown ? made.cycles[first + k]! * (product ?? robot).cycleS : Number.NaN
  }
  for (const [place, { tsMs, state }] of of.situations.entries()) {
    if (state !== 'Execute') continue
    const untilMs = of.situations[place + 1]?.tsMs ?? endMs
    for (let at = tsMs; at < untilMs; ) {
      const k = Math.floor((at - startMs) / QUARTER_HOUR_MS)
      const next = Math.min(untilMs, startMs + (k + 1) * QUARTER_HOUR_MS)
      made.executeS[first + k]! += (next - at) / 1000
      at = next
    }
  }
}
