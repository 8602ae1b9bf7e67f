import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { systemClock } from '../../../src/base/clock.js'
import type { AuditJob, ReportItem } from '../../../src/base/report.js'
import type { Answer } from '../gateway/api.js'
import { getJob, isJob, isOver } from './gateway.js'

const EVERY_MS = 700
/** A gateway that starts again is waited for, one that is gone is not. */
const FAILURES_MAX = 20

export interface Work {
  /** Job that is at work, or was last; null before any. */
  readonly job: Signal<AuditJob | null>
  /** Reason why it could not begin, or why nobody can know what became of it; '' else. */
  readonly problem: Signal<string>
  /** Begins it; `onDone` when it is done, not when it failed. */
  readonly begin: (ask: () => Promise<Answer<AuditJob | ReportItem>>, onDone?: (job: AuditJob | null) => void) => void
}

/** Work that takes longer than a request, followed until it is over or the page is left. */
export function useWork(): Work {
  const job = useSignal<AuditJob | null>(null)
  const problem = useSignal('')
  const gone = useRef(new AbortController())
  useEffect(() => {
    gone.current = new AbortController()
    return () => gone.current.abort()
  }, [])
  const begin: Work['begin'] = (ask, onDone = () => {}) => {
    const { signal } = gone.current
    void (async () => {
      problem.value = ''
      job.value = null
      const answer = await ask()
      if (signal.aborted) return
      if (answer.kind !== 'loaded') {
        problem.value = answer.kind === 'failed' ? answer.detail : ''
        return
      }
      if (!isJob(answer.value)) {
        onDone(null)
        return
      }
      const last = await follow(answer.value, job, signal)
      if (signal.aborted) return
      if (last.kind === 'failed') problem.value = last.detail
      else if (last.kind === 'loaded' && last.value.state === 'done') onDone(last.value)
    })()
  }
  return { job, problem, begin }
}

async function follow(first: AuditJob, shown: Signal<AuditJob | null>, signal: AbortSignal): Promise<Answer<AuditJob>> {
  shown.value = first
  let current = first
  for (let failures = 0; !isOver(current) && !signal.aborted; ) {
    await systemClock.sleep(EVERY_MS, signal)
    const answer = await getJob(current.id)
    if (answer.kind === 'failed') {
      if (++failures >= FAILURES_MAX || answer.status === 404) return answer
      continue
    }
    if (answer.kind !== 'loaded' || signal.aborted) continue
    failures = 0
    current = answer.value
    shown.value = current
  }
  return { kind: 'loaded', value: current }
}
