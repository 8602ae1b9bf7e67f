import type { ToPipelineThread } from '../../pipeline/thread-answers.js'

/**
 * The newest that each thread reports on itself, for the pipeline. The disk may refuse, and a broker go, before there is a
 * pipeline to tell. One of each: bounded by the brokers that are configured.
 */
export class NewestReports {
  readonly #newest = new Map<string, ToPipelineThread>([['journal', { type: 'journal', ok: true, reason: '' }]])
  #tell: ((message: ToPipelineThread) => void) | null = null

  /** @param of whom it is about; it takes the place of the report before on the same */
  report(of: string, message: ToPipelineThread): void {
    this.#newest.set(of, message)
    this.#tell?.(message)
  }

  /** Tells something that is over when it was told: before there is a pipeline nobody waits for it. */
  pass(message: ToPipelineThread): void {
    this.#tell?.(message)
  }

  /** Tells what is known by now, and from now on everything at once. */
  tellTo(tell: (message: ToPipelineThread) => void): void {
    this.#tell = tell
    for (const message of this.#newest.values()) tell(message)
  }
}
