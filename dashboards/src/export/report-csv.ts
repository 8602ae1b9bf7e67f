import type { Language } from '../format.js'
import type { ReportRow } from '../plant/report.js'
import { timesOf } from '../series/points.js'
import { isoText } from '../time/time.js'
import { csvText } from './csv.js'

const COLUMNS = [
  'figure',
  'name',
  'value',
  'unit',
  'start',
  'end',
  'coverage',
  'estimated_share',
  'state',
  'reason',
  'flags',
  'factors',
]

/** The figures of a report as they are stored, in its order, with times in the plant's zone. */
export function reportCsv(report: readonly ReportRow[], zone: string, language: Language): string {
  const rows = report.map(({ info, point }) => {
    const { fromMs, toMs } = timesOf(point)
    return [
      info.id,
      info.name[language],
      point.value,
      point.unit,
      isoText(fromMs, zone),
      isoText(toMs, zone),
      point.coverage,
      point.estimated_share,
      point.provisional ? 'provisional' : 'final',
      point.reason,
      point.flags.join(' '),
      point.factors.join(' '),
    ]
  })
  return csvText(COLUMNS, rows)
}
