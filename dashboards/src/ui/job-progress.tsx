import type { AuditJob } from '../../../src/base/report.js'
import { shareText } from '../format.js'
import { isOver } from '../reports/gateway.js'
import { reportWords } from '../reports/words.js'
import { language } from '../settings.js'
import { Icon } from './icon.js'
import { subscripts } from './text.js'

/** Progress of a job, and the step it is at; of one that failed, why. */
export function JobProgress({ job }: { readonly job: AuditJob }) {
  const w = reportWords().jobs
  const lang = language.value
  const detail = job.detail[lang]
  if (job.state === 'failed') {
    return (
      <p class="job-problem" role="alert">
        <Icon name="alert" />
        <span>
          <strong>
            {w.what[job.what]}: {w.states.failed}
          </strong>{' '}
          {detail}
        </span>
      </p>
    )
  }
  return (
    <div class="job" role="status" data-job={job.what} data-state={job.state}>
      <span class="job-what">
        <strong>{w.what[job.what]}</strong>
        {job.report !== null && <code class="faint">{job.report.id}</code>}
      </span>
      <span class="num faint">{isOver(job) ? w.states[job.state] : shareText(job.progress, lang, 0)}</span>
      <progress max={1} value={job.progress} aria-label={w.what[job.what]} />
      <span class="faint job-detail">{detail === '' ? w.states[job.state] : subscripts(detail)}</span>
    </div>
  )
}

/** Reason why something could not be begun; nothing where there is none. */
export function Problem({ text }: { readonly text: string }) {
  if (text === '') return null
  return (
    <p class="job-problem" role="alert">
      <Icon name="alert" />
      <span>{text}</span>
    </p>
  )
}
