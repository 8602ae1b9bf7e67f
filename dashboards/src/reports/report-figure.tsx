import type { Report, ReportFigure } from '../../../src/base/report.js'
import { shownUnit } from '../format.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { Unit } from '../ui/text.js'
import type { FigureCell } from './figures.js'
import type { Version } from './gateway.js'
import { cellText, exactDecimal } from './number.js'
import { reportWords } from './words.js'

/** Reason why a figure is not known, in words. */
export function reasonText({ reason }: Pick<ReportFigure, 'reason'>): string {
  const w = reportWords().document
  if (reason === 'not_configured') return w.notConfigured
  return reason === '' ? w.unknown : words().reasons[reason]
}

/** The flags of a figure in words; '' without any. */
export function flagsText({ flags, estimated_share: share }: ReportFigure): string {
  const all = flags.map((flag) => words().flags[flag])
  if (share !== null && share > 0 && !flags.includes('estimated')) all.push(words().flags.estimated)
  return all.join(reportWords().list)
}

/** A grid factor of CO2 alone is the rule here and not the exception: a mark at every figure would say nothing. */
const isMarked = ({ flags, estimated_share: share }: ReportFigure) =>
  (share ?? 0) > 0 || flags.some((flag) => flag !== 'co2_only')

/** A figure with all of its digits and its own unit. */
export function ExactFigure({ figure }: { readonly figure: ReportFigure }) {
  if (figure.value === null) return <span class="value">— {reasonText(figure)}</span>
  return (
    <span class="value">
      {exactDecimal(figure.value, language.value)}
      <Unit unit={shownUnit(figure.unit)} />
    </span>
  )
}

interface FigureLinkProps {
  readonly report: Pick<Report, 'figures'>
  readonly of: Version
  readonly cell: FigureCell
  /** null where the head of the column says the unit. */
  readonly unit: string | null
  readonly isOpen: boolean
}

/** A figure of a table; it leads to where it comes from, and the address says so. */
export function FigureLink({ report, of, cell, unit, isOpen }: FigureLinkProps) {
  const figure = report.figures[cell.figure]
  if (figure === undefined) return <span class="value">—</span>
  const w = reportWords()
  const text = cellText(figure, cell, language.value)
  const flags = flagsText(figure)
  const name = figure.name[language.value]
  return (
    <a
      class={`traceable ${isOpen ? 'is-open' : ''}`}
      href={linkTo({ view: 'report', report: of.id, version: of.version, figure: cell.figure })}
      data-figure={cell.figure}
      data-value={figure.value ?? ''}
      aria-current={isOpen ? 'true' : undefined}
      title={[w.trace(name), flags === '' ? '' : w.document.flags(flags)].filter(Boolean).join(' · ')}
    >
      {text === null ? (
        <span class="figure-unknown">
          <span class="value">—</span> {reasonText(figure)}
        </span>
      ) : (
        <span class="value">
          {isMarked(figure) && <span class="figure-flagged" aria-hidden="true" />}
          {text}
          {unit !== null && <Unit unit={shownUnit(unit)} />}
        </span>
      )}
      <span class="sr-only">{flags === '' ? w.trace(name) : `${w.trace(name)}, ${w.document.flags(flags)}`}</span>
    </a>
  )
}
