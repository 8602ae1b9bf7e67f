interface RunningJob {
  readonly name: string
  state: 'running' | 'done' | 'failed'
  error: unknown
}

/** One piece of work that goes on between two looks at it, by name: whoever asks for another waits until it has ended. */
export class BackgroundJob {
  readonly #ended: () => void
  #job: RunningJob | null = null

  /** @param ended is called when a job has ended: it is worth another look */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  /** Begins the work, or looks at it; true once when it is done. Throws what it was rejected with. */
  isDone(name: string, work: () => Promise<void>): boolean {
    const job = this.#job
    if (job === null) {
      this.#begin(name, work)
      return false
    }
    if (job.state === 'running') return false
    this.#job = null
    if (job.name !== name) return false
    if (job.state === 'failed') throw job.error
    return true
  }

  #begin(name: string, work: () => Promise<void>): void {
    const job: RunningJob = { name, state: 'running', error: null }
    this.#job = job
    const end = (state: 'done' | 'failed', error: unknown) => {
      Object.assign(job, { state, error })
      this.#ended()
    }
    work().then(
      () => end('done', null),
      (error: unknown) => end('failed', error),
    )
  }
}
