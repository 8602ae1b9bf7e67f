import type { KpiPoint } from '../../../src/base/kpi.js'
import { timesOf } from '../series/points.js'
import { isoText } from '../time/time.js'
import { csvText } from './csv.js'

const COLUMNS = [
  'start',
  'end',
  'value',
  'unit',
  'coverage',
  'estimated_share',
  'provisional',
  'rev',
  'reason',
  'flags',
  'factors',
]

/** The windows of a chart as they are stored, oldest first, with times in the plant's zone. */
export function chartCsv(points: readonly KpiPoint[], zone: string): string {
  const rows = points.map((point) => {
    const { fromMs, toMs } = timesOf(point)
    return [
      isoText(fromMs, zone),
      isoText(toMs, zone),
      point.value,
      point.unit,
      point.coverage,
      point.estimated_share,
      point.provisional,
      point.rev,
      point.reason,
      point.flags.join(' '),
      point.factors.join(' '),
    ]
  })
  return csvText(COLUMNS, rows)
}
