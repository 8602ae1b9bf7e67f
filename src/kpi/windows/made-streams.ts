import { streamKey } from '../../base/kpi.js'
import { isFineEnough } from './publish.js'
import type { SubjectKpi } from './subject-kpi.js'
import type { KpiSubject } from './subjects.js'

/** Subject and KPI that a stream is made for. */
export interface MadeStream {
  readonly subject: KpiSubject
  readonly kpi: SubjectKpi
}

/** The streams that some subjects publish, by `streamKey`. */
export function madeStreams(subjects: Iterable<KpiSubject>): ReadonlyMap<string, MadeStream> {
  const made = new Map<string, MadeStream>()
  for (const subject of subjects) {
    for (const kpi of subject.kpis) {
      for (const window of kpi.kpi.windows) {
        if (isFineEnough(kpi, window)) made.set(streamKey(kpi.stream(window)), { subject, kpi })
      }
    }
  }
  return made
}
