// @module-tag slow

import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { varint } from '../../src/intake/packet-fields.js'
import { SOON, SOON_MS } from '../support/soon.js'
import { RawClient } from '../unit/intake/raw-client.js'
import { type Setup, start } from '../unit/intake/started-broker.js'

/**
 * Clients of MQTT 5 that leave as much behind as they may, wave after wave, each under a name of its own: what is kept is
 * bounded by number, so that a later wave finds no more memory taken than an earlier one.
 */

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const SESSIONS = 100
const WAVES = 6
const CLIENTS_A_WAVE = 150
/** Other waves leave the same behind, but for what the runtime itself puts aside. */
const GROWTH_BYTES_MAX = 2 * 1024 * 1024

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.of(value.length >> 8, value.length & 255), Buffer.from(value)])
const number32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const pairs = (count: number, length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) => Buffer.concat([Buffer.of(0x26), text(`k${i}`), text('v'.repeat(length))])),
  )
const properties = (...parts: Buffer[]): Buffer => {
  const all = Buffer.concat(parts)
  return Buffer.concat([varint(all.length), all])
}
const packet = (firstByte: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(firstByte), varint(body.length), body])
}

/** CONNECT with a session that never expires, a will that waits a day, and user properties as long as there is room. */
const connectPacket = (id: string): Buffer =>
  packet(
    0x10,
    text('MQTT'),
    Buffer.of(5, 0x06, 0, 0),
    properties(Buffer.of(17), number32(0xffff_ffff), pairs(20, 40)),
    text(id),
    properties(Buffer.of(24), number32(86_400), pairs(20, 80)),
    text(`wills/${id}`),
    text('w'.repeat(500)),
  )
const subscribePacket = (id: string, messageId: number): Buffer =>
  packet(
    0x82,
    Buffer.of(0, messageId),
    properties(Buffer.of(11), varint(1_000_000 + messageId), pairs(50, 100)),
    ...Array.from({ length: 20 }, (_, i) =>
      Buffer.concat([text(`${i % 2 ? '' : '$share/s/'}flood/${id}/${i}`), Buffer.of(1)]),
    ),
  )
const publishPacket = (id: string, alias: number): Buffer =>
  packet(
    0x33,
    text(`flood/${id}/${alias}/${'t'.repeat(200)}`),
    Buffer.of(0, alias),
    properties(Buffer.of(0x23, 0, alias), pairs(100, 100)),
    Buffer.from('{}'),
  )

async function leaves({ broker }: Setup, id: string): Promise<void> {
  // One that no list of the tests keeps.
  const raw = await RawClient.dial(broker.port)
  raw.send(connectPacket(id), subscribePacket(id, 1), subscribePacket(id, 2))
  for (let alias = 1; alias <= 32; alias++) raw.send(publishPacket(id, alias))
  // PUBACKs of all 32; the last one may have a reason behind its packet id. Ten clients that looked every few ms would take a core.
  const signal = AbortSignal.timeout(SOON_MS)
  while (!raw.received.includes(Buffer.of(0, 32), raw.received.length - 4)) await once(raw.socket, 'data', { signal })
  raw.socket.destroy()
}

/** Memory that is left when what belongs to connections has gone, which takes the runtime some turns. */
async function held(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < 10; look++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    collect()
    const { heapUsed, external } = process.memoryUsage()
    least = Math.min(least, heapUsed + external)
  }
  return least
}

test('sessions that never end, wills that wait, aliases, identifiers and user properties leave memory flat', async () => {
  const setup = await start(null, {
    limits: { sessions: SESSIONS, retained: 500, subscriptions_total: 5000, retained_per_s: 0 },
  })
  const heapBytes: number[] = []
  let wills = 0
  for (let wave = 0; wave < WAVES; wave++) {
    for (let i = 0; i < CLIENTS_A_WAVE; i += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, k) => leaves(setup, `w${wave}-${i + k}`)))
    }
    await vi.waitFor(() => expect(setup.stats.read().clients).toBe(0), SOON)
    // A will is published behind the end of the session that was dropped.
    const told = () => wills + setup.journal.messages.filter(({ topic }) => topic.startsWith('wills/')).length
    const dropped = (wave + 1) * CLIENTS_A_WAVE - SESSIONS
    await vi.waitFor(() => expect(told()).toBeGreaterThanOrEqual(dropped), SOON)
    wills = told()
    // The journal of the test keeps what it is given, which a journal on a disk does not.
    setup.journal.entries.length = 0
    heapBytes.push(await held())
  }
  const all = WAVES * CLIENTS_A_WAVE
  const { limited } = setup.stats.read()
  // The first wave fills what is bounded.
  const said = heapBytes.map((bytes) => (bytes / 1024 / 1024).toFixed(1)).join(' ')
  expect(heapBytes.at(-1)! - heapBytes[1]!, `MiB after each wave: ${said}`).toBeLessThan(GROWTH_BYTES_MAX)
  expect(limited.sessions).toBe(all - SESSIONS)
  // The will of every session that was dropped is published, before its day is over.
  expect(wills).toBeGreaterThanOrEqual(all - SESSIONS)
  expect(limited.retained).toBeGreaterThan(0)
})
