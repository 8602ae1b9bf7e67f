import type { AuditJobsAnswer, LedgerAnswer } from '../../../src/base/wire/audit.js'
import './ledger.css'
// Styles of the dialog with what a check finds.
import '../reports/reports.css'
import { useSignal } from '@preact/signals'
import { decimal } from '../format.js'
import { checkLedger } from '../reports/gateway.js'
import { useWork } from '../reports/job.js'
import { shortDigest } from '../reports/number.js'
import { FindingsDialog } from '../reports/report-findings.js'
import { ReportIcon } from '../reports/report-icon.js'
import { reportWords } from '../reports/words.js'
import { may } from '../session.js'
import { language } from '../settings.js'
import { exactText } from '../time/time.js'
import { CommandLine, CopyButton } from '../ui/command-line.js'
import { ErrorBody } from '../ui/error-card.js'
import { NotAllowed } from '../ui/not-allowed.js'
import { usePolled } from './polled.js'

const EVERY_MS = 10_000

/** The ledger, for whoever may read it. */
export function LedgerCard() {
  if (may('audit')) return <Ledger />
  const w = reportWords().ledger
  return (
    <section class="card" aria-label={w.title} data-card="ledger">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
      </header>
      <NotAllowed right="audit" />
    </section>
  )
}

/** Card of the ledger: how long it is, what it ends in, whose key signs it, and whether it holds. */
function Ledger() {
  const dictionary = reportWords()
  const w = dictionary.ledger
  const { value: answer, again } = usePolled<LedgerAnswer>('/ledger', EVERY_MS)
  const jobs = usePolled<AuditJobsAnswer>('/audit/jobs', EVERY_MS)
  const checked = useWork()
  const isShown = useSignal(false)
  const check = () => {
    isShown.value = true
    const { value: job } = checked.job
    if (job === null || job.state === 'done' || job.state === 'failed') checked.begin(checkLedger, jobs.again)
  }
  if (answer.kind === 'loading') return null
  const ledger = answer.kind === 'loaded' ? answer.value : null
  const last =
    jobs.value.kind === 'loaded'
      ? jobs.value.value.items.find(({ what, state }) => what === 'ledger_check' && state === 'done')
      : undefined
  const faults = last?.findings.filter(({ ok }) => !ok).length ?? 0
  const lastCheck = last === undefined ? w.never : faults === 0 ? w.good : dictionary.acts.holdsNot(String(faults))
  return (
    <section class="card" aria-label={w.title} data-card="ledger">
      <header class="card-head">
        <h2>{w.title}</h2>
        <span class="card-sub">{w.sub}</span>
        <span class="card-tools">
          <button type="button" class="button is-small" onClick={check}>
            <ReportIcon name="proof" size={14} />
            {w.checkNow}
          </button>
        </span>
      </header>
      {answer.kind === 'failed' && <ErrorBody title={w.failed} detail={answer.detail} onRetry={again} />}
      {ledger !== null && (
        <>
          <LedgerFacts ledger={ledger} lastCheck={lastCheck} />
          <NewestEntries entries={ledger.newest} />
        </>
      )}
      <FindingsDialog
        title={dictionary.acts.ledgerTitle}
        note={w.checkNote}
        work={checked}
        isOpen={isShown.value}
        onClose={() => (isShown.value = false)}
      />
    </section>
  )
}

/** Facts of the ledger: how long the ledger is, what it ends in, whose key signs it, and what the last check has found. */
function LedgerFacts({ ledger, lastCheck }: { readonly ledger: LedgerAnswer; readonly lastCheck: string }) {
  const w = reportWords().ledger
  const lang = language.value
  const count = Object.values(ledger.entries).reduce((sum, n) => sum + n, 0)
  const stamps = ledger.entries.time_stamp ?? 0
  return (
    <dl class="rows">
      {ledger.trouble !== '' && (
        <div class="row">
          <dt class="is-strong">{w.trouble}</dt>
          <dd>{ledger.trouble}</dd>
        </div>
      )}
      <div class="row">
        <dt class="faint">{w.entries}</dt>
        <dd class="num">{decimal(count, 0, lang)}</dd>
      </div>
      {ledger.head !== null && (
        <div class="row">
          <dt class="faint">{w.head}</dt>
          <dd class="ledger-copied">
            <code title={ledger.head.hash}>{shortDigest(ledger.head.hash)}</code>
            <CopyButton text={ledger.head.hash} label={w.copyHead} />
          </dd>
        </div>
      )}
      <div class="row ledger-key">
        <dt class="faint">{w.key}</dt>
        <dd class="ledger-copied">
          <code>{ledger.fingerprint}</code>
          <CopyButton text={ledger.fingerprint} label={w.copyKey} />
        </dd>
        <dd class="faint">{w.keyNote}</dd>
      </div>
      <div class="row">
        <dt class="faint">{w.lastCheck}</dt>
        <dd>{lastCheck}</dd>
      </div>
      <div class="row">
        <dt class="faint">{w.stamps}</dt>
        <dd class="num">{stamps === 0 ? w.noStamps : decimal(stamps, 0, lang)}</dd>
      </div>
    </dl>
  )
}

/** The newest entries, and how the last of them is time-stamped. */
function NewestEntries({ entries }: { readonly entries: LedgerAnswer['newest'] }) {
  const w = reportWords().ledger
  const lang = language.value
  return (
    <details class="ledger-more">
      <summary>{w.newest}</summary>
      <table class="table is-dense">
        <thead>
          <tr>
            <th class="num">{w.entry}</th>
            <th>{w.what}</th>
            <th class="wide-only">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number}>
              <td class="num" title={exactText(Date.parse(entry.at), 'UTC', lang)}>
                {decimal(entry.number, 0, lang)}
              </td>
              <td class="ledger-what">
                {w.kinds[entry.kind] ?? entry.kind} <span class="faint">{entry.subject}</span>
              </td>
              <td class="wide-only">
                <code class="faint" title={entry.hash}>
                  {shortDigest(entry.hash)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint">{w.stamp}</p>
      <CommandLine
        text={`curl --data-binary @head.tsr -H 'content-type: application/timestamp-reply' ${location.origin}/api/v1/ledger/time-stamps`}
      />
    </details>
  )
}
