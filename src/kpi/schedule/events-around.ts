import { DAY_MS } from '../../base/durations.js'
import { eventSeries } from '../../base/events.js'
import { CheckAttempts, LOOK_BACK_MS } from '../events/check-attempts.js'
import { type EventsOf, eventsFrom, RecentEvents } from '../events/recent-events.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import type { Range } from '../time/ranges.js'
import type { RecomputeTask } from './recompute-task.js'

const SERIAL = eventSeries('serial_result')

/**
 * Events around a range, a day and a shift of the plant further on both sides: from memory, or from the archive where that
 * does not reach back far enough.
 */
export async function eventsAround(
  past: PastFold,
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
  range: Range,
): Promise<EventsOf> {
  const { plantEvents } = plant
  const { recent } = plantEvents
  const seriesList = new Set(tasks.flatMap(({ subject }) => subject.seriesList.filter((series) => series.isEvent)))
  if (seriesList.size === 0) return plantEvents.counted(recent.between, plantEvents.attempts)
  if (recent.fromMs === Infinity) {
    const inMemoryFromMs = RecentEvents.inMemoryFromMs(plant.newestEventMs)
    recent.fill(await past.events(plant.id, inMemoryFromMs, Infinity), inMemoryFromMs)
  }
  const needed = { fromMs: range.fromMs - 2 * DAY_MS, toMs: range.toMs + 2 * DAY_MS }
  const isOfParts = [...seriesList].some(({ metric }) => metric === SERIAL)
  const attempts = isOfParts ? await attemptsAround(past, plant, needed) : plantEvents.attempts
  if (needed.fromMs >= recent.fromMs) return plantEvents.counted(recent.between, attempts)
  return plantEvents.counted(eventsFrom(await past.events(plant.id, needed.fromMs, needed.toMs)), attempts)
}

/** When parts were checked that come up in a range: as far back as that makes a difference. */
async function attemptsAround(past: PastFold, plant: EnginePlant, { fromMs, toMs }: Range): Promise<CheckAttempts> {
  const { plantEvents } = plant
  const { attempts } = plantEvents
  const resultsFrom = async (ms: number, untilMs: number) => {
    const results = await past.events(plant.id, ms, untilMs, ['serial_result'])
    return results.filter(({ device, id }) => !plantEvents.isWithdrawn(device, id))
  }
  if (attempts.fromMs === Infinity) {
    const keptFromMs = CheckAttempts.fromMs(plant.newestEventMs)
    attempts.fill(await resultsFrom(keptFromMs, Infinity), keptFromMs)
  }
  if (fromMs - LOOK_BACK_MS >= attempts.fromMs) return attempts
  return CheckAttempts.of(await resultsFrom(fromMs - LOOK_BACK_MS, toMs), fromMs - LOOK_BACK_MS)
}
