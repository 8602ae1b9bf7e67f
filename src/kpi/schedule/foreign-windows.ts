import type { EnginePlant } from '../plant/plant.js'
import { type PlantVersion, versionAt } from '../settings/version.js'
import type { Point } from '../windows/point.js'
import type { Work } from '../windows/publication-pacer.js'
import { isFineEnough, windowsOf } from '../windows/publish.js'
import { type KpiSubject, kpiSubjectKey } from '../windows/subjects.js'
import { taskKey } from './recompute-schedule.js'

/**
 * Forgets open windows that nobody makes any more: the configuration in force at their end has another zone or no such
 * KPI, or a device has moved to another line. Nothing would ever complete them, and who reads the journal at once has
 * never heard of them.
 */
export function dropForeign(plant: EnginePlant, versions: readonly PlantVersion[]): readonly Point[] {
  if (!plant.takeUnitsChanged()) return []
  plant.pacer.clear()
  plant.pacer.load(versions.flatMap((version) => [...workOf(plant.subjectsOf(version))]))
  const byKey = new Map(
    versions.flatMap((version) => plant.subjectsOf(version).map((one) => [taskKey(version, one.key), one] as const)),
  )
  const dropped = [...plant.streams.allOpen()].filter((point) => {
    const { scope, id, kpi, window } = point.stream
    const version = versionAt(plant.versions, point.endMs - 1)
    const subject = byKey.get(taskKey(version, kpiSubjectKey(scope, id)))
    const isIn = version.calendar.has(window, point)
    return !isIn || !subject?.kpis.some((own) => own.kpi.id === kpi && isFineEnough(own, window))
  })
  for (const point of dropped) plant.streams.drop(point)
  return dropped
}

/** So many members to be added up are as much work as one figure of a device; to be folded and looked at as many. */
const [MEMBERS_A_FIGURE, SERIES_A_FIGURE, FIGURES_A_LOOK] = [16, 2, 2]

function* workOf(subjects: readonly KpiSubject[]): Generator<Work> {
  for (const subject of subjects) {
    const { scope, kpis, seriesList } = subject
    for (const kpi of kpis) {
      for (const window of kpi.kpi.windows) {
        if (isFineEnough(kpi, window)) yield { scope, window, figures: 1 + kpi.seriesList.length / MEMBERS_A_FIGURE }
      }
    }
    const [finest] = windowsOf(subject)
    if (finest !== undefined)
      yield { scope, window: finest, figures: FIGURES_A_LOOK + seriesList.length / SERIES_A_FIGURE }
  }
}
