import { useEffect, useRef } from 'preact/hooks'
import { HOUR_MS } from '../../../src/base/durations.js'
import { plantsWithoutReadings, type Report, type ReportItem } from '../../../src/base/report.js'
import type { ReportsAnswer } from '../../../src/base/wire/audit.js'
import './reports.css'
import './report.css'
import './report-document.css'
import './report-lineage.css'
import { usePolled } from '../gateway/polled.js'
import { linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { reportChanges } from '../state.js'
import { ErrorCard } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'
import { figuresInOrder } from './figures.js'
import { documentPath, REPORTS_EVERY_MS, reportPath } from './gateway.js'
import { focusFigure, isInView, showFigure, useFigureKeys } from './keys.js'
import { ReportActs } from './report-acts.js'
import { ReportDocument } from './report-document.js'
import { ReportLineage } from './report-lineage.js'
import { ReportNotes } from './report-notes.js'
import { ReportRail } from './report-rail.js'
import { reportWords } from './words.js'

type ReportRoute = Extract<Route, { view: 'report' }>

/** A draft follows what arrives; what is frozen is read once. */
const DRAFT_EVERY_MS = 20_000
const FROZEN_EVERY_MS = 24 * HOUR_MS

/** One report: the document in the middle, its sections and versions at the left, where a figure comes from at the right. */
export function ReportView({ at }: { readonly at: ReportRoute }) {
  const w = reportWords().document
  const { value: answer, again } = usePolled<ReportsAnswer>(
    reportPath(at.report),
    REPORTS_EVERY_MS,
    reportChanges.value,
  )
  if (answer.kind === 'loading') return <Skeleton class="is-page" />
  const versions = answer.kind === 'loaded' ? answer.value.items.toSorted((a, b) => b.version - a.version) : []
  const item = at.version === null ? versions[0] : versions.find(({ version }) => version === at.version)
  if (answer.kind === 'failed') return <ErrorCard title={w.failed} detail={answer.detail} onRetry={again} />
  if (item === undefined) return <ErrorCard title={w.failed} detail={w.noVersion} onRetry={again} />
  return <OneVersion key={item.version} at={at} item={item} versions={versions} onChanged={again} />
}

interface OneVersionProps {
  readonly at: ReportRoute
  readonly item: ReportItem
  readonly versions: readonly ReportItem[]
  readonly onChanged: () => void
}

function OneVersion({ at, item, versions, onChanged }: OneVersionProps) {
  const everyMs = item.status === 'draft' ? DRAFT_EVERY_MS : FROZEN_EVERY_MS
  const { value: answer, again } = usePolled<Report>(documentPath(item), everyMs)
  const changed = () => {
    onChanged()
    again()
  }
  const silent = answer.kind === 'loaded' ? plantsWithoutReadings(answer.value) : []
  return (
    <>
      <ReportActs item={item} silent={silent} onChanged={changed} />
      <ReportNotes item={item} versions={versions} silent={silent} />
      {answer.kind === 'loading' && <Skeleton class="is-page" />}
      {answer.kind === 'failed' && (
        <ErrorCard title={reportWords().document.failed} detail={answer.detail} onRetry={again} />
      )}
      {answer.kind === 'loaded' && <Parts at={at} item={item} versions={versions} report={answer.value} />}
    </>
  )
}

type PartsProps = Omit<OneVersionProps, 'onChanged'> & { readonly report: Report }

function Parts({ at, item, versions, report }: PartsProps) {
  const open = at.figure !== undefined && report.figures[at.figure] !== undefined ? at.figure : null
  // Without a new entry in the history of the browser for each step.
  const show = (figure: string | null) => {
    const place = { view: 'report', report: item.id, version: item.version } as const
    location.replace(linkTo(figure === null ? place : { ...place, figure }))
    const shown = figure ?? open
    if (shown !== null) focusFigure(shown)
  }
  useFigureKeys({ figures: figuresInOrder(report), open, onOpen: show })
  // The reader sees it already when a step or a click in the document has led to it.
  const isFirst = useRef(true)
  useEffect(() => {
    const isByAddress = isFirst.current
    isFirst.current = false
    if (open !== null && (isByAddress || !isInView(open))) return showFigure(open)
  }, [open])
  return (
    <div class={`report-parts ${open === null ? '' : 'has-origin'}`}>
      <ReportRail report={report} item={item} versions={versions} />
      <ReportDocument report={report} item={item} open={open} />
      {open !== null && <ReportLineage report={report} item={item} figure={open} onClose={() => show(null)} />}
    </div>
  )
}
