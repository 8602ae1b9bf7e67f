import { type NatsConnection, TimeoutError } from '@nats-io/transport-node'
import { NotNow } from '../../audit/reports/requests.js'
import type { Clock } from '../../base/clock.js'
import { requestSubject } from '../../nats/names.js'
import { ProblemError } from '../../views/problem.js'
import { packed, unpacked } from '../packed.js'
import type { AnswerOf, ArgsOf, Method, OwnerStatus } from './methods.js'
import type { OwnerReply, OwnerRequest } from './wire.js'

/** An owner that has been silent for so long is none. */
const SILENCE_MS = 3000
const SILENCE_STEPS = 6
/** Long questions, such as a test of a channel, are answered by then, or never. */
const ANSWER_MS = 30_000
/** Pause between two questions to an owner about its status. */
const STATUS_MS = 1000
/** Words of readiness and pages on a partition before its first answer. */
const NEVER = 'its owner has not answered yet'

/** Owner of a partition, as far as this viewer knows it. */
interface Owner {
  /** By the clock of this viewer; null before the first answer. */
  answeredMs: number | null
  status: OwnerStatus | null
}

export interface OwnerClientDeps {
  readonly connection: Pick<NatsConnection, 'request'>
  readonly partitions: number
  readonly clock: Clock
}

/**
 * Questions to the owners of partitions. An owner that works on a long answer goes on answering how it is: one that says
 * neither within three seconds is none, and the question is answered by a 503 that names the partition.
 */
export class OwnerClient {
  readonly #deps: OwnerClientDeps
  readonly #owners: readonly Owner[]
  readonly #begunMs: number

  constructor(deps: OwnerClientDeps) {
    this.#deps = deps
    this.#begunMs = deps.clock.nowMs()
    this.#owners = Array.from({ length: deps.partitions }, () => ({ answeredMs: null, status: null }))
  }

  get partitions(): readonly number[] {
    return this.#owners.map((_, partition) => partition)
  }

  /** Throws what the owner throws, and `ProblemError` 503 when there is none. */
  async request<M extends Method>(partition: number, method: M, ...args: ArgsOf<M>): Promise<AnswerOf<M>> {
    const { connection, clock } = this.#deps
    const over = new AbortController()
    // In steps, so that a moment in which this process itself stood still is no silence of the owner.
    const silence = async (): Promise<never> => {
      let heardMs = this.#owners[partition]?.answeredMs
      for (let steps = 0; steps < SILENCE_STEPS && !over.signal.aborted; steps++) {
        await clock.sleep(SILENCE_MS / SILENCE_STEPS, over.signal)
        const nowHeardMs = this.#owners[partition]?.answeredMs
        if (nowHeardMs !== heardMs) steps = 0
        heardMs = nowHeardMs
      }
      throw this.#ownerless(partition)
    }
    const asked = connection.request(requestSubject(partition), packed({ method, args } satisfies OwnerRequest), {
      timeout: ANSWER_MS,
    })
    try {
      const reply = await Promise.race([
        asked.catch((error) => Promise.reject(this.#unanswered(partition, error))),
        silence(),
      ])
      this.#owners[partition]!.answeredMs = clock.nowMs()
      return answerIn(unpacked(reply.data) as OwnerReply) as AnswerOf<M>
    } finally {
      over.abort()
    }
  }

  /** Asks every partition the same; rejects when one does not answer: part of an answer would look like all of it. */
  requestAll<M extends Method>(method: M, ...args: ArgsOf<M>): Promise<AnswerOf<M>[]> {
    return Promise.all(this.partitions.map((partition) => this.request(partition, method, ...args)))
  }

  /** Statuses of the owners that have ever answered. */
  statuses(): readonly { readonly partition: number; readonly status: OwnerStatus }[] {
    return this.#owners.flatMap(({ status }, partition) => (status === null ? [] : [{ partition, status }]))
  }

  /** Time since which a partition has had no owner that answers, epoch ms; null while it has one. */
  silentSince(partition: number): number | null {
    const answeredMs = this.#owners[partition]?.answeredMs ?? this.#begunMs
    return this.#deps.clock.nowMs() - answeredMs > SILENCE_MS ? answeredMs : null
  }

  /** Asks each owner again and again how it is, until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.partitions.map((partition) => this.#watch(partition, signal)))
  }

  async #watch(partition: number, signal: AbortSignal): Promise<void> {
    const { connection, clock } = this.#deps
    const question = packed({ method: 'status', args: [] } satisfies OwnerRequest)
    const owner = this.#owners[partition]!
    while (!signal.aborted) {
      const reply = await connection
        .request(requestSubject(partition), question, { timeout: SILENCE_MS })
        .catch(() => null)
      const said = reply === null ? null : (unpacked(reply.data) as OwnerReply)
      if (said !== null && 'answer' in said) {
        owner.answeredMs = clock.nowMs()
        owner.status = said.answer as OwnerStatus
      }
      await clock.sleep(STATUS_MS, signal)
    }
  }

  #unanswered(partition: number, error: unknown): ProblemError {
    if (!(error instanceof TimeoutError)) return this.#ownerless(partition)
    const detail = `The owner of partition ${partition} has not answered within ${ANSWER_MS / 1000} s, though it is there. Ask again, or for less.`
    return new ProblemError(503, detail)
  }

  #ownerless(partition: number): ProblemError {
    const { answeredMs } = this.#owners[partition]!
    const since = answeredMs === null ? NEVER : `it answered last at ${new Date(answeredMs).toISOString()}`
    const detail = `Partition ${partition} has no owner at present (${since}): what is shown of its plants are the last values. Ask again; \`greengauge cluster status\` says which nodes there are.`
    return new ProblemError(503, detail, undefined, Math.ceil(SILENCE_MS / 1000))
  }
}

function answerIn(reply: OwnerReply): unknown {
  if ('answer' in reply) return reply.answer
  if ('not_now' in reply) throw new NotNow(reply.not_now)
  const { status, detail, fault, retryAfterS } = reply.problem
  throw new ProblemError(status, detail, fault, retryAfterS)
}
