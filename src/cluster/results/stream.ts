import { type JetStreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { RESULTS_STREAM } from '../../nats/names.js'
import { RESULT_SUBJECTS } from './subjects.js'

/** Makes the stream of results where it is missing: the last message of each subject, on the disks of `replicas` servers. */
export async function ensureResults(manager: JetStreamManager, replicas: number): Promise<void> {
  await manager.streams.add({
    name: RESULTS_STREAM,
    subjects: [RESULT_SUBJECTS],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    num_replicas: replicas,
  })
}
