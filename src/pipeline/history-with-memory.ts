import type { Engine } from '../kpi/engine.js'
import { isTakenBack, type Point } from '../kpi/windows/point.js'
import type { History } from '../stores/store.js'
import type { PointsQuery } from '../views/sources/kpis.js'

/**
 * The points of one stream: what the store holds, and what is in memory alone. Memory is asked first, so that a figure that
 * becomes final meanwhile is in one of the two.
 */
export async function historyWithMemory(
  history: Pick<History, 'points'>,
  engine: Pick<Engine, 'inMemory'>,
  query: PointsQuery,
): Promise<readonly Point[]> {
  const fromMs = Math.max(query.fromMs, query.afterMs === null ? query.fromMs : query.afterMs + 1)
  const inMemory = engine.inMemory(query)
  const points = new Map<number, Point>()
  for (const point of [...inMemory, ...(await history.points({ ...query, fromMs }))]) {
    if (point.startMs < fromMs || point.startMs >= query.toMs) continue
    const known = points.get(point.startMs)
    points.set(point.startMs, known === undefined ? point : newerOf(known, point))
  }
  const there = [...points.values()].filter((point) => !isTakenBack(point))
  return there.sort((a, b) => a.startMs - b.startMs).slice(0, query.limit)
}

/** The newer state of a window: what was final never is provisional again; of two final ones the later has the higher `rev`. */
function newerOf(inMemory: Point, other: Point): Point {
  if (inMemory.provisional !== other.provisional) return inMemory.provisional ? other : inMemory
  return other.rev > inMemory.rev ? other : inMemory
}
