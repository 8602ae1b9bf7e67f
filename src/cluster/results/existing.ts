import { DeliverPolicy, type JetStreamClient } from '@nats-io/jetstream'
import { RESULTS_STREAM } from '../../nats/names.js'
import { PULL } from '../../nats/patience.js'
import { epochOf } from './epoch.js'
import { partitionSubjects } from './subjects.js'

/** Results of a partition that stand in the stream. */
export interface Existing {
  /** The sequence of the last message of each subject. */
  readonly sequences: Map<string, number>
  /** Epoch of the newest owner that has spoken; 0 before the first. */
  readonly epoch: number
}

/** Reads what owners of a partition have left in the stream. */
export async function existingResults(stream: JetStreamClient, partition: number): Promise<Existing> {
  const sequences = new Map<string, number>()
  let epoch = 0
  const consumer = await stream.consumers.get(RESULTS_STREAM, {
    filter_subjects: partitionSubjects(partition),
    deliver_policy: DeliverPolicy.LastPerSubject,
    headers_only: true,
  })
  const { num_pending: there } = await consumer.info()
  if (there === 0) return { sequences, epoch }
  const messages = await consumer.consume(PULL)
  try {
    for await (const message of messages) {
      sequences.set(message.subject, message.seq)
      epoch = Math.max(epoch, epochOf(message.headers))
      if (message.info.pending === 0) break
    }
  } finally {
    await messages.close()
  }
  return { sequences, epoch }
}
