import { describe, expect, it } from 'vitest'
import { type Connection, Feed, retryDelayMs, type Socket, type Wanted } from '../../../dashboards/src/gateway/feed.js'
import type { FeedMessage } from '../../../src/base/wire.js'
import { hourPoint } from './point.js'

class FakeSocket implements Socket {
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onclose: ((event: { readonly code: number }) => void) | null = null
  readonly sent: { readonly plants: readonly string[]; readonly since?: unknown }[] = []
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  isClosed = false
  close(): void {
    this.isClosed = true
    this.onclose?.({ code: 1000 })
  }
  says(message: FeedMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

const wanted: Wanted = { watch: ['*'], plants: ['*'], kpis: ['oee'], scopes: ['plant'], windows: ['1h'], maxHz: 4 }
const wantedNext: Wanted = { ...wanted, plants: ['suzhou-1'] }

/** A feed whose sockets and clock are in the test's hands. */
function feedUnderTest(mayConnect?: () => Promise<void>) {
  const sockets: FakeSocket[] = []
  const states: Connection[] = []
  const messages: FeedMessage[] = []
  const waits: { readonly ms: number; readonly wake: () => void }[] = []
  const feed = new Feed({
    wanted,
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    clock: {
      nowMs: () => 1_000_000,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          waits.push({ ms, wake: resolve })
          signal?.addEventListener('abort', () => resolve())
        }),
    },
    random: () => 0,
    ...(mayConnect === undefined ? {} : { mayConnect }),
    onMessage: (message) => messages.push(message),
    onConnection: (state) => states.push(state),
  })
  feed.start()
  return { feed, sockets, states, messages, waits }
}

const hello = (epoch: string, seq: number): FeedMessage => ({
  type: 'hello',
  server_time: '2026-11-24T08:00:00Z',
  epoch,
  seq,
})
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the feed', () => {
  it('asks for what is wanted and no more, without a place to resume at first', () => {
    const { sockets } = feedUnderTest()
    sockets[0]!.onopen?.()
    expect(sockets[0]!.sent).toEqual([{ type: 'subscribe', ...wanted }])
  })

  it('does not knock again while nobody is signed in', async () => {
    let letIn = () => {}
    const { sockets, waits } = feedUnderTest(() => new Promise((resolve) => (letIn = resolve)))
    sockets[0]!.onopen?.()
    sockets[0]!.onclose?.({ code: 4401 })
    waits[0]!.wake()
    await settled()
    expect(sockets).toHaveLength(1)
    letIn()
    await settled()
    expect(sockets).toHaveLength(2)
  })

  it('asks anew on the same connection when the page comes to show something else', () => {
    const { feed, sockets } = feedUnderTest()
    sockets[0]!.onopen?.()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    feed.want(wantedNext)
    expect(sockets).toHaveLength(1)
    expect(sockets[0]!.sent[1]).toEqual({ type: 'subscribe', ...wantedNext })
  })

  it('asks for what is wanted now when it connects later', () => {
    const { feed, sockets } = feedUnderTest()
    feed.want(wantedNext)
    sockets[0]!.onopen?.()
    expect(sockets[0]!.sent).toEqual([{ type: 'subscribe', ...wantedNext }])
  })

  it('never resumes from an update of what was wanted before', async () => {
    const { feed, sockets, waits } = feedUnderTest()
    sockets[0]!.onopen?.()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    feed.want(wantedNext)
    sockets[0]!.says({ type: 'update', seq: 6, points: [hourPoint(8, 1)] })
    sockets[0]!.onclose?.({ code: 1006 })
    waits[0]!.wake()
    await settled()
    sockets[1]!.onopen?.()
    expect(sockets[1]!.sent[0]!.since).toBeUndefined()

    sockets[1]!.says({ type: 'snapshot', seq: 7, points: [] })
    sockets[1]!.onclose?.({ code: 1006 })
    waits[1]!.wake()
    await settled()
    sockets[2]!.onopen?.()
    expect(sockets[2]!.sent[0]!.since).toEqual({ epoch: 'a', seq: 7 })
  })

  it('resumes after the last number it has seen and says that nothing is missing', async () => {
    const { sockets, states, waits } = feedUnderTest()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    sockets[0]!.says({ type: 'update', seq: 9, points: [hourPoint(8, 1)] })
    sockets[0]!.onclose?.({ code: 1006 })
    waits[0]!.wake()
    await settled()
    sockets[1]!.onopen?.()
    expect(sockets[1]!.sent[0]!.since).toEqual({ epoch: 'a', seq: 9 })
    sockets[1]!.says(hello('a', 12))
    expect(states.at(-1)).toEqual({ kind: 'live', resumed: true })
  })

  it('does not promise that nothing is missing after a gap', async () => {
    const { sockets, states, waits } = feedUnderTest()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    sockets[0]!.onclose?.({ code: 1006 })
    waits[0]!.wake()
    await settled()
    sockets[1]!.says(hello('a', 900))
    sockets[1]!.says({ type: 'gap', seq: 900 })
    expect(states.at(-1)).toEqual({ kind: 'live', resumed: false })
  })

  it('does not resume into a gateway that was started anew', async () => {
    const { sockets, states, waits } = feedUnderTest()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    sockets[0]!.onclose?.({ code: 1012 })
    waits[0]!.wake()
    await settled()
    sockets[1]!.says(hello('b', 0))
    expect(states.at(-1)).toEqual({ kind: 'live', resumed: false })
  })

  it('says as of when the figures stand and when the next try is', () => {
    const { sockets, states } = feedUnderTest()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.onclose?.({ code: 1006 })
    expect(states.at(-1)).toEqual({ kind: 'lost', asOfMs: 1_000_000, nextTryMs: 1_000_500 })
  })

  it('tries at once when asked to', async () => {
    const { feed, sockets } = feedUnderTest()
    sockets[0]!.onclose?.({ code: 1006 })
    feed.tryNow()
    await settled()
    expect(sockets).toHaveLength(2)
  })

  it('told that the network is dead, tries again without the old connection, and resumes where that stood', async () => {
    const { feed, sockets, states, messages, waits } = feedUnderTest()
    sockets[0]!.onopen?.()
    sockets[0]!.says(hello('a', 5))
    sockets[0]!.says({ type: 'snapshot', seq: 5, points: [] })
    feed.lost()
    expect(sockets[0]!.isClosed).toBe(true)
    expect(states.at(-1)?.kind).toBe('lost')
    feed.lost()
    sockets[0]!.onclose?.({ code: 1006 })
    sockets[0]!.says({ type: 'update', seq: 9, points: [hourPoint(8, 1)] })
    expect(waits).toHaveLength(1)
    expect(messages).toHaveLength(2)
    waits[0]!.wake()
    await settled()
    sockets[1]!.onopen?.()
    expect(sockets[1]!.sent[0]!.since).toEqual({ epoch: 'a', seq: 5 })
  })

  it('waits longer with every failure, and a greeting alone does not end that', async () => {
    const { sockets, waits } = feedUnderTest()
    for (const attempt of [0, 1, 2]) {
      sockets[attempt]!.says(hello('a', 0))
      sockets[attempt]!.onclose?.({ code: 1006 })
      waits[attempt]!.wake()
      await settled()
    }
    expect(waits.map((w) => w.ms)).toEqual([500, 1_000, 2_000])
    sockets[3]!.says({ type: 'snapshot', seq: 1, points: [] })
    sockets[3]!.onclose?.({ code: 1006 })
    expect(waits[3]!.ms).toBe(500)
  })

  it('stays away once it is stopped', async () => {
    const { feed, sockets, waits } = feedUnderTest()
    sockets[0]!.onopen?.()
    feed.stop()
    await settled()
    expect(sockets[0]!.isClosed).toBe(true)
    expect(waits).toHaveLength(0)
    expect(sockets).toHaveLength(1)
  })

  it('stopped while it connects, it hangs up as soon as it is through, and asks for nothing', () => {
    const { feed, sockets } = feedUnderTest()
    feed.stop()
    expect(sockets[0]!.isClosed).toBe(false)
    sockets[0]!.onopen?.()
    expect(sockets[0]!.isClosed).toBe(true)
    expect(sockets[0]!.sent).toEqual([])
  })
})

describe('the wait before a try', () => {
  it('is between half and all of a doubling that ends at 30 s', () => {
    expect(retryDelayMs(0, 0)).toBe(500)
    expect(retryDelayMs(0, 1)).toBe(1_000)
    expect(retryDelayMs(3, 1)).toBe(8_000)
    expect(retryDelayMs(40, 1)).toBe(30_000)
    expect(retryDelayMs(40, 0)).toBe(15_000)
  })
})
