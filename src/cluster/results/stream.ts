import { JetStreamApiError, type JetStreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { RESULTS_STREAM } from '../../nats/names.js'
import { RESULT_SUBJECTS } from './subjects.js'

/** JetStream: a stream of this name has another configuration. */
const NAME_IN_USE = 10058

/** Makes the stream of results where it is missing: the last message of each subject, on the disks of `replicas` servers. */
export async function ensureResults(manager: JetStreamManager, replicas: number): Promise<void> {
  try {
    await manager.streams.add({
      name: RESULTS_STREAM,
      subjects: [RESULT_SUBJECTS],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_msgs_per_subject: 1,
      num_replicas: replicas,
    })
  } catch (error) {
    // It is there as somebody has set it up: with other copies, or in a placement of their own.
    if (!(error instanceof JetStreamApiError) || error.code !== NAME_IN_USE) throw error
  }
}
