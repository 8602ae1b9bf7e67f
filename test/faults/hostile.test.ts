// @module-tag deep
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SOON_MS } from '../support/soon.js'
import { CONNACK, connect, number16, packet, puback, publish, text } from '../unit/intake/packets.js'
import { RawClient } from '../unit/intake/raw-client.js'
import type { SideFigures } from './hostile-side.js'

/**
 * Clients that mean harm, against a broker in a process of its own: no turn of its event loop may do more work than its
 * share, its memory must not grow, and an honest device must be served meanwhile. How long that takes
 * depends on the machine, so milliseconds are looked at only when it is asked for: `HOSTILE_SECONDS` makes each
 * attack longer, measures, and tells the figures; `HOSTILE_SIDE=plain` measures aedes without our guards, which fails.
 * docs/decisions/020-guards.md has figures.
 */
const SECONDS = Number(process.env.HOSTILE_SECONDS ?? 0.5)
const SIDE = process.env.HOSTILE_SIDE ?? 'guarded'
const IS_MEASURED = process.env.HOSTILE_SECONDS !== undefined || SIDE !== 'guarded'
const STALL_MS_MAX = 50
/** The share of a turn, and what is begun last: a thousand units of one connection's packets, or a message for all. */
const TURN_UNITS_MAX = 2000 + 2000
/** Most memory in use that an attack may add; the system sees up to twice as much when garbage is made faster than it is collected. */
const HELD_MB_MAX = 40
const RSS_MB_MAX = 120

let side: ChildProcess
let port: number
const clients: RawClient[] = []

beforeEach(async () => {
  side = fork(join(import.meta.dirname, 'hostile-side.ts'), [SIDE], { execArgv: ['--import', 'tsx', '--expose-gc'] })
  ;({ port } = (await once(side, 'message'))[0] as { port: number })
})

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  const gone = once(side, 'exit')
  side.kill('SIGKILL')
  await gone
})

async function figures(): Promise<SideFigures> {
  side.send('figures')
  return (await once(side, 'message'))[0] as SideFigures
}

async function dial(): Promise<RawClient> {
  const raw = await RawClient.dial(port)
  clients.push(raw)
  return raw
}

interface HonestFigures {
  readonly acknowledged: number
  readonly longestMs: number
  /** False when the last one was not acknowledged, or the connection was closed. */
  readonly isServed: boolean
}

/** Publishes one small message after the other, each when the one before is acknowledged, and one at least; gives the longest wait. */
async function honest(untilMs: number): Promise<HonestFigures> {
  const raw = await dial()
  raw.send(connect({ id: 'honest' }))
  await raw.receives(CONNACK)
  let acknowledged = 0
  let longestMs = 0
  let isServed = true
  do {
    raw.received = Buffer.alloc(0)
    const sentMs = performance.now()
    raw.send(publish({ topic: 'plants/p/l/d/energy', id: 1, payload: '{"metrics":{"elec_import_kw":1}}' }))
    while (!raw.received.includes(puback(1)) && !raw.isClosed && performance.now() < sentMs + SOON_MS) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    longestMs = Math.max(longestMs, performance.now() - sentMs)
    isServed = raw.received.includes(puback(1))
    if (isServed) acknowledged += 1
  } while (performance.now() < untilMs && isServed)
  return { acknowledged, longestMs, isServed }
}

/** Lets `attack` go on beside an honest device and looks at what it did. */
async function underAttack(name: string, attack: (untilMs: number) => Promise<void>): Promise<void> {
  // Code that is only loaded and compiled once is no harm done.
  await honest(performance.now() + 300)
  const before = await figures()
  const untilMs = performance.now() + SECONDS * 1000
  const [device] = await Promise.all([honest(untilMs), attack(untilMs)])
  const after = await figures()
  const heldMb = after.heldMb - before.heldMb
  const rssMb = after.rssMb - before.rssMb
  if (IS_MEASURED) {
    const limited = Object.entries(after.limited).filter(([, count]) => count > 0)
    const { stallMs, unitsMax, straight, cpuMs } = after
    console.log(name, SIDE, { stallMs, unitsMax, heldMb, rssMb, cpuMs, straight, ...device }, limited)
    expect(device.acknowledged).toBeGreaterThan(3 * SECONDS)
    expect(after.stallMs).toBeLessThan(STALL_MS_MAX)
  }
  expect(device.isServed).toBe(true)
  expect(device.acknowledged).toBeGreaterThan(0)
  expect(after.unitsMax).toBeLessThanOrEqual(TURN_UNITS_MAX)
  expect(heldMb).toBeLessThan(HELD_MB_MAX)
  expect(rssMb).toBeLessThan(RSS_MB_MAX)
}

const options = { timeout: 600_000 + 10_000 * SECONDS }

test('a subscriber that does not read, while 64 KiB messages come for it', options, () =>
  underAttack('frozen subscriber', async (untilMs) => {
    for (let i = 0; i < 5; i++) {
      const frozen = await dial()
      frozen.send(connect({ id: `frozen-${i}` }), packet(0x82, number16(1), text('#'), Buffer.of(0)))
      frozen.socket.pause()
    }
    const reader = await dial()
    reader.send(connect({ id: 'reader' }), packet(0x82, number16(1), text('marker'), Buffer.of(0)))
    const device = await dial()
    device.send(connect({ id: 'loud' }))
    device.socket.on('data', () => {
      device.received = Buffer.alloc(0)
    })
    const bulk = publish({ topic: 'bulk', id: 1, payload: Buffer.alloc(64 * 1024) })
    while (performance.now() < untilMs && !device.isClosed) {
      if (device.socket.write(bulk)) await new Promise((resolve) => setTimeout(resolve, 1))
      else await Promise.race([once(device.socket, 'drain'), new Promise((resolve) => setTimeout(resolve, 100))])
    }
    // Whoever reads still gets what comes for it.
    device.send(publish({ topic: 'marker', id: 2, payload: 'for the reader' }))
    await reader.receives(Buffer.from('for the reader'))
  }),
)

test('1,000 connections that announce 256 MiB before any CONNECT', options, () =>
  underAttack('announced 256 MiB', async (untilMs) => {
    const announced = Buffer.concat([Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f), Buffer.alloc(256 * 1024)])
    for (let i = 0; i < 1000 && performance.now() < untilMs + 5000; i++) {
      const raw = await dial()
      raw.socket.write(announced)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, untilMs - performance.now())))
  }),
)

/** Every filter of so many levels, "+" or a word in each: all of them match one topic. */
function combinations(levels: number): string[] {
  return Array.from({ length: 2 ** levels }, (_, bits) =>
    Array.from({ length: levels }, (_, at) => ((bits >> at) & 1 ? '+' : 'x')).join('/'),
  )
}

test('floods of wildcard subscriptions, and messages that match all of them', options, () =>
  underAttack('wildcard floods', async (untilMs) => {
    const filters = [...combinations(10), ...Array(2000).fill('#'), ...Array(500).fill(`${'+/'.repeat(60)}#`)]
    const flood = filters.map((filter, i) => packet(0x82, number16(1 + i), text(filter), Buffer.of(1)))
    for (let i = 0; i < 10; i++) {
      const raw = await dial()
      raw.send(connect({ id: `flood-${i}`, flags: i % 2 === 0 ? 2 : 0 }))
      await raw.receives(CONNACK)
      raw.send(...flood)
      raw.socket.on('data', () => {
        raw.received = Buffer.alloc(0)
      })
    }
    const device = await dial()
    device.send(connect({ id: 'matching' }))
    const matching = publish({ topic: 'x/x/x/x/x/x/x/x/x/x', id: 1, payload: 'y' })
    const many = Buffer.concat(Array.from({ length: 50 }, () => matching))
    while (performance.now() < untilMs && !device.isClosed) {
      device.received = Buffer.alloc(0)
      if (device.socket.write(many)) await new Promise((resolve) => setTimeout(resolve, 20))
      else await Promise.race([once(device.socket, 'drain'), new Promise((resolve) => setTimeout(resolve, 100))])
    }
  }),
)

test('floods of packets of two to eight bytes', options, () =>
  underAttack('tiny packets', async (untilMs) => {
    const subscribe = packet(0x82, number16(1), text('a'), Buffer.of(0))
    const unsubscribe = packet(0xa2, number16(1), text('b'))
    const tiny = publish({ topic: 'a', qos: 0 })
    const flood = Buffer.concat(
      Array.from({ length: 5000 }, () => [subscribe, unsubscribe, tiny, Buffer.of(0xc0, 0)]).flat(),
    )
    const attackers = await Promise.all(
      Array.from({ length: 5 }, async (_, i) => {
        const raw = await dial()
        raw.send(connect({ id: `tiny-${i}` }))
        await raw.receives(CONNACK)
        raw.socket.on('data', () => {
          raw.received = Buffer.alloc(0)
        })
        return raw
      }),
    )
    while (performance.now() < untilMs) {
      for (const { socket, isClosed } of attackers) if (!isClosed && !socket.writableNeedDrain) socket.write(flood)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }),
)

/** Four clients that send the same again and again, as fast as it is taken. */
async function fourOf(untilMs: number, make: (i: number) => Buffer): Promise<void> {
  const flood = Buffer.concat(Array.from({ length: 2000 }, (_, i) => make(i)))
  const attackers = await Promise.all(
    Array.from({ length: 4 }, async (_, i) => {
      const raw = await dial()
      raw.send(connect({ id: `four-${i}` }))
      await raw.receives(CONNACK)
      raw.socket.on('data', () => {
        raw.received = Buffer.alloc(0)
      })
      return raw
    }),
  )
  while (performance.now() < untilMs) {
    for (const { socket, isClosed } of attackers) if (!isClosed && !socket.writableNeedDrain) socket.write(flood)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test.each([
  ['retained messages', (i: number) => publish({ topic: `a/${i % 50}`, id: 1 + i, retain: true, payload: 'x' })],
  ['messages of QoS 2 that are never released', (i: number) => publish({ topic: 'a', qos: 2, id: 1 + i })],
  ['messages of fifty topics', (i: number) => publish({ topic: `a/${i % 50}`, id: 1 + i, payload: 'x' })],
  ['messages that somebody hears', (i: number) => publish({ topic: 'heard/x', id: 1 + i, payload: 'x' })],
] as const)('floods of %s', options, (name, make) =>
  underAttack(name, async (untilMs) => {
    const hearer = await dial()
    hearer.send(connect({ id: 'hearer' }), packet(0x82, number16(1), text('heard/#'), Buffer.of(0)))
    hearer.socket.on('data', () => {
      hearer.received = Buffer.alloc(0)
    })
    await fourOf(untilMs, make)
  }),
)
