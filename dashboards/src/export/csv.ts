import type { KpiPoint } from '../../../src/base/kpi.js'
import { timesOf } from '../points.js'
import { isoText } from '../time.js'

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
] as const

/** Excel takes a file for UTF-8 only when it begins so, and Chinese for something else otherwise. */
const BYTE_ORDER_MARK = '\uFEFF'

/** The windows of a chart as they are stored, oldest first, with times in the plant's zone; RFC 4180. */
export function csvOf(points: readonly KpiPoint[], zone: string): string {
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
  return BYTE_ORDER_MARK + [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** What a spreadsheet would take for a formula is made a text; a number stays one, also below zero. */
function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
