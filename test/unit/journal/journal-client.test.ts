import { afterEach, describe, expect, it, vi } from 'vitest'
import type { JournalBatch } from '../../../src/journal/committer.js'
import { decodeEntries, entryBytes, type JournalEntry } from '../../../src/journal/entries.js'
import { type Committed, JournalClient, type JournalPort } from '../../../src/journal/journal-client.js'
import { SOON } from '../../support/soon.js'

/** Stands for the journal thread: keeps what it is sent, and commits when the test says so. */
class FakePort implements JournalPort {
  readonly batches: JournalBatch[] = []
  #listener: (committed: Committed) => void = () => {}
  postMessage(value: unknown): void {
    this.batches.push(value as JournalBatch)
  }
  on(_event: 'message', listener: (committed: Committed) => void): void {
    this.#listener = listener
  }
  commitNewest(buffers: readonly ArrayBuffer[] = []): void {
    this.#listener({ ids: [this.batches.at(-1)!.id], buffers })
  }
  entriesOf(batch: number): number[] {
    return decodeEntries(this.batches[batch]!.body).map((entry) => entry.arrivedAt)
  }
}

function message(arrivedAt: number, payloadBytes = 10): JournalEntry {
  const payload = Buffer.alloc(payloadBytes)
  return {
    kind: 'message',
    arrivedAt,
    ingress: 'mqtt',
    client: 'c',
    topic: 't',
    payload,
    qos: 1,
    retain: false,
    fullSizeBytes: null,
  }
}

function setUp(pendingBytesMax = 1e9) {
  const port = new FakePort()
  return { port, client: new JournalClient(port, { pendingBytesMax }) }
}

describe('the journal as the doors see it', () => {
  it('sends what one turn of the event loop brought as one record', async () => {
    const { port, client } = setUp()
    for (const arrivedAt of [1, 2, 3]) client.append(message(arrivedAt))
    client.append({ kind: 'tick', arrivedAt: 4 })
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    expect(port.entriesOf(0)).toEqual([1, 2, 3, 4])
    expect(port.batches[0]!.messages).toBe(3)
  })

  it('ends a record with an act, so that nothing that came later has its position', async () => {
    const { port, client } = setUp()
    client.append(message(1))
    client.append({ kind: 'act', arrivedAt: 2, content: '{}' })
    client.append(message(3))
    await vi.waitUntil(() => port.batches.length === 1, SOON)
    expect(port.entriesOf(0)).toEqual([1, 2])
    port.commitNewest()
    await vi.waitUntil(() => port.batches.length === 2, SOON)
    expect(port.entriesOf(1)).toEqual([3])
  })

  it('says how long the disk has not taken what was sent', async () => {
    const { port, client } = setUp()
    expect(client.stalledMs).toBe(0)
    client.append(message(1))
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    await vi.waitUntil(() => client.stalledMs > 5, SOON)
    port.commitNewest()
    expect(client.stalledMs).toBe(0)
  })

  it('collects while the last batch is on its way, and sends all of it when that one is durable', async () => {
    const { port, client } = setUp()
    client.append(message(1))
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    client.append(message(2))
    await new Promise(setImmediate)
    client.append(message(3))
    await new Promise(setImmediate)
    expect(port.batches.length).toBe(1)
    port.commitNewest()
    expect(port.entriesOf(1)).toEqual([2, 3])
  })

  it('answers nobody before the commit, and then in order of arrival', async () => {
    const { port, client } = setUp()
    const answered: number[] = []
    for (const arrivedAt of [1, 2, 3]) client.append(message(arrivedAt), () => answered.push(arrivedAt))
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    expect(answered).toEqual([])
    port.commitNewest()
    expect(answered).toEqual([1, 2, 3])
    expect(client.pendingBytes).toBe(0)
  })

  it('refuses at once what does not fit in what may wait, and takes entries again after the commit', async () => {
    const { port, client } = setUp(2 * entryBytes(message(1)))
    const errors: (Error | null)[] = []
    for (const arrivedAt of [1, 2, 3]) client.append(message(arrivedAt), (error) => errors.push(error))
    expect(errors.map((error) => error?.message)).toEqual([expect.stringContaining('does not keep up')])
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    port.commitNewest()
    client.append(message(4), (error) => errors.push(error))
    await vi.waitUntil(() => port.batches.length > 1, SOON)
    expect(port.entriesOf(1)).toEqual([4])
  })

  it('says of messages given as bytes in which batch they are, and that it is durable before other answers', async () => {
    const { port, client } = setUp()
    const said: unknown[] = []
    client.onSettled((batch, error) => said.push([batch, error]))
    const head = client.headOf('c', Buffer.from('t'))
    const read = { qos: 1, bytes: Buffer.alloc(10), payloadAt: 0, end: 10 } as const
    client.append(message(1), () => said.push('appended'))
    expect([client.appendMessage(head, 2, read), client.appendMessage(head, 3, read)]).toEqual([1, 1])
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    expect(client.appendMessage(head, 4, read)).toBe(2)
    expect(port.entriesOf(0)).toEqual([1, 2, 3])
    expect(port.batches[0]!.messages).toBe(3)
    port.commitNewest()
    expect(said).toEqual([[1, null], 'appended'])
    port.commitNewest()
    expect(port.entriesOf(1)).toEqual([4])
    expect(client.pendingBytes).toBe(0)
  })

  it('does not take bytes for which there is no room', () => {
    const { client } = setUp(2 * entryBytes(message(1)))
    const head = client.headOf('c', Buffer.from('t'))
    const read = { qos: 1, bytes: Buffer.alloc(10), payloadAt: 0, end: 10 } as const
    expect([1, 2, 3].map((arrivedAt) => client.appendMessage(head, arrivedAt, read))).toEqual([1, 1, 0])
  })

  it('fills the memory of a batch again when it comes back', async () => {
    const { port, client } = setUp()
    client.append(message(1))
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    const memory = port.batches[0]!.body.buffer as ArrayBuffer
    port.commitNewest([memory])
    client.append(message(2))
    await vi.waitUntil(() => port.batches.length > 1, SOON)
    expect(port.batches[1]!.body.buffer).toBe(memory)
    expect(port.entriesOf(1)).toEqual([2])
  })

  it('splits what is too much for one record of 4 MiB, in order', async () => {
    const { port, client } = setUp()
    for (const arrivedAt of [1, 2, 3]) client.append(message(arrivedAt, 1_500_000))
    await vi.waitUntil(() => port.batches.length > 0, SOON)
    port.commitNewest()
    expect([port.entriesOf(0), port.entriesOf(1)]).toEqual([[1, 2], [3]])
  })

  it('refuses an entry that no record can hold', () => {
    const { client } = setUp()
    let refused: Error | null = null
    client.append(message(1, 17 * 2 ** 20), (error) => {
      refused = error
    })
    expect(refused).toBeInstanceOf(Error)
    expect(client.pendingBytes).toBe(0)
  })
})

describe('messages whose senders are in no hurry', () => {
  const read = { qos: 1, bytes: Buffer.alloc(10), payloadAt: 0, end: 10 } as const
  const turns = async () => {
    for (let i = 0; i < 3; i++) await new Promise(setImmediate)
  }

  /** A batch has just gone out and is durable. */
  async function setUpBehindBatch() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { port, client } = setUp()
    const head = client.headOf('c', Buffer.from('t'))
    const take = (arrivedAt: number, payload = read.bytes) =>
      client.appendMessage(head, arrivedAt, { ...read, bytes: payload, end: payload.length }, undefined, true)
    take(1)
    await turns()
    expect(port.batches.length).toBe(1)
    return { port, client, take }
  }

  afterEach(() => vi.useRealTimers())

  it('wait for each other until 20 ms have passed since the batch before', async () => {
    const { port, take } = await setUpBehindBatch()
    port.commitNewest()
    take(2)
    vi.advanceTimersByTime(10)
    take(3)
    await turns()
    expect(port.batches.length).toBe(1)
    vi.advanceTimersByTime(10)
    expect(port.entriesOf(1)).toEqual([2, 3])
    port.commitNewest()
    vi.advanceTimersByTime(20)
    take(4)
    await turns()
    expect(port.entriesOf(2)).toEqual([4])
  })

  it('wait on when the batch before has become durable meanwhile', async () => {
    const { port, take } = await setUpBehindBatch()
    take(2)
    vi.advanceTimersByTime(5)
    port.commitNewest()
    await turns()
    expect(port.batches.length).toBe(1)
    vi.advanceTimersByTime(15)
    expect(port.entriesOf(1)).toEqual([2])
  })

  it('go out at once with an entry that may not wait', async () => {
    const { port, client, take } = await setUpBehindBatch()
    port.commitNewest()
    take(2)
    client.append(message(3))
    await turns()
    expect(port.entriesOf(1)).toEqual([2, 3])
    vi.advanceTimersByTime(20)
    expect(port.batches.length).toBe(2)
  })

  it('go out at once when they are more than 64 KiB', async () => {
    const { port, take } = await setUpBehindBatch()
    port.commitNewest()
    const large = Buffer.alloc(40_000)
    take(2, large)
    await turns()
    expect(port.batches.length).toBe(1)
    take(3, large)
    await turns()
    expect(port.entriesOf(1)).toEqual([2, 3])
  })
})
