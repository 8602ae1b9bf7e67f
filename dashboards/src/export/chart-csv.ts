import type { KpiPoint } from '../../../src/base/kpi.js'
import { differenceOf, earlierOf } from '../chart/facts.js'
import type { ChartModel } from '../chart/model.js'
import { timesOf } from '../series/points.js'
import { isoText } from '../time/time.js'
import { csvText } from './csv.js'

const COMPARED = ['previous', 'difference']

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

/**
 * The windows of a chart as they are stored, oldest first, with times in the plant's zone; where it compares, each with
 * the one of the period before.
 */
export function chartCsv(points: readonly KpiPoint[], zone: string, before: ChartModel['before'] = null): string {
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
      ...(before === null ? [] : comparedOf(point, before)),
    ]
  })
  return csvText(before === null ? COLUMNS : [...COLUMNS, ...COMPARED], rows)
}

function comparedOf(point: KpiPoint, before: NonNullable<ChartModel['before']>): readonly (number | null)[] {
  const earlier = earlierOf({ before }, point)
  return [earlier?.value ?? null, differenceOf(point, earlier)]
}
