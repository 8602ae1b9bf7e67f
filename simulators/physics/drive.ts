import { MINUTE_MS } from '../../src/base/durations.js'
import type { LocalDay } from './local-days.js'
import { type Robot, RobotDay } from './robot-day.js'
import type { WorkWeek } from './work-week.js'

/** A machine with a meter of its own, whose electricity is a part of the load of its area. */
export interface Drive {
  readonly robot: Robot
  /** The load that it is a part of. */
  readonly behind: string
  /** kW while it works, while it stands, and while it is switched off. */
  readonly kw: { readonly working: number; readonly standing: number; readonly off: number }
}

/**
 * Its power at the full minutes of a day, kW: the mean over the minute around each, by what it does then. Its meter
 * follows its states as a real one does, and the balance of the plant holds to the last kWh.
 */
export function driveOfDay({ robot, kw }: Drive, week: WorkWeek, day: LocalDay, seed: number): Float64Array {
  const { situations } = new RobotDay(robot, week, day, seed)
  const endMs = day.startMs + day.minutes * MINUTE_MS
  const energy = new Float64Array(day.minutes + 1)
  const time = new Float64Array(day.minutes + 1)
  for (const [i, { tsMs, state }] of situations.entries()) {
    const power = state === 'Execute' ? kw.working : state === 'Off' ? kw.off : kw.standing
    const untilMs = situations[i + 1]?.tsMs ?? endMs
    for (let at = tsMs; at < untilMs; ) {
      const minute = Math.round((at - day.startMs) / MINUTE_MS)
      const next = Math.min(untilMs, day.startMs + (minute + 0.5) * MINUTE_MS)
      energy[minute]! += power * (next - at)
      time[minute]! += next - at
      at = next
    }
  }
  return energy.map((sum, minute) => sum / time[minute]!)
}
