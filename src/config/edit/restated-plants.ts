import { startOfDayIn } from '../../base/days-in-zone.js'
import type { DeviceOptions, PlantOptions } from '../../base/plant.js'

/** A plant of which days that are over are computed again, and the first of these. */
export interface RestatedPlant {
  readonly plant: string
  /** 2026-12-25 */
  readonly from: string
}

/** The plants in which a change has devices hold from an earlier day, or moved on one, or from then on no more. */
export function restatedPlants(
  before: readonly PlantOptions[],
  after: readonly PlantOptions[],
  nowMs: number,
): RestatedPlant[] {
  return after.flatMap(({ id, devices, timezone }): RestatedPlant[] => {
    const known = before.find((plant) => plant.id === id)
    // The first configuration of a plant holds for all time before it anyway.
    if (known === undefined) return []
    const [was, is] = [datedOf(known.devices), datedOf(devices)]
    const days = [...was, ...is].flatMap(([key, day]) => (was.has(key) && is.has(key) ? [] : [day]))
    // Nothing was computed yet of a day that is still to come.
    const begun = days.filter((day) => startMs(day, timezone) < nowMs).sort()
    return begun[0] === undefined ? [] : [{ plant: id, from: begun[0].slice(0, 10) }]
  })
}

/** The days of before of which something is said, by everything that is said of them. */
function datedOf(devices: readonly DeviceOptions[]): ReadonlyMap<string, string> {
  return new Map(
    devices.flatMap(({ id, holds_from, moves = [] }): [string, string][] => [
      ...(holds_from === undefined ? [] : [[`${id} ${holds_from}`, holds_from] as [string, string]]),
      ...moves.map(({ from, line }): [string, string] => [`${id} ${from} ${line}`, from]),
    ]),
  )
}

function startMs(day: string, zone: string): number {
  return day.includes('T') ? Date.parse(day) : startOfDayIn(zone, day)
}
