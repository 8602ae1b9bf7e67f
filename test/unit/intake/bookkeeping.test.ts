import { expect, test } from 'vitest'
import type { MachineClockState } from '../../../src/base/steady-clock.js'
import { arrivalClock, notingClock } from '../../../src/intake/arrival-clock.js'
import { JournalBacklog } from '../../../src/intake/backlog.js'
import { mqttOptions } from '../../../src/intake/options.js'
import { ACK_BUCKETS_S, IntakeStats, STALL_BUCKETS_S } from '../../../src/intake/stats.js'

test('arrival times do not step back by little; a clock that was set back for good they follow', () => {
  const times = [100_000, 99_950, 100_020, 50_000]
  const clock = arrivalClock({ nowMs: () => times.shift()!, sleep: async () => {} })
  expect(Array.from({ length: 4 }, () => clock.nowMs())).toEqual([100_000, 100_000, 100_020, 50_000])
})

test('a jump is noted ahead of the first time behind it, once, and what became of it', () => {
  const states: MachineClockState[] = [
    { standing: 'steady', fromMs: 0, toMs: 0, changes: 0 },
    { standing: 'doubted', fromMs: 11, toMs: 9000, changes: 1 },
    { standing: 'doubted', fromMs: 11, toMs: 9000, changes: 1 },
    { standing: 'returned', fromMs: 11, toMs: 9000, changes: 2 },
    { standing: 'followed', fromMs: 14, toMs: 5000, changes: 4 },
  ]
  const times = [10, 11, 12, 13, 5000]
  const noted: unknown[] = []
  const machine = {
    state: states[0]!,
    nowMs() {
      this.state = states.shift()!
      return times.shift()!
    },
  }
  const clock = notingClock(
    machine,
    async () => {},
    (entry) => noted.push(entry),
  )
  for (let i = 0; i < 5; i++) noted.push(clock.nowMs())
  expect(noted).toEqual([
    10,
    { kind: 'clock', arrivedAt: 11, fromMs: 11, toMs: 9000 },
    11,
    12,
    { kind: 'clock', arrivedAt: 13, fromMs: 13, toMs: 13 },
    13,
    { kind: 'clock', arrivedAt: 5000, fromMs: 14, toMs: 5000 },
    5000,
  ])
})

test('a full backlog wakes the connections that wait when half of it is free, once', () => {
  const backlog = new JournalBacklog(4 * 2560) // four messages of 2 KiB with what each costs besides
  let woken = 0
  const resume = () => {
    woken += 1
  }
  for (let i = 0; i < 4; i++) backlog.add(2048)
  expect(backlog.isFull).toBe(true)
  backlog.whenRoom(resume)
  backlog.whenRoom(resume)
  backlog.remove(2048)
  expect(woken).toBe(0)
  backlog.remove(2048)
  expect(woken).toBe(1)
  backlog.remove(2048)
  backlog.remove(2048)
  expect(woken).toBe(1)
  expect(backlog.isEmpty).toBe(true)
})

test('another thread reads the same figures; the buckets are cumulative', () => {
  const stats = IntakeStats.create()
  stats.clientCame()
  stats.clientCame()
  stats.clientWent()
  stats.messageCame(120)
  stats.messageCame(80, 2, 'hj212')
  stats.acknowledged(0.0005)
  stats.acknowledged(0.002)
  stats.acknowledged(60)
  stats.stalled(0.5)
  stats.stalled(2)
  stats.limited('retained')
  stats.limited('retained')
  stats.forwardDropped()
  stats.limited('framing')
  const { clients, messages, bytes, ack, stalls, limited, forwardDrops, refused } = new IntakeStats(stats.shared).read()
  expect({ clients, bytes }).toEqual({ clients: 1, bytes: 200 })
  expect(messages).toEqual({ mqtt: 1, broker: 0, hj212: 2, modbus: 0, opcua: 0 })
  expect(stalls).toEqual({ count: 2, sumS: 2.5, buckets: STALL_BUCKETS_S.map((bound) => (bound < 0.5 ? 0 : 1)) })
  expect({ limited, forwardDrops, refused }).toMatchObject({
    limited: { retained: 2, forward: 1, framing: 1, sessions: 0 },
    forwardDrops: 1,
    refused: 1,
  })
  expect(ack.count).toBe(3)
  expect(ack.sumS).toBeCloseTo(60.0025)
  expect(ack.buckets).toEqual(ACK_BUCKETS_S.map((bound) => (bound < 0.0025 ? 1 : 2)))
})

test('the section mqtt has loopback defaults and knows no other key', () => {
  const { limits, ...others } = mqttOptions.parse({})
  expect(others).toEqual({
    enabled: true,
    host: '127.0.0.1',
    port: 1883,
    ws_port: null,
    tls: null,
    ws_origins: [],
    max_packet_bytes: 1_048_576,
    acl: [],
  })
  expect(limits).toMatchObject({
    connections: 10_000,
    unproved: 2000,
    subscriptions: 100,
    topic_levels: 16,
    unread_s: 60,
  })
  expect(mqttOptions.safeParse({ prot: 1883 }).success).toBe(false)
  expect(mqttOptions.safeParse({ acl: [{ deny: 'subscribe', topic: 'a#' }] }).success).toBe(false)
})
