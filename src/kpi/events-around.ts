import { EventBook, type EventsOf, eventsFrom } from './event-book.js'
import type { Past } from './past.js'
import type { EnginePlant } from './plant.js'
import type { Range } from './ranges.js'
import type { Task } from './task.js'

const DAY_MS = 86_400_000

/**
 * What happened around a range, a day and a shift of the plant further on both sides: from memory, or from the archive
 * where that does not reach back far enough.
 */
export async function eventsAround(
  past: Past,
  plant: EnginePlant,
  tasks: readonly Task[],
  range: Range,
): Promise<EventsOf> {
  const { happenings } = plant
  const { book } = happenings
  if (!tasks.some(({ unit }) => unit.tracks.some((track) => track.isEvent))) return happenings.counted(book.between)
  if (book.fromMs === Infinity) {
    const hotFromMs = EventBook.hotFromMs(plant.newestEventMs)
    book.fill(await past.events(plant.id, hotFromMs, Infinity), hotFromMs)
  }
  const needed = { fromMs: range.fromMs - 2 * DAY_MS, toMs: range.toMs + 2 * DAY_MS }
  if (needed.fromMs >= book.fromMs) return happenings.counted(book.between)
  return happenings.counted(eventsFrom(await past.events(plant.id, needed.fromMs, needed.toMs)))
}
