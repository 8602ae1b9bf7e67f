import { useSignal } from '@preact/signals'
import type { ReportItem } from '../../../src/base/report.js'
import { ActButton } from '../ui/act-button.js'
import { CopyButton } from '../ui/command-line.js'
import { JobProgress, Problem } from '../ui/job-progress.js'
import { act, fetchFile, fileAddress, isOver } from './gateway.js'
import { useWork, type Work } from './job.js'
import { shortDigest } from './number.js'
import { FreezeDialog, VerifiedDialog } from './report-act-dialogs.js'
import { ReportFiles } from './report-files.js'
import { FindingsDialog } from './report-findings.js'
import { ReportIcon } from './report-icon.js'
import { ReportState, ReportWarning } from './report-state.js'
import { reportWords } from './words.js'

interface ActsProps {
  readonly item: ReportItem
  /** Plants of which nothing was received in the period. */
  readonly silent: readonly string[]
  /** Something was done: the lists and the document are read again. */
  readonly onChanged: () => void
}

/** The line above a version: its stage, and what can be done with it. */
export function ReportActs({ item, silent, onChanged }: ActsProps) {
  const w = reportWords()
  const asked = useSignal<'freeze' | 'verify' | 'check' | null>(null)
  const checked = useWork()
  const bundled = useWork()
  const close = () => (asked.value = null)
  const check = () => {
    asked.value = 'check'
    if (!isAtWork(checked)) checked.begin(() => act(item, 'check'))
  }
  const bundle = () => {
    const files = () => {
      fetchFile(fileAddress(item, 'zip'))
      fetchFile(fileAddress(item, 'zip.sig'))
      onChanged()
    }
    if (item.has_bundle) files()
    else if (!isAtWork(bundled)) bundled.begin(() => act(item, 'bundle'), files)
  }
  return (
    <>
      <header class="report-acts">
        <ReportStage item={item} />
        <span class="report-tools">
          {item.status !== 'draft' && (
            <ActButton right="audit" class="button" onClick={check}>
              <ReportIcon name="proof" />
              {w.acts.check}
            </ActButton>
          )}
          {item.status === 'frozen' && (
            <ActButton right="audit" class="button" onClick={() => (asked.value = 'verify')}>
              {w.acts.verify}
            </ActButton>
          )}
          {item.status === 'draft' && (
            <ActButton right="audit" class="button is-primary" onClick={() => (asked.value = 'freeze')}>
              <ReportIcon name="frozen" />
              {w.acts.freeze}
            </ActButton>
          )}
          <ReportFiles item={item} onBundle={bundle} />
        </span>
      </header>
      <BundleWork work={bundled} />
      <FreezeDialog item={item} silent={silent} isOpen={asked.value === 'freeze'} onClose={close} onDone={onChanged} />
      <VerifiedDialog item={item} isOpen={asked.value === 'verify'} onClose={close} onDone={onChanged} />
      <FindingsDialog
        title={w.acts.checkTitle(w.version(String(item.version)))}
        note={w.acts.checkNote}
        work={checked}
        of={item}
        isOpen={asked.value === 'check'}
        onClose={close}
      />
    </>
  )
}

/** Stage that a version has come to, by whom, and the digest of what was frozen. */
function ReportStage({ item }: { readonly item: ReportItem }) {
  const w = reportWords()
  const by = item.verified_by ?? item.frozen_by
  return (
    <span class="report-badges">
      <span class="chip report-badge">
        <strong class="num">{w.version(String(item.version))}</strong>
        <ReportState status={item.status} />
      </span>
      <ReportWarning item={item} />
      {by !== null && <span class="faint">{w.document.by(by)}</span>}
      {item.sha256 !== '' && item.status !== 'draft' && (
        <span class="report-digest">
          <code title={item.sha256}>SHA-256 {shortDigest(item.sha256)}</code>
          <CopyButton text={item.sha256} label={w.acts.copy} />
        </span>
      )}
    </span>
  )
}

const isAtWork = ({ job }: Work) => job.value !== null && !isOver(job.value)

/** The evidence bundle while it is being made: it takes as long as there are readings. */
function BundleWork({ work }: { readonly work: Work }) {
  const job = work.job.value
  if (work.problem.value === '' && (job === null || job.state === 'done')) return null
  return (
    <section class="card jobs">
      {job !== null && <JobProgress job={job} />}
      <Problem text={work.problem.value === '' ? '' : reportWords().acts.notDone(work.problem.value)} />
    </section>
  )
}
