import { setMaxListeners } from 'node:events'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../base/clock.js'
import type { HealthCheck } from '../base/wire.js'
import { connectNats } from '../nats/connect.js'
import { LeaseMark } from '../nats/lease-mark.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { answerViewers } from './request/answers.js'
import type { AskedSources } from './request/methods.js'
import { existingResults } from './results/existing.js'
import { type PublishedOwner, PublishedResults, type PublishedSources } from './results/published.js'
import { ResultsPublisher } from './results/publisher.js'
import { ensureResults } from './results/stream.js'
import { ownerSubject } from './results/subjects.js'

const LISTENERS_MAX = 20
/** Before the next attempt when NATS cannot be reached. */
const RETRY_MS = 1000
/** Pause between two looks at what of plants and reports has changed, … */
const LOOK_MS = 1000
/** … and whether something is no more. */
const LOOK_THROUGH_MS = 60_000

export interface ViewersDeps {
  readonly owned: OwnedPartition
  readonly clock: Clock
  /** The figures are those of now: before, what the owner before has said is newer. */
  isLive(): boolean
  log(level: 'warn' | 'error', text: string): void
}

/** Work of an owner for viewers: it keeps its results in the stream of results, and answers questions. */
export class Viewers {
  readonly #deps: ViewersDeps
  #trouble = 'NATS has not been reached yet'
  #publisher: ResultsPublisher | null = null

  constructor(deps: ViewersDeps) {
    this.#deps = deps
  }

  health(): readonly HealthCheck[] {
    const trouble = this.#publisher?.trouble ?? this.#trouble
    return [{ name: 'results', ok: trouble === '', reason: trouble }]
  }

  /** Publishes what `sources` has and answers from it until `signal` is aborted, whatever becomes of NATS. */
  async run(signal: AbortSignal, sources: AskedSources & PublishedSources): Promise<void> {
    const { owned, clock, log: say } = this.#deps
    // All stages of the thread wait for this one; Node warns of more than ten.
    setMaxListeners(LISTENERS_MAX, signal)
    while (!signal.aborted) {
      let connection: NatsConnection | undefined
      try {
        connection = await connectNats(owned.nats, 'journal', `greengauge results of partition ${owned.partition}`)
        await this.#serve(connection, sources, signal)
        return
      } catch (error) {
        if (signal.aborted) return
        this.#publisher = null
        this.#trouble = `results cannot be published: ${error instanceof Error ? error.message : error}`
        say('warn', this.#trouble)
        await clock.sleep(RETRY_MS, signal)
      } finally {
        await connection?.close()
      }
    }
  }

  /** Rejects when the beginning fails. */
  async #serve(
    connection: NatsConnection,
    sources: AskedSources & PublishedSources,
    signal: AbortSignal,
  ): Promise<void> {
    const { owned, clock, isLive, log: say } = this.#deps
    const { partition, epoch, replicas } = owned
    const lease = new LeaseMark(owned.lease)
    const stopAnswers = answerViewers({ connection, partition, lease, sources, log: say })
    let stopListening = () => {}
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false })
      const stream = jetstream(connection)
      await ensureResults(manager, replicas)
      const existing = await existingResults(stream, partition)
      if (existing.epoch > epoch) {
        say('error', `partition ${partition} has another owner: results of this one are not published`)
        return
      }
      const { sequences } = existing
      const left = [...sequences.keys()]
      const publisher = new ResultsPublisher({ stream, manager, lease, epoch, clock, sequences })
      this.#publisher = publisher
      const told = new PublishedResults(partition, sources, (subject, content) => publisher.offer(subject, content))
      const speak = (isWhole: boolean) =>
        publisher.offer(ownerSubject(partition), { make: () => ({ isWhole }) satisfies PublishedOwner })
      const pause = (ms: number) => clock.sleep(ms, signal)

      // Windows that close while it catches up are told of too, but not before the newest of each.
      stopListening = told.listen()
      while (!isLive() && !signal.aborted) await pause(LOOK_MS / 4)
      speak(false)
      const there = told.lookThrough()
      const running = publisher.run(signal)
      const gone = left.filter((subject) => subject !== ownerSubject(partition) && !there.includes(subject))
      for (const subject of gone) publisher.offer(subject, { make: () => null })
      const isAllSaid = () => [ownerSubject(partition), ...there, ...gone].every((subject) => publisher.isSaid(subject))
      while (!isAllSaid() && !publisher.isFenced && !signal.aborted) await pause(LOOK_MS / 10)
      speak(true)
      for (let lookedMs = clock.nowMs(); !signal.aborted && !publisher.isFenced; await pause(LOOK_MS)) {
        if (clock.nowMs() - lookedMs < LOOK_THROUGH_MS) told.look()
        else {
          told.lookThrough()
          lookedMs = clock.nowMs()
        }
      }
      if (publisher.isFenced)
        say('error', `partition ${partition} has another owner: results of this one are not published`)
      await running
    } finally {
      stopListening()
      stopAnswers()
    }
  }
}
