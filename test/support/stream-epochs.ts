import { type JetStreamClient, type JetStreamManager, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { JournalStream } from '../../src/journal/stream/journal-stream.js'
import type { StoredWrite } from '../../src/journal/stream/write.js'
import { journalStream } from '../../src/nats/names.js'

/** All messages of a journal's stream that belong into files. */
export async function writesOf(
  connection: NatsConnection,
  manager: JetStreamManager,
  partition: number,
): Promise<StoredWrite[]> {
  const stream = new JournalStream({ connection, client: jetstream(connection), manager, partition })
  const { state } = await manager.streams.info(journalStream(partition))
  const writes: StoredWrite[] = []
  for await (const write of stream.read(state.first_seq, state.last_seq)) writes.push(write)
  return writes
}

/** Messages of an owner behind one of a later owner: with fencing there are none. */
export function outOfTurn(writes: readonly StoredWrite[]): StoredWrite[] {
  let newest = 0
  return writes.filter((write) => {
    newest = Math.max(newest, write.epoch)
    return write.epoch < newest
  })
}

/** A client whose messages do not say behind which one they belong: what would be without fencing. */
export function unfenced(client: JetStreamClient): JetStreamClient {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'publish') {
        const publish: JetStreamClient['publish'] = (subject, payload, { expect: _, ...rest } = {}) =>
          target.publish(subject, payload, rest)
        return publish
      }
      const found: unknown = Reflect.get(target, name, target)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}
