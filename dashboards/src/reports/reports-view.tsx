import { useSignal } from '@preact/signals'
import type { AuditJob, ReportItem } from '../../../src/base/report.js'
import type { ReportsAnswer } from '../../../src/base/wire/audit.js'
import { ActButton } from '../ui/act-button.js'
import './reports.css'
import { decimal } from '../format.js'
import { usePolled } from '../gateway/polled.js'
import { zoneOf } from '../names.js'
import { goTo, linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { language } from '../settings.js'
import { PlantChoice } from '../shell/plant-choice.js'
import { plantList, reportChanges } from '../state.js'
import { periodText } from '../time/range-text.js'
import { exactText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { JobProgress } from '../ui/job-progress.js'
import { Skeleton } from '../ui/skeleton.js'
import { isOver, REPORTS_EVERY_MS, REPORTS_MAX } from './gateway.js'
import { groupsOfReports, plantsText } from './list.js'
import { NewReportDialog } from './new-report.js'
import { shortDigest } from './number.js'
import { ReportIcon } from './report-icon.js'
import { ReportState, ReportWarning } from './report-state.js'
import { ReportTabs } from './report-tabs.js'
import { reportWords } from './words.js'

type ReportsRoute = Extract<Route, { view: 'reports' }>

const JOBS_EVERY_MS = 2_000
const COLUMNS = 6

/** The auditor's door: every version of every report, how far it has come, and what is at work. */
export function ReportsView({ at }: { readonly at: ReportsRoute }) {
  const w = reportWords()
  const query = new URLSearchParams({
    limit: String(REPORTS_MAX),
    ...(at.plant === null ? {} : { plant: at.plant }),
  })
  const { value: answer, again } = usePolled<ReportsAnswer>(`/reports?${query}`, REPORTS_EVERY_MS, reportChanges.value)
  const isMaking = useSignal(false)
  const plant = plantList.value.find(({ id }) => id === at.plant) ?? null
  const items = answer.kind === 'loaded' ? answer.value.items : []
  return (
    <>
      <ReportTabs />
      <RunningJobs />
      <section class="card" aria-label={w.listTitle} data-card="reports">
        <header class="card-head">
          <h2>{w.listTitle}</h2>
          <span class="card-sub">{w.listSub}</span>
          <span class="card-tools">
            <PlantChoice plant={plant} hasAll onChoose={(id) => goTo({ view: 'reports', plant: id })} />
            <ActButton right="audit" class="button is-small is-primary" onClick={() => (isMaking.value = true)}>
              <ReportIcon name="add" size={14} />
              {w.newReport}
            </ActButton>
          </span>
        </header>
        {answer.kind === 'failed' && <ErrorBody title={w.listFailed} detail={answer.detail} onRetry={again} />}
        {answer.kind === 'loading' && <Skeleton class="is-page" />}
        {answer.kind === 'loaded' && items.length === 0 && (
          <p class="empty">
            <span>
              <strong>{w.listNone}</strong> {w.listNoneHint}
            </span>
          </p>
        )}
        {items.length > 0 && <ReportList items={items} />}
        {answer.kind === 'loaded' && answer.value.next !== null && (
          <footer class="card-foot">{w.more(decimal(items.length, 0, language.value))}</footer>
        )}
      </section>
      <NewReportDialog
        isOpen={isMaking.value}
        plant={at.plant}
        onClose={() => {
          isMaking.value = false
          again()
        }}
      />
    </>
  )
}

function RunningJobs() {
  const w = reportWords().jobs
  const { value: answer } = usePolled<{ readonly items: readonly AuditJob[] }>('/audit/jobs', JOBS_EVERY_MS)
  const running = answer.kind === 'loaded' ? answer.value.items.filter((job) => !isOver(job)) : []
  if (running.length === 0) return null
  return (
    <section class="card" aria-label={w.title} data-card="jobs">
      <header class="card-head">
        <h2>{w.title}</h2>
      </header>
      <div class="jobs">
        {running.map((job) => (
          <JobProgress key={job.id} job={job} />
        ))}
      </div>
    </section>
  )
}

function ReportList({ items }: { readonly items: readonly ReportItem[] }) {
  const w = reportWords().columns
  return (
    <div class="table-wide">
      <table class="table report-list">
        <thead>
          <tr>
            <th>{w.period}</th>
            <th>{w.version}</th>
            <th>{w.status}</th>
            <th class="wide-only">{w.profile}</th>
            <th class="wide-only">{w.who}</th>
            <th class="wide-only">{w.digest}</th>
          </tr>
        </thead>
        {groupsOfReports(items).map((group) => (
          <tbody key={group.key}>
            <tr class="table-group">
              <th colSpan={COLUMNS} scope="rowgroup">
                {plantsText(group.plants)}
              </th>
            </tr>
            {group.items.map((item) => (
              <Row key={`${item.id} ${item.version}`} item={item} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function Row({ item }: { readonly item: ReportItem }) {
  const w = reportWords()
  const lang = language.value
  const by = item.verified_by ?? item.frozen_by
  const when = item.verified_at ?? item.frozen_at ?? item.created_at
  const zone = zoneOf(item.plants[0] ?? '')
  return (
    <tr data-report={item.id} data-version={item.version}>
      <td>
        <a class="text-link" href={linkTo({ view: 'report', report: item.id, version: item.version })}>
          {periodText(item.from, item.to, lang)}
        </a>
      </td>
      <td class="num is-left">{w.version(String(item.version))}</td>
      <td>
        <span class="report-states">
          <ReportState status={item.status} />
          <ReportWarning item={item} />
        </span>
      </td>
      <td class="wide-only">{w.profiles[item.profile]}</td>
      <td class="wide-only">
        {by !== null && <>{by} · </>}
        <span class="num faint">{exactText(Date.parse(when), zone, lang)}</span>
      </td>
      <td class="wide-only">
        {item.sha256 !== '' && (
          <code class="faint" title={item.sha256}>
            {shortDigest(item.sha256)}
          </code>
        )}
      </td>
    </tr>
  )
}
