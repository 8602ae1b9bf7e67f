import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ConsumerMessages, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { type ForwardedMessage, forwardedEntries } from '../../src/forward/edge-entries.js'
import { nodeDisk } from '../../src/journal/disk.js'
import { encodeEntries, type JournalEntry } from '../../src/journal/entries.js'
import { SegmentLog } from '../../src/journal/segment-log.js'
import { EDGE_STREAM, edgeSubject } from '../../src/nats/names.js'
import { SOON_MS } from './soon.js'

const PARTITIONS = 3

/** Makes the stream that takes what plants forward, as the centre does. */
export async function makeEdgeStream(url: string): Promise<void> {
  const connection = await connect({ servers: url })
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
  await manager.streams.add({
    name: EDGE_STREAM,
    subjects: [edgeSubject('*')],
    subject_transform: {
      src: edgeSubject('*'),
      dest: `greengauge.edge.{{partition(${PARTITIONS},1)}}.{{wildcard(1)}}`,
    },
  })
  await connection.close()
}

/** All that the stream holds, in order. */
export async function forwardedTo(url: string): Promise<ForwardedMessage[]> {
  const connection = await connect({ servers: url })
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: SOON_MS })
    const { state } = await manager.streams.info(EDGE_STREAM)
    const found: ForwardedMessage[] = []
    if (state.messages === 0) return found
    const consumer = await jetstream(connection).consumers.get(EDGE_STREAM, { deliver_policy: DeliverPolicy.All })
    const messages: ConsumerMessages = await consumer.consume()
    for await (const message of messages) {
      found.push(message)
      if (message.info.streamSequence >= state.last_seq) break
    }
    return found
  } finally {
    await connection.close()
  }
}

/**
 * Stands in for the centre's door: what it takes becomes the journal of a data directory on which a gateway may be started. A fake only
 * of the way from the stream into the journal.
 */
export function journalOf(dataDir: string, messages: readonly ForwardedMessage[]): void {
  const dir = join(dataDir, 'journal')
  mkdirSync(dir, { recursive: true })
  const log = SegmentLog.open(nodeDisk, dir, { segmentBytes: 64 * 2 ** 20, maxBytes: 2 ** 30 })
  for (const message of messages) {
    const entries: readonly JournalEntry[] = forwardedEntries(message)
    log.append([encodeEntries(entries)], [entries.length])
  }
  log.close()
}
