import { useEffect, useRef } from 'preact/hooks'
import type { Report, ReportItem } from '../../../src/base/report.js'
import type { LineageAnswer } from '../../../src/base/wire/audit.js'
import { shownUnit } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { language } from '../settings.js'
import { CopyButton } from '../ui/command-line.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts, Unit } from '../ui/text.js'
import { cellOf } from './figures.js'
import { lineagePath } from './gateway.js'
import { LineageSteps } from './lineage-steps.js'
import { cellText, exactDecimal } from './number.js'
import { flagsText, reasonText } from './report-figure.js'
import { reportWords } from './words.js'

interface ReportLineageProps {
  readonly report: Report
  readonly item: ReportItem
  /** Id of the figure. */
  readonly figure: string
  readonly onClose: () => void
}

/** Frozen versions never change, a draft seldom. */
const EVERY_MS = 60_000

/** At the right of the document: one figure, down to the readings and the proof that they are those. */
export function ReportLineage({ report, item, figure: id, onClose }: ReportLineageProps) {
  const w = reportWords().origin
  const path = lineagePath(item, id)
  const { value: answer, again } = usePolled<LineageAnswer>(path, EVERY_MS)
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // The focus goes along where the lineage covers the document; beside it the focus stays there.
    if (matchMedia('(max-width: 1279px)').matches) close.current?.focus()
  }, [])
  return (
    <aside class="card origin" aria-label={w.title} data-origin={id}>
      <header class="origin-head">
        <p class="origin-name">{subscripts(report.figures[id]?.name[language.value] ?? id)}</p>
        <span class="origin-tools">
          <CopyButton text={location.href} label={w.copyLink} />
          <button
            ref={close}
            type="button"
            class="button is-icon"
            aria-label={w.close}
            title={`${w.close} Esc`}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </span>
        <Hero report={report} id={id} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="origin-body" tabIndex={0} aria-label={w.title}>
        {answer.kind === 'loading' && <Skeleton class="is-page" />}
        {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
        {answer.kind === 'loaded' && <LineageSteps key={id} lineage={answer.value} report={report} item={item} />}
      </section>
      <footer class="origin-foot">
        <code class="faint">{id}</code>
        <a
          class="link"
          href={`/api/v1${path}`}
          download={`${item.id}.v${item.version}.lineage.json`}
          title={w.exportTitle}
        >
          <Icon name="download" size={14} />
          {w.exportIt}
        </a>
      </footer>
    </aside>
  )
}

function Hero({ report, id }: Pick<ReportLineageProps, 'report'> & { readonly id: string }) {
  const w = reportWords()
  const lang = language.value
  const figure = report.figures[id]
  if (figure === undefined) return null
  const cell = cellOf(report, id)
  const flags = flagsText(figure)
  const text = cell === null ? null : cellText(figure, cell, lang)
  return (
    <>
      {figure.value === null ? (
        <p class="origin-hero">
          <span>—</span> <span class="origin-reason">{reasonText(figure)}</span>
        </p>
      ) : (
        <p class="origin-hero num">
          <span class="value">
            {text ?? exactDecimal(figure.value, lang)}
            <Unit unit={shownUnit(cell?.unit ?? figure.unit)} />
          </span>
          {text !== null && text !== exactDecimal(figure.value, lang) && (
            <span class="origin-exact" data-exact={figure.value}>
              {w.origin.unrounded(exactDecimal(figure.value, lang))}
              <Unit unit={shownUnit(figure.unit)} />
            </span>
          )}
        </p>
      )}
      {flags !== '' && <p class="origin-flags">{subscripts(w.document.flags(flags))}</p>}
    </>
  )
}
