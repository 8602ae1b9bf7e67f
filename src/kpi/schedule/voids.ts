import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import type { VoidedTime } from '../plant/parted-past.js'
import type { EnginePlant } from '../plant/plant.js'
import { type PlantVersion, versionAt } from '../settings/version.js'
import { NO_FIGURE, type Point, type Stream, windowKey } from '../windows/point.js'
import { kpiSubjectKey } from '../windows/subjects.js'

/** So much of event time is looked through at once, so that what is live has its turn in between. */
const AT_ONCE_MS = DAY_MS

/** True when all of the past is computed but for figures that nobody makes any more. */
export function isOnlyVoided({ late, stale, held, stretch, voided }: EnginePlant): boolean {
  return voided.length > 0 && late.size + stale.size + held.ripe.size === 0 && stretch === null
}

/** Takes the next piece of the time of a plant in which figures may be there that nobody makes any more; null when there is none. */
export function takeVoided(plant: EnginePlant): VoidedTime | null {
  const [first, ...rest] = plant.voided
  if (first === undefined) return null
  const toMs = Math.min(first.toMs, first.fromMs + AT_ONCE_MS)
  plant.voided = toMs < first.toMs ? [{ ...first, fromMs: toMs }, ...rest] : rest
  return { ...first, toMs }
}

/**
 * The points of a time, in the store or on their way there, whose figure nobody makes any more, each without one.
 * @param stored gives the points of streams whose windows end in (fromMs, toMs], epoch ms
 */
export async function voidPoints(
  plant: EnginePlant,
  { fromMs, toMs, subjects }: VoidedTime,
  stored: (streams: readonly Stream[], fromMs: number, toMs: number) => Promise<readonly Point[]>,
): Promise<Point[]> {
  const isTouched = ({ scope, id }: Pick<Stream, 'scope' | 'id'>) => subjects.has(kpiSubjectKey(scope, id))
  const streams = plant.streams.latest(isTouched).map(({ stream }) => stream)
  const unstored = streams.flatMap((stream) => plant.streams.inMemory(stream))
  const points = new Map<string, Point>()
  for (const point of [...(await stored(streams, fromMs, toMs)), ...unstored]) {
    if (point.endMs > fromMs && point.endMs <= toMs) points.set(windowKey(point), point)
  }
  const madeBy = new Map<PlantVersion, ReadonlySet<string>>()
  return [...points.values()].flatMap(({ stream, startMs, endMs }) => {
    const version = versionAt(plant.versions, endMs - 1)
    const made = entryOf(madeBy, version, () => madeIn(plant, version, subjects))
    if (made.has(nameOf(stream))) return []
    return [{ stream, startMs, endMs, ...NO_FIGURE, provisional: false, rev: 0 }]
  })
}

/** The figures that a version makes of some subjects. */
function madeIn(plant: EnginePlant, version: PlantVersion, subjects: ReadonlySet<string>): ReadonlySet<string> {
  const own = plant.subjectsOf(version).filter(({ key }) => subjects.has(key))
  return new Set(own.flatMap(({ scope, id, kpis }) => kpis.map(({ kpi }) => nameOf({ scope, id, kpi: kpi.id }))))
}

function nameOf({ scope, id, kpi }: Pick<Stream, 'scope' | 'id' | 'kpi'>): string {
  return `${kpiSubjectKey(scope, id)} ${kpi}`
}
