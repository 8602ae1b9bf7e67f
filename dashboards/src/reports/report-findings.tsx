import type { Finding } from '../../../src/base/report.js'
import { decimal } from '../format.js'
import { linkTo } from '../nav.js'
import { language } from '../settings.js'
import { Dialog } from '../ui/dialog.js'
import { DialogHead } from '../ui/dialog-head.js'
import { Icon } from '../ui/icon.js'
import { JobProgress, Problem } from '../ui/job-progress.js'
import { subscripts } from '../ui/text.js'
import type { Version } from './gateway.js'
import type { Work } from './job.js'
import { reportWords } from './words.js'

interface FindingsDialogProps {
  readonly title: string
  readonly note: string
  readonly work: Work
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The version that is checked: what is found of a figure leads to it. */
  readonly of?: Version | undefined
}

/** A check while it runs, and then what holds and what does not, in plain words. */
export function FindingsDialog({ title, note, work, isOpen, onClose, of }: FindingsDialogProps) {
  const w = reportWords().acts
  const job = work.job.value
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} class="report-dialog is-wide">
      <DialogHead title={title} onClose={onClose} />
      <p class="faint">{note}</p>
      <Problem text={work.problem.value === '' ? '' : w.notDone(work.problem.value)} />
      {job !== null && job.state !== 'done' && <JobProgress job={job} />}
      {job?.state === 'done' && <Findings findings={job.findings} of={of} onLeave={onClose} />}
    </Dialog>
  )
}

/** More of what does not hold than that says nothing new. */
const FAULTS_MAX = 200

interface FindingsProps extends Pick<FindingsDialogProps, 'of'> {
  readonly findings: readonly Finding[]
  /** Called when the reader goes to what was found. */
  readonly onLeave: () => void
}

function Findings({ findings, of, onLeave }: FindingsProps) {
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
                <Subject finding={finding} of={of} onLeave={onLeave} />
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

type SubjectProps = Omit<FindingsProps, 'findings'> & { readonly finding: Finding }

/** Subject of a finding; a figure is a link to its lineage. */
function Subject({ finding: { code, subject }, of, onLeave }: SubjectProps) {
  if (subject === '') return null
  if (code !== 'figure' || of === undefined) return <code class="finding-subject">{subject}</code>
  const place = { view: 'report', report: of.id, version: of.version, figure: subject } as const
  return (
    <a class="text-link finding-subject" href={linkTo(place)} onClick={onLeave}>
      <code>{subject}</code>
    </a>
  )
}
