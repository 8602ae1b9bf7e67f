import type { JetStreamManager } from '@nats-io/jetstream'
import { journalStream } from '../../nats/names.js'
import { firstOfSegment, segmentsOf } from './journal-stream.js'

/**
 * Deletes from a journal's stream what lies before a segment: it is archived, and the archive is where the next owner finds it. Never the
 * newest segment, nor anything while there is no message of `segment` or a later one: a stream goes on from where it ends. Rejects when the
 * servers do not answer; it may be called again.
 */
export async function purgeBefore(manager: JetStreamManager, partition: number, segment: number): Promise<void> {
  const kept = (await segmentsOf(manager, partition)).find((candidate) => candidate >= segment)
  if (kept === undefined) return
  const first = await firstOfSegment(manager, partition, kept)
  // Up to message 1 is, for the server, all of them.
  if (first !== null && first.sequence > 1)
    await manager.streams.purge(journalStream(partition), { seq: first.sequence })
}
