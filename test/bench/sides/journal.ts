import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { DurableMark } from '../../../src/journal/durable-mark.js'
import { JournalClient } from '../../../src/journal/journal-client.js'
import type {
  JournalThreadCommand,
  JournalThreadData,
  JournalThreadMessage,
} from '../../../src/journal/journal-thread.js'
import { LeaseMark } from '../../../src/nats/lease-mark.js'
import { removeScratch, scratchDir } from '../measure/scratch.js'

const SEGMENT_BYTES = 64 * 2 ** 20
const MAX_BYTES = 20 * 2 ** 30
const PENDING_BYTES_MAX = 64 * 2 ** 20
const HOUR_NS = 3_600_000_000_000n

/** The journal in its thread, as it is built, and the client of it. */
export interface JournalSide {
  readonly client: JournalClient
  close(): Promise<void>
}

/** `servers` of NATS with so many copies of each stream; null: files alone. */
export async function startJournal(
  nats: { readonly servers: readonly string[]; readonly replicas: number } | null,
): Promise<JournalSide> {
  const dir = scratchDir('journal')
  const lease = LeaseMark.create()
  lease.renew(process.hrtime.bigint() + HOUR_NS)
  const [toJournal, toPipeline] = [new MessageChannel(), new MessageChannel()]
  const data: JournalThreadData = {
    dir,
    segmentBytes: SEGMENT_BYTES,
    maxBytes: MAX_BYTES,
    mark: DurableMark.create().shared,
    ...(nats === null
      ? {}
      : {
          partition: {
            partition: 0,
            partitions: 1,
            epoch: 1,
            replicas: nats.replicas,
            nats: { servers: [...nats.servers] },
            lease: lease.shared,
          },
        }),
    intakePort: toJournal.port2,
    pipelinePort: toPipeline.port1,
  }
  const thread = new Worker(
    join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'journal', 'journal-thread.js'),
    {
      workerData: data,
      transferList: [toJournal.port2, toPipeline.port1],
    },
  )
  await new Promise<void>((resolve, reject) => {
    thread.on('message', (message: JournalThreadMessage) => {
      if (message.type === 'ready') resolve()
    })
    thread.once('error', reject)
  })
  return {
    client: new JournalClient(toJournal.port1, { pendingBytesMax: PENDING_BYTES_MAX }),
    close: async () => {
      const ended = new Promise((resolve) => thread.once('exit', resolve))
      thread.postMessage({ type: 'close' } satisfies JournalThreadCommand)
      await ended
      toJournal.port1.close()
      toPipeline.port2.close()
      removeScratch(dir)
    },
  }
}
