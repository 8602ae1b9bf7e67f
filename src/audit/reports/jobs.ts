import { randomUUID } from 'node:crypto'
import type { AuditJob, Finding, Text } from '../../base/report.js'

/** Jobs that wait; a further one is refused. */
export const WAITING_MAX = 16
/** Jobs that are remembered, the newest. */
export const KEPT_MAX = 100
/** Findings of a check that are shown; of more the first. */
export const FINDINGS_MAX = 1000

/** Handed to a job while it runs: the signal that stops it, and a way to say its steps. */
export interface Progress {
  readonly signal: AbortSignal
  /** A step, and how much of the whole is done before it, 0..1. */
  step(done: number, detail: Text): void
}

/** Result of a job that came to its end. */
export interface JobOutcome {
  readonly report: AuditJob['report']
  readonly detail: Text
  readonly findings?: readonly Finding[]
}

/** Thrown when a job cannot be done: an answer for people, not a fault of the program. */
export class JobRefused extends Error {
  constructor(readonly text: Text) {
    super(text.en)
  }
}

type Work = (progress: Progress) => Promise<JobOutcome>

/**
 * Work that takes longer than a request, one at a time in the order of its coming. It is gone with the process: what it
 * had not finished is not there, and is asked for again.
 */
export class Jobs {
  readonly #jobs = new Map<string, AuditJob>()
  readonly #waiting: { readonly id: string; readonly work: Work; done(): void }[] = []
  readonly #stopping = new AbortController()
  readonly #say: (error: unknown, job: AuditJob) => void
  #running: Promise<void> | null = null

  /** @param say takes what failed without being foreseen */
  constructor(say: (error: unknown, job: AuditJob) => void) {
    this.#say = say
  }

  /** Newest first. */
  list(): readonly AuditJob[] {
    return [...this.#jobs.values()].reverse()
  }

  find(id: string): AuditJob | null {
    return this.#jobs.get(id) ?? null
  }

  /** null when too many wait. `ended` resolves with the job when it is done or has failed. */
  submit(what: AuditJob['what'], work: Work): { readonly job: AuditJob; readonly ended: Promise<AuditJob> } | null {
    if (this.#waiting.length >= WAITING_MAX || this.#stopping.signal.aborted) return null
    const id = randomUUID()
    const job: AuditJob = { id, what, state: 'waiting', progress: 0, detail: WAITING, report: null, findings: [] }
    this.#jobs.set(id, job)
    this.#forget()
    const ended = new Promise<AuditJob>((resolve) => {
      this.#waiting.push({ id, work, done: () => resolve(this.#jobs.get(id) ?? job) })
    })
    this.#running ??= this.#run()
    return { job, ended }
  }

  /** Ends the job at hand where it can, and the ones that wait. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { id, work, done } = next
      const step = (progress: number, detail: Text) => this.#become(id, { state: 'running', progress, detail })
      try {
        signal.throwIfAborted()
        step(0, STARTED)
        const { report, detail, findings = [] } = await work({ signal, step })
        this.#become(id, { state: 'done', progress: 1, detail, report, findings: findings.slice(0, FINDINGS_MAX) })
      } catch (error) {
        const job = this.#become(id, { state: 'failed', detail: signal.aborted ? STOPPED : detailOf(error) })
        if (!signal.aborted && !(error instanceof JobRefused)) this.#say(error, job)
      }
      done()
    }
    this.#running = null
  }

  #become(id: string, change: Partial<AuditJob>): AuditJob {
    const job = { ...this.#jobs.get(id)!, ...change }
    this.#jobs.set(id, job)
    return job
  }

  /** The oldest that have ended; those at hand and waiting are fewer than are kept. */
  #forget(): void {
    for (const [id, { state }] of this.#jobs) {
      if (this.#jobs.size <= KEPT_MAX) return
      if (state === 'done' || state === 'failed') this.#jobs.delete(id)
    }
  }
}

const WAITING: Text = { en: 'waits for the work before it', zh: '等待前面的任务' }
const STARTED: Text = { en: 'has begun', zh: '已开始' }
const STOPPED: Text = {
  en: 'the gateway was stopped; ask for it once more',
  zh: '网关已停止，请重新提交',
}

function detailOf(error: unknown): Text {
  if (error instanceof JobRefused) return error.text
  const why = error instanceof Error ? error.message : String(error)
  return { en: `it failed: ${why}`, zh: `失败：${why}` }
}

/** Gives up waiting for `work` on abort: what the gateway does between two blocks never comes once it has stopped. */
export function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
