import type { Report, ReportCell, ReportItem, ReportTable, Text } from '../../../src/base/report.js'
import { unnumberedTitle } from '../../../src/base/section-title.js'
import { shownUnit } from '../format.js'
import { language } from '../settings.js'
import { periodText } from '../time/range-text.js'
import { minuteText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { subscripts, Unit } from '../ui/text.js'
import { saysUnit, unitOfColumn } from './figures.js'
import { fileAddress } from './gateway.js'
import { ReportChanges } from './report-changes.js'
import { FigureLink } from './report-figure.js'
import { sectionNumbers } from './section-numbers.js'
import { reportWords } from './words.js'

interface DocumentProps {
  readonly report: Report
  readonly item: ReportItem
  /** The figure whose lineage is open. */
  readonly open: string | null
}

const said = (text: Text) => subscripts(text[language.value])

/** The report as a document, generically from its sections, tables and cells: every profile looks like one of ours. */
export function ReportDocument({ report, item, open }: DocumentProps) {
  const w = reportWords().document
  const numbers = sectionNumbers(report)
  return (
    <article class="card document" aria-labelledby="document-title">
      <DocumentHead report={report} />
      {report.sections.map((section) => (
        <section key={section.id} id={sectionAnchor(section.id)} class="document-section" tabIndex={-1}>
          <h3>
            {numbers.has(section.id) && <span class="num">{numbers.get(section.id)}</span>}{' '}
            {said(unnumberedTitle(section.title))}
          </h3>
          {section.note !== undefined && <p class="document-note">{said(section.note)}</p>}
          <div class={section.tables.every(isNarrow) && section.tables.length > 1 ? 'document-pair' : ''}>
            {section.tables.map((table) => (
              <DocumentTable
                key={table.id}
                table={table}
                report={report}
                item={item}
                open={open}
                hasTitle={section.tables.length > 1 || table.title.en !== section.title.en}
              />
            ))}
          </div>
        </section>
      ))}
      {report.unchecked.length > 0 && (
        <section class="document-section">
          <h3>{w.unchecked}</h3>
          <ul class="document-list">
            {report.unchecked.map((text) => (
              <li key={text.en}>{said(text)}</li>
            ))}
          </ul>
        </section>
      )}
      <section class="document-section">
        <h3>{w.rule}</h3>
        <p class="document-note">{said(report.basis.rule)}</p>
        <p class="faint">{w.code(report.basis.code.version, report.basis.code.commit.slice(0, 12))}</p>
      </section>
      {report.previous !== null && <ReportChanges report={report} previous={report.previous} of={item} />}
    </article>
  )
}

export const sectionAnchor = (id: string) => `section-${id}`

const isNarrow = ({ columns }: ReportTable) => columns.length <= 2

function DocumentHead({ report }: { readonly report: Report }) {
  const w = reportWords()
  const lang = language.value
  return (
    <header class="document-head">
      <div>
        <h2 id="document-title" class="report-title">
          {said(report.title)}
        </h2>
        <p class="document-sub">
          {report.plants.map(({ name }) => name[lang]).join(', ')} ·{' '}
          {periodText(report.period.from, report.period.to, lang)} · {w.profiles[report.profile]}
        </p>
      </div>
      <ul class="document-facts num">
        {report.plants.map((plant) => (
          <li key={plant.id}>
            {report.plants.length > 1 && `${plant.name[lang]}: `}
            {w.document.period(
              minuteText(Date.parse(plant.start), plant.timezone, lang),
              minuteText(Date.parse(plant.end), plant.timezone, lang),
            )}
            <br />
            {plant.timezone} · {w.document.gwp(report.basis.gwp)}
          </li>
        ))}
      </ul>
    </header>
  )
}

interface TableProps extends DocumentProps {
  readonly table: ReportTable
  readonly hasTitle: boolean
}

function DocumentTable({ table, report, item, open, hasTitle }: TableProps) {
  const units = table.columns.map((column, i) => {
    const unit = unitOfColumn(table, i)
    return { own: unit, head: unit !== null && !saysUnit(column, unit) ? unit : '' }
  })
  return (
    <div class="document-table" data-table={table.id}>
      <a
        class="button is-icon document-csv"
        href={fileAddress(item, 'csv', { table: table.id })}
        download
        aria-label={reportWords().files.tableCsv(table.title[language.value])}
        title={reportWords().files.tableCsv(table.title[language.value])}
      >
        <Icon name="download" size={14} />
      </a>
      {hasTitle && <h4>{said(table.title)}</h4>}
      {table.note !== undefined && <p class="document-note">{said(table.note)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="table-wide" tabIndex={0} aria-label={table.title[language.value]}>
        <table class="table">
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={column.id} scope="col" class={column.align === 'right' ? 'num' : ''}>
                  {said(column.title)}
                  <Unit unit={shownUnit(units[i]!.head)} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, r) => (
              <tr key={r} class={`is-level${row.level} ${row.strong ? 'is-strong' : ''}`}>
                {row.cells.map((cell, i) => (
                  <td key={table.columns[i]?.id ?? i} class={table.columns[i]?.align === 'right' ? 'num' : ''}>
                    <Cell cell={cell} report={report} item={item} open={open} isUnitSaid={units[i]?.own !== null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

interface CellProps extends DocumentProps {
  readonly cell: ReportCell
  readonly isUnitSaid: boolean
}

/** A longer one, such as a SHA-256, is broken anywhere. */
const WORD_MAX = 40

function Cell({ cell, report, item, open, isUnitSaid }: CellProps) {
  if (cell === null) return null
  if ('text' in cell) return <span>{said(cell.text)}</span>
  if ('word' in cell) {
    const isLong = cell.word.length > WORD_MAX
    return <span class={`document-word ${isLong ? 'is-long' : ''}`}>{subscripts(cell.word)}</span>
  }
  return (
    <FigureLink
      report={report}
      of={item}
      cell={cell}
      unit={isUnitSaid ? null : cell.unit}
      isOpen={cell.figure === open}
    />
  )
}
