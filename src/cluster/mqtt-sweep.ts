import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { Clock } from '../base/clock.js'
import { MQTT_KEPT, MQTT_STREAM, mqttConsumer } from '../nats/names.js'

const SWEEP_MS = 5000
/** Messages that are younger stay. A server that was cut off and still takes itself for the leader is less far behind than that. */
export const KEPT_MS = 30_000

/** Time without a removal after which it is said what holds the stream. */
export const HELD_MS = 600_000

/** The end of the stream as it once was. */
interface Seen {
  readonly atMs: number
  readonly lastSequence: number
}

export interface SweepDeps {
  readonly manager: JetStreamManager
  readonly partitions: number
  readonly clock: Clock
  /** Time of a clock that nobody sets, ms. */
  monotonicMs(): number
  /** True when it is for this node to do. When two think so, nothing is lost by it. */
  isOurs(): boolean
  log(level: 'info' | 'warn', text: string): void
}

/**
 * Removes from the stream of what MQTT clients have published what all of its consumers have acknowledged: those of the partitions,
 * and those of other MQTT clients with a session. nats-server would do so itself, message by message (retention by interest); that costs
 * it half of its time, and where one consumer is behind the others, version 2.10 then reads a file of megabytes for each message
 * (docs/decisions/037-growth-on-nats.md). Here it is the beginning of the stream that goes, all at once.
 */
export class MqttSweep {
  readonly #deps: SweepDeps
  #seen: Seen[] = []
  /** The sequence at which the stream has begun for so long. */
  #held = { first: 0, sinceMs: 0, isSaid: false }
  #said = ''

  constructor(deps: SweepDeps) {
    this.#deps = deps
  }

  /** Sweeps until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, isOurs, log: say } = this.#deps
    while (!signal.aborted) {
      try {
        if (isOurs()) await this.once()
        if (this.#said !== '')
          say('info', 'what devices have sent is removed from the NATS servers again once it is journaled')
        this.#said = ''
      } catch (error) {
        const reason = (error as Error).message
        if (this.#said === '') say('warn', `what devices have sent stays at the NATS servers for the moment: ${reason}`)
        this.#said = reason
      }
      await clock.sleep(SWEEP_MS, signal)
    }
  }

  /** Gives how far it has removed, 0 when there was nothing to remove. Rejects when the servers do not say all that is needed. */
  async once(): Promise<number> {
    const { manager, partitions } = this.#deps
    const { state } = await manager.streams.info(MQTT_STREAM)
    // After the answer, which may have been long on its way: this end is at least as old as is said here.
    const nowMs = this.#deps.monotonicMs()
    // The stream is another one.
    if (state.last_seq < (this.#seen.at(-1)?.lastSequence ?? 0)) this.#seen = []
    this.#seen.push({ atMs: nowMs, lastSequence: state.last_seq })
    const old = this.#seen.findLast(({ atMs }) => nowMs - atMs >= KEPT_MS)
    if (old === undefined) return 0
    this.#seen = this.#seen.filter(({ atMs }) => atMs >= old.atMs)
    let through = old.lastSequence
    if (through < state.first_seq) return 0
    const consumers = await this.#consumers(state.consumer_count)
    for (let partition = 0; partition < partitions; partition++) {
      // Nobody has made it yet, or somebody has removed it: then nobody can say what it has.
      if (!consumers.has(mqttConsumer(partition))) throw new Error(`there is no consumer of partition ${partition}`)
    }
    for (const consumer of consumers.values()) {
      through = Math.min(through, await this.#settled(consumer, state.first_seq, through))
      if (through < state.first_seq) {
        this.#holds(consumer, state.first_seq, nowMs)
        return 0
      }
    }
    // One further than the last: up to message 1 is, for the server, all of them.
    await manager.streams.purge(MQTT_STREAM, { seq: through + 1 })
    return through
  }

  /** Says it once when nothing has gone for long. */
  #holds({ name, config: { filter_subject } }: ConsumerInfo, first: number, nowMs: number): void {
    if (this.#held.first !== first) this.#held = { first, sinceMs: nowMs, isSaid: false }
    if (this.#held.isSaid || nowMs - this.#held.sinceMs < HELD_MS) return
    this.#held.isSaid = true
    const partition = Array.from({ length: this.#deps.partitions }, (_, k) => k).find((k) => mqttConsumer(k) === name)
    const who =
      partition === undefined
        ? `a session that subscribes to ${filter_subject?.slice(MQTT_KEPT.length) ?? 'all'} (consumer ${name}): let its client connect, or end the session`
        : `partition ${partition}: see whether it has an owner that runs`
    const minutes = Math.round((nowMs - this.#held.sinceMs) / 60_000)
    this.#deps.log('warn', `what devices have sent in the last ${minutes} minutes stays at the NATS servers for ${who}`)
  }

  /** All that there are: a server that has no answer of one leaves it out. */
  async #consumers(count: number): Promise<Map<string, ConsumerInfo>> {
    const consumers = new Map<string, ConsumerInfo>()
    for await (const consumer of this.#deps.manager.consumers.list(MQTT_STREAM)) consumers.set(consumer.name, consumer)
    if (consumers.size < count) throw new Error(`${count - consumers.size} consumers of ${MQTT_STREAM} do not answer`)
    return consumers
  }

  /** The sequence up to which a consumer needs nothing any more, `through` when that is further. */
  async #settled({ ack_floor, config }: ConsumerInfo, first: number, through: number): Promise<number> {
    const floor = ack_floor.stream_seq
    const filter = config.filter_subject
    if (floor >= through || filter === undefined) return floor
    // The floor stands at the last message of its own; what follows may all be of others.
    // Asked at the leader, which knows `next_by_subj` though the type does not: a copy may be behind.
    const query = { seq: Math.max(floor + 1, first), next_by_subj: filter }
    const next = await this.#deps.manager.streams.getMessage(MQTT_STREAM, query as Pick<typeof query, 'seq'>)
    return next === null ? through : next.seq - 1
  }
}
