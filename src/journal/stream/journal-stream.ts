import {
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  RetentionPolicy,
  type SeqMsgRequest,
  StorageType,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { journalStream, journalSubject } from '../../nats/names.js'
import { PULL } from '../../nats/patience.js'
import { fencedBy } from './fenced.js'
import {
  CLAIM,
  headersOf,
  isClaim,
  isSameWrite,
  type StoredWrite,
  type StreamWrite,
  segmentOfSubject,
  writeOf,
  writeSubjectOf,
} from './write.js'

/** Result of one try to append. */
export type Appended =
  | { readonly kind: 'stored'; readonly sequence: number }
  /** The stream ends with this message instead. */
  | { readonly kind: 'passed'; readonly last: StoredWrite }
  /** The stream ends before the message behind which it belongs: its servers have lost what they had acknowledged. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** It may be stored or not: the same has to be tried again. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** An election takes longer; the same message is then sent again. */
const ANSWER_MS = 2000

const WRONG_LAST_SEQUENCE = 10_071
const STREAM_NOT_FOUND = 10_059
/** Bytes of a message that are left for subject and headers. */
const ENVELOPE_BYTES = 4096

/** The stream of one partition's journal. */
export class JournalStream {
  readonly #connection: Pick<NatsConnection, 'info'>
  readonly #client: JetStreamClient
  readonly #manager: JetStreamManager
  readonly #partition: number
  readonly #name: string

  constructor(of: {
    readonly connection: Pick<NatsConnection, 'info'>
    readonly client: JetStreamClient
    readonly manager: JetStreamManager
    readonly partition: number
  }) {
    const { connection, client, manager, partition } = of
    this.#connection = connection
    this.#client = client
    this.#manager = manager
    this.#partition = partition
    this.#name = journalStream(partition)
  }

  /** Makes the stream when there is none. */
  async ensure(replicas: number): Promise<void> {
    try {
      await this.#manager.streams.info(this.#name)
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error
      await this.#manager.streams.add({
        name: this.#name,
        subjects: [journalSubjects(this.#partition)],
        num_replicas: replicas,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.New,
        max_msgs: -1,
        max_bytes: -1,
        max_age: 0,
        max_msg_size: -1,
        allow_direct: true,
        deny_delete: true,
      })
    }
  }

  /** Bytes of the largest write that is one message. */
  get writeBytesMax(): number {
    return (this.#connection.info?.max_payload ?? 2 ** 20) - ENVELOPE_BYTES
  }

  /** One try to append behind message `lastSequence`: it is stored there, or not at all. */
  async append(write: StreamWrite, lastSequence: number): Promise<Appended> {
    // A message that is sent now would wait in memory, once for each try.
    if (this.#connection.info === undefined) return { kind: 'unknown', reason: notStored('no connection') }
    try {
      const { seq } = await this.#client.publish(writeSubjectOf(this.#partition, write), write.bytes, {
        headers: headersOf(write),
        expect: { lastSequence },
        timeout: ANSWER_MS,
      })
      return { kind: 'stored', sequence: seq }
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE)
        return this.#judge(write, lastSequence)
      return { kind: 'unknown', reason: streamRefusalOf(error) }
    }
  }

  /**
   * Makes the owner in this epoch: gives the sequence of the message that says so, behind which nobody of an earlier epoch appends
   * any more. Throws `Fenced` when a later one has begun, and what the servers refuse.
   */
  async claim(epoch: number): Promise<number> {
    for (;;) {
      const last = await this.#last()
      if (last !== null && last.epoch > epoch) throw fencedBy(this.#partition, epoch, last.epoch)
      const lastSequence = last?.sequence ?? (await this.lastSequence())
      const claimed = await this.append({ ...CLAIM, epoch }, lastSequence)
      if (claimed.kind === 'stored') return claimed.sequence
      if (claimed.kind !== 'passed') throw new Error(claimed.reason)
      // The owner before goes on as long as it can: the next try is soon, before it appends again.
    }
  }

  /** Sequence of the message that came last; of a stream that is empty, that of the last that it had. */
  async lastSequence(): Promise<number> {
    return (await this.#manager.streams.info(this.#name)).state.last_seq
  }

  /** The first message of a segment that there is; null when there is none, however many claims there are. */
  async first(): Promise<StoredWrite | null> {
    const { state } = await this.#manager.streams.info(this.#name)
    for (let sequence = state.first_seq; sequence <= state.last_seq; sequence++) {
      const found = await this.#manager.streams.getMessage(this.#name, { seq: sequence })
      const write = found === null ? null : writeOf(found)
      if (write !== null && !isClaim(write)) return write
    }
    return null
  }

  /** The last message that belongs into a file; null when there is none. */
  async lastWrite(): Promise<StoredWrite | null> {
    const segments = await segmentsOf(this.#manager, this.#partition)
    const subject = journalSubject(this.#partition, segments.at(-1) ?? 0)
    const found =
      segments.length === 0 ? null : await this.#manager.streams.getMessage(this.#name, { last_by_subj: subject })
    return found === null ? null : writeOf(found)
  }

  /** The message with which a segment begins; null when the stream does not have the segment. */
  firstOf(segment: number): Promise<StoredWrite | null> {
    return firstOfSegment(this.#manager, this.#partition, segment)
  }

  /** All messages from one on to another, in order; not the claims. */
  async *read(from: number, through: number): AsyncGenerator<StoredWrite> {
    if (from > through) return
    const consumer = await this.#client.consumers.get(this.#name, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    })
    for await (const message of await consumer.consume(PULL)) {
      if (message.seq > through) break
      const write = writeOf(message)
      if (!isClaim(write)) yield write
      if (message.seq === through) break
    }
  }

  /** After a refusal of the place: an earlier try may have been stored, or somebody else has written. */
  async #judge(write: StreamWrite, lastSequence: number): Promise<Appended> {
    try {
      const last = await this.#last()
      if (last === null) return { kind: 'unknown', reason: `the stream ${this.#name} has lost its messages` }
      if (last.sequence === lastSequence + 1 && isSameWrite(last, write)) {
        return { kind: 'stored', sequence: last.sequence }
      }
      if (last.sequence > lastSequence) return { kind: 'passed', last }
      if (last.sequence === lastSequence) return { kind: 'unknown', reason: notStored('no leader that knows the end') }
      const reason = `the stream ${this.#name} ends with message ${last.sequence}, but ${lastSequence} was acknowledged: its servers have lost what lay between; what the files here still have is given back when the partition starts anew`
      return { kind: 'lost', reason }
    } catch (error) {
      return { kind: 'unknown', reason: streamRefusalOf(error) }
    }
  }

  async #last(): Promise<StoredWrite | null> {
    const found = await this.#manager.streams.getMessage(this.#name, { last_by_subj: journalSubjects(this.#partition) })
    return found === null ? null : writeOf(found)
  }
}

/** The message with which a segment begins; null when the stream does not have the segment. */
export async function firstOfSegment(
  manager: JetStreamManager,
  partition: number,
  segment: number,
): Promise<StoredWrite | null> {
  // Not the direct way: a copy that lags behind would not have it yet.
  const request = { seq: 1, next_by_subj: journalSubject(partition, segment) } as SeqMsgRequest
  const found = await manager.streams.getMessage(journalStream(partition), request)
  return found === null ? null : writeOf(found)
}

/** Segments of which the stream has messages, oldest first. */
export async function segmentsOf(manager: JetStreamManager, partition: number): Promise<number[]> {
  const { state } = await manager.streams.info(journalStream(partition), {
    subjects_filter: journalSubjects(partition),
  })
  return Object.keys(state.subjects ?? {})
    .map(segmentOfSubject)
    .filter((segment) => !isClaim({ segment }))
    .sort((a, b) => a - b)
}

/** The subjects of all segments. */
function journalSubjects(partition: number): string {
  return journalSubject(partition, 0).replace(/\d+$/, '*')
}

/** Says for the operator why the servers did not do it. */
export function streamRefusalOf(error: unknown): string {
  return notStored(error instanceof Error ? error.message : String(error))
}

function notStored(why: string): string {
  return `the NATS servers do not take the journal (${why}): see that a majority of them runs and reaches each other`
}
