import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import type { Clock } from '../../base/clock.js'
import { RESULTS_STREAM } from '../../nats/names.js'
import { packed } from '../packed.js'
import { EPOCH_HEADER, epochOf } from './epoch.js'

/** Messages that have been sent and not been answered, at most. */
const IN_FLIGHT_MAX = 64
const ACK_MS = 5000
/** Before the next attempt when NATS does not answer, or the lease is not certain. */
const RETRY_MS = 500
/** JetStream: another message stands under the subject than the one that was expected. */
const WRONG_LAST_SEQUENCE = 10071

/** Content of a subject, made when its turn comes. */
export interface SubjectContent {
  /** null: nothing is there any more. */
  make(): unknown
  /** Called when what was made is in the stream. */
  said?(made: unknown): void
}

export interface ResultsPublisherDeps {
  readonly stream: Pick<JetStreamClient, 'publish'>
  readonly manager: Pick<JetStreamManager, 'streams'>
  readonly lease: { readonly isHeld: boolean }
  readonly epoch: number
  readonly clock: Clock
  /** The sequence of what stands under each subject. */
  readonly sequences: Map<string, number>
}

/**
 * Brings contents to the results stream, each under its subject: of what waits the newest alone, so what waits is bounded
 * by the plants, and who offers it never waits. Each message names the one that it replaces and the epoch of its owner:
 * one that was held up while another took over replaces nothing of the other, and is known to be older where it is new.
 */
export class ResultsPublisher {
  readonly #deps: ResultsPublisherDeps
  readonly #waiting = new Map<string, SubjectContent>()
  readonly #inFlight = new Set<string>()
  #wake = () => {}
  #trouble = ''
  #hasFailed = false
  #isFenced = false

  constructor(deps: ResultsPublisherDeps) {
    this.#deps = deps
  }

  offer(subject: string, content: SubjectContent): void {
    if (this.#isFenced) return
    this.#waiting.set(subject, content)
    this.#wake()
  }

  /** Reason why nothing is published, '' when all is well. */
  get trouble(): string {
    return this.#trouble
  }

  /** Another owner has spoken: this one says nothing more. */
  get isFenced(): boolean {
    return this.#isFenced
  }

  isSaid(subject: string): boolean {
    return !this.#waiting.has(subject) && !this.#inFlight.has(subject)
  }

  /** Runs until `signal` is aborted, or another owner has spoken. What waits then is left. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true })
    const { lease, clock } = this.#deps
    while (!signal.aborted && !this.#isFenced) {
      const isPausing = this.#hasFailed || !lease.isHeld
      this.#hasFailed = false
      if (!lease.isHeld) this.#trouble = 'the lease of the partition is not certain: results are not published'
      if (isPausing) await clock.sleep(RETRY_MS, signal)
      else this.#send()
      if (isPausing || this.#hasFailed) continue
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #send(): void {
    for (const [subject, content] of this.#waiting) {
      if (this.#inFlight.size >= IN_FLIGHT_MAX) return
      if (this.#inFlight.has(subject)) continue
      this.#waiting.delete(subject)
      this.#inFlight.add(subject)
      void this.#publish(subject, content).finally(() => {
        this.#inFlight.delete(subject)
        this.#wake()
      })
    }
  }

  async #publish(subject: string, content: SubjectContent): Promise<void> {
    const { stream, epoch, sequences } = this.#deps
    const made = content.make()
    const payload = made === null ? new Uint8Array() : packed(made)
    const head = headers()
    head.set(EPOCH_HEADER, String(epoch))
    try {
      const { seq } = await stream.publish(subject, payload, {
        headers: head,
        expect: { lastSubjectSequence: sequences.get(subject) ?? 0 },
        timeout: ACK_MS,
      })
      sequences.set(subject, seq)
      this.#trouble = ''
      content.said?.(made)
    } catch (error) {
      if (!this.#waiting.has(subject)) this.#waiting.set(subject, content)
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) await this.#lookAt(subject)
      else this.#failed(error)
    }
  }

  /** Another message stands there: one of ours whose answer was lost, one of an earlier owner, or of the next one. */
  async #lookAt(subject: string): Promise<void> {
    const { manager, epoch, sequences } = this.#deps
    try {
      const last = await manager.streams.getMessage(RESULTS_STREAM, { last_by_subj: subject })
      if (epochOf(last?.header) > epoch) {
        this.#isFenced = true
        this.#waiting.clear()
      } else sequences.set(subject, last?.seq ?? 0)
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.#hasFailed = true
    this.#trouble = `results cannot be published: ${error instanceof Error ? error.message : error}`
  }
}
