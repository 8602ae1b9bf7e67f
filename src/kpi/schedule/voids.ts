import { DAY_MS } from '../../base/durations.js'
import type { VoidedTime } from '../plant/parted-past.js'
import type { EnginePlant } from '../plant/plant.js'
import { type PlantVersion, versionAt, versionsEndingAfter } from '../settings/version.js'
import { NO_FIGURE, type Point, type Stream } from '../windows/point.js'
import { kpiSubjectKey } from '../windows/subjects.js'

/** So much of event time is looked through at once, so that what is live has its turn in between. */
const AT_ONCE_MS = 7 * DAY_MS

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

/** The windows of a time whose figure nobody makes any more, each without one: where none is stored they come to nothing. */
export function voidPoints(plant: EnginePlant, { fromMs, toMs, subjects }: VoidedTime): Point[] {
  const isTouched = ({ scope, id }: Pick<Stream, 'scope' | 'id'>) => subjects.has(kpiSubjectKey(scope, id))
  const streams = plant.streams.latest(isTouched).map(({ stream }) => stream)
  const points: Point[] = []
  for (const version of versionsEndingAfter(plant.versions, fromMs)) {
    if (version.fromMs >= toMs && version.place > 0) break
    const made = madeIn(plant, version, subjects)
    for (const stream of streams) {
      if (made.has(nameOf(stream))) continue
      for (const span of version.calendar.spans(stream.window, fromMs - 1, toMs)) {
        if (span.endMs <= fromMs || span.endMs > toMs || versionAt(plant.versions, span.endMs - 1) !== version) continue
        points.push({ stream, ...span, ...NO_FIGURE, provisional: false, rev: 0 })
      }
    }
  }
  return points
}

/** The figures that a version makes of some subjects. */
function madeIn(plant: EnginePlant, version: PlantVersion, subjects: ReadonlySet<string>): ReadonlySet<string> {
  const own = plant.subjectsOf(version).filter(({ key }) => subjects.has(key))
  return new Set(own.flatMap(({ scope, id, kpis }) => kpis.map(({ kpi }) => nameOf({ scope, id, kpi: kpi.id }))))
}

function nameOf({ scope, id, kpi }: Pick<Stream, 'scope' | 'id' | 'kpi'>): string {
  return `${kpiSubjectKey(scope, id)} ${kpi}`
}
