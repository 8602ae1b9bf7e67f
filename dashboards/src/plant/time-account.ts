import type { KpiPoint } from '../../../src/base/kpi.js'
import { STATES, type State } from '../../../src/base/states.js'
import type { PlantNode } from '../../../src/base/wire.js'

/** The id of the KPI that counts the time in a state. */
export const timeKpi = (state: State) => `time_${state.toLowerCase()}`

/** KPIs that are shown of each robot, all of them of its running day. */
export const ROBOT_KPIS = [...STATES.map(timeKpi), 'robot_util_calendar', 'cycles', 'microstops']

/** A part of a day in one state. */
interface TimeShare {
  readonly state: State
  readonly seconds: number
}

/** Time of one machine by state: in the order of the time model, without states it was not in. */
export interface TimeAccount {
  readonly shares: readonly TimeShare[]
  /** Time that is over and due, UNKNOWN included. */
  readonly totalS: number
}

/** Devices that may have a time account: robots, machines, and senders without a role. */
export function accountable(plant: PlantNode) {
  return plant.lines.flatMap((line) =>
    line.devices
      .filter(({ role }) => role === 'robot' || role === 'machine' || role === null)
      .map((device) => ({ device, line })),
  )
}

/** The account of the day that starts at `start`; null when no time of that day is known to be due. */
export function timeAccount(newest: (kpi: string) => KpiPoint | undefined, start: string): TimeAccount | null {
  const shares = STATES.flatMap((state) => {
    const point = newest(timeKpi(state))
    return point?.start === start && point.value !== null && point.value > 0 ? [{ state, seconds: point.value }] : []
  })
  const totalS = shares.reduce((sum, { seconds }) => sum + seconds, 0)
  return totalS === 0 ? null : { shares, totalS }
}
