import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { FeedMessage } from '../../../src/base/wire.js'
import {
  FeedClient,
  type FeedState,
  SOUGHT_A_TICK_MAX,
  UNREAD_BYTES_MAX,
  UNREAD_MS_MAX,
} from '../../../src/views/feed/client.js'
import { TICK_MS } from '../../../src/views/feed/feed.js'
import { Group } from '../../../src/views/feed/group.js'
import { publishedPoint } from '../../../src/views/feed/publication.js'
import { RecentUpdates } from '../../../src/views/feed/recent.js'
import { pointAt } from './examples.js'

/** A dashboard whose network is under the test's control: bytes are unread exactly while it is told not to read. */
class Dashboard extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  closedWith: number | undefined
  readonly messages: FeedMessage[] = []
  /** Number of times that something was written to the network. */
  writes = 0
  #corks = 0

  cork(): void {
    this.#corks++
  }
  uncork(): void {
    this.#corks--
    if (this.#corks === 0) this.writes++
  }
  send(frame: Buffer): void {
    if (this.#corks === 0) this.writes++
    this.messages.push(JSON.parse(frame.toString()) as FeedMessage)
  }
  ping(): void {
    this.emit('pong')
  }
  close(code: number): void {
    this.closedWith = code
    this.readyState = 2
  }
  subscribe(maxHz: number, since?: { epoch: string; seq: number }): void {
    this.emit('message', Buffer.from(JSON.stringify({ type: 'subscribe', windows: ['1m'], maxHz, since })), false)
  }
  reads(isReading: boolean): void {
    this.bufferedAmount = isReading ? 0 : UNREAD_BYTES_MAX + 1
  }
  /** Points behind the last snapshot. */
  get updated(): readonly KpiPoint[] {
    const from = this.messages.findLastIndex(({ type }) => type === 'snapshot')
    return this.messages.slice(from + 1).flatMap((message) => (message.type === 'update' ? message.points : []))
  }
  get seqs(): readonly number[] {
    return this.messages.flatMap((message) => (message.type === 'update' ? [message.seq] : []))
  }
}

/** The feed without its sockets and its clock. */
class Bench {
  readonly groups = new Map<string, Group>()
  readonly dashboards: { readonly dashboard: Dashboard; readonly client: FeedClient }[] = []
  readonly published: KpiPoint[] = []
  readonly #newest = new Map<string, KpiPoint>()
  readonly #closed: string[] = []
  readonly state: FeedState & { seq: number; nowMs: number; isFull: boolean } = {
    epoch: 'e',
    seq: 0,
    nowMs: 0,
    isFull: false,
    sought: 0,
    recent: new RecentUpdates(),
    group: (subscription) => {
      const group = this.groups.get(subscription.key) ?? new Group(subscription, this.state)
      this.groups.set(subscription.key, group)
      return group
    },
    snapshot: () => [...this.#newest.values()],
    countDropped: () => undefined,
    countClosed: (reason) => this.#closed.push(reason),
  }

  get closed(): readonly string[] {
    return this.#closed
  }

  open(maxHz: number): Dashboard {
    const dashboard = new Dashboard()
    const client = new FeedClient(dashboard as unknown as WebSocket, dashboard, this.state, '')
    dashboard.subscribe(maxHz)
    this.dashboards.push({ dashboard, client })
    return dashboard
  }

  publish(...points: KpiPoint[]): void {
    this.state.seq++
    this.published.push(...points)
    for (const point of points) this.#newest.set(point.id, point)
    for (const group of this.groups.values()) group.offer(points.map((point) => publishedPoint(this.state.seq, point)))
  }

  tick(ticks = 1): void {
    for (let i = 0; i < ticks; i++) {
      this.state.nowMs += TICK_MS
      this.state.sought = Math.max(0, this.state.sought - SOUGHT_A_TICK_MAX)
      for (const { client } of this.dashboards) client.tick()
      for (const group of this.groups.values()) group.tick()
    }
  }
}

const keyOf = ({ id, start }: KpiPoint) => `${id} ${start}`
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const), finals: fc.nat(3), open: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const), ticks: fc.integer({ min: 1, max: 12 }) }) },
  fc.record({ kind: fc.constant('open' as const), maxHz: fc.constantFrom(4, 10) }),
  fc.record({ kind: fc.constant('anew' as const), which: fc.nat(), maxHz: fc.constantFrom(4, 10) }),
  fc.record({ kind: fc.constant('read' as const), which: fc.nat(), reads: fc.boolean() }),
  fc.record({ kind: fc.constant('full' as const), isFull: fc.boolean() }),
)

test('whoever comes, lags or asks anew, each client gets every final point behind its snapshot once, in order', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const bench = new Bench()
      const from = new Map<Dashboard, number>()
      let minute = 0
      const marks = (dashboard: Dashboard, act: () => void) => {
        const before = dashboard.messages.length
        act()
        if (dashboard.messages.slice(before).some(({ type }) => type === 'snapshot')) {
          from.set(dashboard, bench.published.length)
        }
      }
      const some = (which: number) => bench.dashboards[which % bench.dashboards.length]?.dashboard
      for (const one of steps) {
        if (one.kind === 'publish') {
          const finals = Array.from({ length: one.finals }, () => pointAt(minute++, { id: `f${minute % 3}` }))
          const open = Array.from({ length: one.open }, (_, i) =>
            pointAt(0, { id: `o${i}`, provisional: true, value: minute++ }),
          )
          bench.publish(...finals, ...open)
        } else if (one.kind === 'tick') {
          for (let i = 0; i < one.ticks; i++) {
            const before = bench.dashboards.map(({ dashboard }) => dashboard.messages.length)
            bench.tick()
            bench.dashboards.forEach(({ dashboard }, n) => {
              if (dashboard.messages.slice(before[n]).some(({ type }) => type === 'snapshot')) {
                from.set(dashboard, bench.published.length)
              }
            })
          }
        } else if (one.kind === 'open') from.set(bench.open(one.maxHz), bench.published.length)
        else if (one.kind === 'full') bench.state.isFull = one.isFull
        else if (one.kind === 'read') some(one.which)?.reads(one.reads)
        else {
          const dashboard = some(one.which)
          if (dashboard !== undefined) marks(dashboard, () => dashboard.subscribe(one.maxHz))
        }
      }
      bench.state.isFull = false
      for (const { dashboard } of bench.dashboards) dashboard.reads(true)
      for (let i = 0; i < 40; i++) {
        const before = bench.dashboards.map(({ dashboard }) => dashboard.messages.length)
        bench.tick()
        bench.dashboards.forEach(({ dashboard }, n) => {
          if (dashboard.messages.slice(before[n]).some(({ type }) => type === 'snapshot')) {
            from.set(dashboard, bench.published.length)
          }
        })
      }
      for (const { dashboard } of bench.dashboards) {
        const due = bench.published.slice(from.get(dashboard))
        const finals = due.filter(({ provisional }) => !provisional)
        expect(dashboard.updated.filter(({ provisional }) => !provisional)).toEqual(finals)
        const newest = new Map(due.filter(({ provisional }) => provisional).map((point) => [keyOf(point), point]))
        const shown = new Map(dashboard.updated.filter((p) => p.provisional).map((point) => [keyOf(point), point]))
        expect(shown).toEqual(newest)
        expect(dashboard.seqs).toEqual([...dashboard.seqs].sort((a, b) => a - b))
      }
    }),
    { numRuns: 300 },
  )
})

test('a plant that comes back with 2,000 devices is one write for each page', () => {
  const bench = new Bench()
  const dashboards = Array.from({ length: 3 }, () => bench.open(4))
  bench.tick(10)
  const before = dashboards.map(({ writes }) => writes)
  for (let device = 0; device < 2000; device++) {
    bench.state.seq++
    const change = { plant: 'suzhou-1', line: 'press', device: `m-${device}`, state: 'stale' } as const
    for (const group of bench.groups.values()) group.tell((outbox) => outbox.offerDevice(bench.state.seq, change))
  }
  bench.tick(10)
  const devices = dashboards.map(({ messages }) => messages.filter(({ type }) => type === 'device').length)
  expect(devices).toEqual([2000, 2000, 2000])
  expect(dashboards.map(({ writes }, i) => writes - before[i]!)).toEqual([1, 1, 1])
})

test('five of twelve that do not read are closed after 30 s with 4408; the others get every final, in the same bytes', () => {
  const bench = new Bench()
  const all = Array.from({ length: 12 }, () => bench.open(4))
  const [frozen, reading] = [all.slice(0, 5), all.slice(5)]
  bench.tick()
  for (const dashboard of frozen) dashboard.reads(false)
  for (let at = 0; at < UNREAD_MS_MAX + 1000; at += 500) {
    bench.publish(pointAt(at / 500), pointAt(0, { id: 'open', provisional: true, value: at }))
    bench.tick(10)
    if (at < UNREAD_MS_MAX - 1000) expect(bench.closed).toEqual([])
  }
  expect(frozen.map(({ closedWith }) => closedWith)).toEqual([4408, 4408, 4408, 4408, 4408])
  expect(bench.closed).toEqual(Array.from({ length: 5 }, () => 'too_slow'))
  const finals = bench.published.filter(({ provisional }) => !provisional)
  for (const dashboard of reading) {
    expect(dashboard.closedWith).toBeUndefined()
    expect(dashboard.updated.filter(({ provisional }) => !provisional)).toEqual(finals)
    expect(dashboard.messages).toEqual(reading[0]!.messages)
  }
})

test('while all together leave too much unread, only who has read everything gets more', () => {
  const bench = new Bench()
  const [slow, quick] = [bench.open(4), bench.open(4)]
  bench.tick()
  slow.bufferedAmount = 1
  bench.state.isFull = true
  bench.publish(pointAt(1))
  bench.tick(5)
  expect([slow.updated.length, quick.updated.length]).toEqual([0, 1])
  slow.bufferedAmount = 0
  bench.tick(5)
  expect(slow.updated).toEqual(quick.updated)
})

describe('what somebody has missed is looked up', () => {
  /** A bench with many points that are kept, and how often they were gone through. */
  const missed = (points: number) => {
    const bench = new Bench()
    const { recent } = bench.state
    for (let i = 0; i < points; i++) recent.add(publishedPoint(i + 1, pointAt(i)), 0)
    bench.state.seq = points
    const looks = vi.spyOn(recent, 'since')
    return { bench, looks }
  }
  const FROM = { epoch: 'e', seq: 0 }

  test('once for all that one client asks in a second, however many messages it sends', () => {
    const { bench, looks } = missed(100)
    const dashboard = bench.open(4)
    bench.tick()
    for (let i = 0; i < 500; i++) dashboard.subscribe(4, { epoch: 'e', seq: i % 2 })
    expect(looks.mock.calls).toEqual([[0]])
    bench.tick(19)
    expect(looks.mock.calls).toEqual([[0]])
    bench.tick()
    expect(looks.mock.calls).toEqual([[0], [1]])
    for (let i = 0; i < 500; i++) dashboard.subscribe(4, FROM)
    bench.tick(20)
    expect(looks.mock.calls).toEqual([[0], [1], [0]])
    bench.tick(10)
    expect(dashboard.updated).toHaveLength(100 + 99 + 100)
  })

  test('for those that come behind too many points in a later tick, each in the end', () => {
    const { bench, looks } = missed(SOUGHT_A_TICK_MAX + 1)
    const dashboards = Array.from({ length: 4 }, () => bench.open(4))
    bench.tick()
    for (const dashboard of dashboards) dashboard.subscribe(4, FROM)
    const counts = Array.from({ length: 5 }, () => {
      const before = looks.mock.calls.length
      bench.tick()
      return before
    })
    expect(counts).toEqual([1, 2, 3, 4, 4])
  })
})
