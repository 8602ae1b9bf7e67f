import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import './reports.css'
import type { KpiInfo } from '../../../src/base/kpi.js'
import type { PlantNode } from '../../../src/base/wire.js'
import { fileName, spanParts } from '../export/file-name.js'
import { reportCsv } from '../export/report-csv.js'
import { saveCsv } from '../export/save.js'
import { type Asked, answerTo } from '../gateway/polled.js'
import { plantName } from '../names.js'
import { goTo, titleOf } from '../nav.js'
import { type ReportRow, readReport } from '../plant/report.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { PlantChoice } from '../shell/plant-choice.js'
import { catalogue, generation, nowMs, plantList, plants } from '../state.js'
import { reportRange, spanOfRange } from '../time/range.js'
import { rangeText } from '../time/range-text.js'
import { exactText } from '../time/time.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { Lineage } from './lineage.js'
import { ReportTable } from './report-table.js'
import { ReportTabs } from './report-tabs.js'
import { RestatementsCard } from './restatements-card.js'
import { reportWords } from './words.js'

type FiguresRoute = Extract<Route, { view: 'figures' }>

/** The auditor's door: the figures of a day or month of a plant, and where each of them comes from. */
export function FiguresView({ at }: { readonly at: FiguresRoute }) {
  if (plants.value.kind === 'loading' || catalogue.value.kind === 'loading') return <Skeleton class="is-page" />
  const plant = plantList.value.find(({ id }) => id === at.plant) ?? plantList.value[0]
  if (plant === undefined || catalogue.value.kind !== 'loaded') {
    return (
      <section class="card">
        <EmptyState />
      </section>
    )
  }
  return <Report key={plant.id} plant={plant} at={at} figures={catalogue.value.value} />
}

interface ReportProps {
  readonly plant: PlantNode
  readonly at: FiguresRoute
  readonly figures: ReadonlyMap<string, KpiInfo>
}

function Report({ plant, at, figures }: ReportProps) {
  const w = reportWords()
  const lang = language.value
  const zone = plant.timezone
  const range = reportRange(at.range, zone, nowMs.value)
  const span = spanOfRange(range, zone, nowMs.value)
  const asked = `${range.kind}|${range.first}`
  const kept = useSignal<Asked<readonly ReportRow[]>>({ key: asked, answer: { kind: 'loading' } })
  const traced = useSignal<ReportRow | null>(null)
  const tries = useSignal(0)
  useEffect(() => {
    let isCurrent = true
    const window = range.kind === 'day' ? '1d' : '1mo'
    void readReport(plant.id, window, span, figures).then((answer) => {
      if (isCurrent) kept.value = { key: asked, answer }
    })
    return () => {
      isCurrent = false
    }
  }, [plant.id, asked, generation.value, tries.value])
  const period = rangeText(range, { zone, language: lang, nowMs: nowMs.value }, words())
  const report = answerTo(asked, kept.value)
  const rows = report.kind === 'loaded' ? report.value : []
  const save = () => {
    saveCsv(fileName([plant.id, 'report', ...spanParts(span, zone)], 'csv'), reportCsv(rows, zone, lang))
  }
  return (
    <>
      <ReportTabs />
      <section class="card report" aria-label={titleOf('figures')}>
        <header class="report-head">
          <div>
            <h2 class="report-title">{w.title(plantName(plant), period)}</h2>
            <p class="faint num">
              {w.period(exactText(span.fromMs, zone, lang), exactText(span.toMs, zone, lang), zone)}
            </p>
            {span.toMs > nowMs.value && <p class="faint">{w.running}</p>}
          </div>
          <span class="report-tools">
            <PlantChoice plant={plant} onChoose={(id) => goTo({ view: 'figures', plant: id })} />
            {rows.length > 0 && (
              <button type="button" class="button" title={w.csvTitle} onClick={save}>
                <Icon name="download" size={14} />
                {w.csv}
              </button>
            )}
          </span>
        </header>
        {report.kind === 'failed' && (
          <ErrorBody title={w.failed} detail={report.detail} onRetry={() => tries.value++} />
        )}
        {report.kind === 'loading' && <Skeleton class="is-page" />}
        {report.kind === 'loaded' && rows.length === 0 && (
          <p class="empty">
            <strong>{w.nothing}</strong> {w.nothingHint}
          </p>
        )}
        {rows.length > 0 && <ReportTable rows={rows} onTrace={(row) => (traced.value = row)} />}
      </section>
      <RestatementsCard plant={plant} span={span} figures={figures} />
      <Lineage plant={plant} row={traced.value} onClose={() => (traced.value = null)} />
    </>
  )
}
