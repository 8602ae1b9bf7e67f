import type { Finding } from '../../../src/base/report.js'
import { decimal } from '../format.js'
import { reportWords } from '../i18n/report-words.js'
import type { Work } from '../reports/job.js'
import { language } from '../settings.js'
import { Dialog } from './dialog.js'
import { DialogHead } from './dialog-head.js'
import { Icon } from './icon.js'
import { JobProgress, Problem } from './job-progress.js'
import { subscripts } from './text.js'

interface FindingsDialogProps {
  readonly title: string
  readonly note: string
  readonly work: Work
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** A check while it runs, and then what holds and what does not, in plain words. */
export function FindingsDialog({ title, note, work, isOpen, onClose }: FindingsDialogProps) {
  const w = reportWords().acts
  const job = work.job.value
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} class="report-dialog is-wide">
      <DialogHead title={title} onClose={onClose} />
      <p class="faint">{note}</p>
      <Problem text={work.problem.value === '' ? '' : w.notDone(work.problem.value)} />
      {job !== null && job.state !== 'done' && <JobProgress job={job} />}
      {job?.state === 'done' && <Findings findings={job.findings} />}
    </Dialog>
  )
}

/** More of what does not hold than that says nothing new. */
const FAULTS_MAX = 200

export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const w = reportWords().acts
  const lang = language.value
  const faults = findings.filter(({ ok }) => !ok)
  const kinds = new Map<string, Finding[]>()
  for (const finding of findings.filter(({ ok }) => ok)) {
    kinds.set(finding.code, [...(kinds.get(finding.code) ?? []), finding])
  }
  return (
    <section class="findings" data-faults={faults.length}>
      <p class="findings-sum" role="status">
        <Icon name={faults.length === 0 ? 'check' : 'alert'} />
        <strong>{faults.length === 0 ? w.holds : w.holdsNot(decimal(faults.length, 0, lang))}</strong>
      </p>
      {faults.length > 0 && (
        <ul class="findings-faults">
          {faults.slice(0, FAULTS_MAX).map((finding, i) => (
            <li key={`${finding.code} ${finding.subject} ${i}`}>
              <Icon name="close" size={14} />
              <span>
                {subscripts(finding.text[lang])} <code class="faint">{finding.code}</code>
                {finding.subject !== '' && <code class="finding-subject">{finding.subject}</code>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {faults.length > FAULTS_MAX && <p class="faint">{w.cut(decimal(FAULTS_MAX, 0, lang))}</p>}
      {kinds.size > 0 && (
        <>
          <h3>{w.holding}</h3>
          <ul>
            {[...kinds].map(([code, [first, ...others]]) => (
              <li key={code}>
                <Icon name="check" size={14} />
                <span>
                  {subscripts(first!.text[lang])} <code class="faint">{code}</code>
                  {others.length > 0 && <span class="faint"> · {w.times(decimal(others.length + 1, 0, lang))}</span>}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
