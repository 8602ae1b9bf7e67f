import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { systemClock } from '../../base/clock.js'
import { connectNats } from '../../nats/connect.js'
import { Fenced } from '../../nats/fenced.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { Disk } from '../disk.js'
import type { JournalLog } from '../log.js'
import type { SegmentLogOptions } from '../segment-log.js'
import { JournalStream, streamRefusalOf } from './journal-stream.js'
import { StreamLog } from './stream-log.js'

/** Servers that have just started, or lost one of them, need some seconds until they agree on a leader. */
const TRIES = 60
const RETRY_MS = 500

/**
 * The journal of a partition, its files at the end of the stream. Throws `Fenced` when another owner has gone on with it, and what the
 * servers say when they do not answer for half a minute.
 */
export async function openStreamLog(
  owned: OwnedPartition,
  disk: Disk,
  dir: string,
  limits: SegmentLogOptions,
): Promise<JournalLog> {
  const { partition, epoch } = owned
  const connection = await patiently(() =>
    connectNats(owned.nats, 'journal', `greengauge journal of partition ${partition}`),
  )
  try {
    return await patiently(async () => {
      const stream = await streamOf(connection, owned)
      const closed = () => connection.close()
      return StreamLog.open({ stream, partition, epoch, disk, dir, limits, clock: systemClock, closed })
    })
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function streamOf(connection: NatsConnection, { partition, replicas }: OwnedPartition): Promise<JournalStream> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const stream = new JournalStream({ connection, client: jetstream(connection), manager, partition })
  await stream.ensure(replicas)
  return stream
}

/** Gives what `tryOnce` gives, tried again for half a minute; throws `Fenced` at once. */
export async function patiently<T>(tryOnce: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryOnce()
    } catch (error) {
      if (error instanceof Fenced) throw error
      if (tries === TRIES) throw new Error(streamRefusalOf(error), { cause: error })
      await systemClock.sleep(RETRY_MS)
    }
  }
}
