import { figureFor, shareText } from '../format.js'
import { REPORT, type ReportGroup, type ReportRow } from '../plant/report.js'
import { language, words } from '../settings.js'
import { subscripts, Value } from '../ui/text.js'
import { reportWords } from './words.js'

interface ReportTableProps {
  readonly rows: readonly ReportRow[]
  readonly onTrace: (row: ReportRow) => void
}

/** The figures by subject; each opens to where it comes from. */
export function ReportTable({ rows, onTrace }: ReportTableProps) {
  const w = reportWords()
  const groups = (Object.keys(REPORT) as ReportGroup[]).filter((group) => rows.some((row) => row.group === group))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-wide" tabIndex={0} aria-label={w.figure}>
      <table class="table report-table">
        <thead>
          <tr>
            <th>{w.figure}</th>
            <th class="num">{w.value}</th>
            <th class="num wide-only">{w.coverage}</th>
            <th class="num wide-only">{w.estimated}</th>
            <th class="wide-only">{w.state}</th>
            <th class="wide-only">{w.factors}</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group}>
            <tr class="table-group">
              <th colSpan={6} scope="rowgroup">
                {w.groups[group]}
              </th>
            </tr>
            {rows
              .filter((row) => row.group === group)
              .map((row) => (
                <FigureRow key={row.info.id} row={row} onTrace={onTrace} />
              ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}

function FigureRow({ row, onTrace }: { readonly row: ReportRow; readonly onTrace: (row: ReportRow) => void }) {
  const w = words()
  const lang = language.value
  const { info, point } = row
  return (
    <tr data-figure={info.id}>
      <td>
        {subscripts(info.name[lang])} <code class="faint wide-only">{info.id}</code>
      </td>
      <td class="num">
        <button
          type="button"
          class="traceable"
          data-value={point.value ?? ''}
          title={reportWords().trace(info.name[lang])}
          onClick={() => onTrace(row)}
        >
          <Value value={point.value} figure={figureFor(info, point.value ?? 0)} />
          <span class="sr-only">{reportWords().trace(info.name[lang])}</span>
        </button>
      </td>
      <td class="num wide-only">{shareText(point.coverage, lang)}</td>
      <td class="num wide-only">{point.estimated_share > 0 ? shareText(point.estimated_share, lang) : ''}</td>
      <td class="wide-only">
        {point.reason !== '' ? w.reasons[point.reason] : point.provisional ? w.chart.provisional : w.chart.final}
      </td>
      <td class="wide-only report-factors">
        <code>{point.factors.join(', ')}</code>
      </td>
    </tr>
  )
}
