import type { JetStreamManager } from '@nats-io/jetstream'
import { journalStream, journalSubject } from '../../nats/names.js'
import { firstOfSegment, journalSubjects } from './journal-stream.js'

/**
 * Deletes from a journal's stream what lies before a segment: it is archived, and the archive is where the next owner finds it. Never the
 * newest segment, nor anything while there is no message of `segment` or a later one: a stream goes on from where it ends. Rejects when the
 * servers do not answer; it may be called again.
 */
export async function purgeBefore(manager: JetStreamManager, partition: number, segment: number): Promise<void> {
  const stream = journalStream(partition)
  const { state } = await manager.streams.info(stream, { subjects_filter: journalSubjects(partition) })
  const kept = Object.keys(state.subjects ?? {})
    .sort()
    .find((subject) => subject >= journalSubject(partition, segment))
  if (kept === undefined) return
  const first = await firstOfSegment(manager, partition, Number(kept.slice(kept.lastIndexOf('.') + 1)))
  // Up to its first message is, for the server, all of it.
  if (first !== null && first.sequence > state.first_seq) await manager.streams.purge(stream, { seq: first.sequence })
}
