import { expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import { CONNACK, connect, PINGREQ, PINGRESP, packet, puback, publish, subscribe } from '../unit/intake/packets.js'
import type { RawClient } from '../unit/intake/raw-client.js'
import { client, dial, inbox, type Setup, start } from '../unit/intake/started-broker.js'

/** Clients that send more than all others together: what is theirs waits in their own sockets, and nobody waits behind it. */

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)

async function connected({ broker }: Setup, id: string): Promise<RawClient> {
  const raw = await dial(broker)
  raw.send(connect({ id }))
  await raw.receives(CONNACK)
  return raw
}

/** Everything that was sent before it has been read, or waits to be. */
async function isQuiet(count: () => number): Promise<number> {
  for (let before = -1; before !== count(); ) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return count()
}

const flood = (count: number, make: (i: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)))

const FLOODS: readonly (readonly [name: string, make: (i: number) => Buffer])[] = [
  ['retained messages of QoS 1', (i) => publish({ topic: `a/${i % 50}`, id: 1 + i, retain: true })],
  ['retained messages of QoS 0', (i) => publish({ topic: `a/${i % 50}`, qos: 0, retain: true })],
  ['messages of QoS 2', (i) => publish({ topic: 'a', qos: 2, id: 1 + i })],
]

test.each(FLOODS)('of a flood of %s a bounded number is under way, over all clients', async (_, make) => {
  const setup = await start(undefined, { limits: { retained_per_s: 0 } })
  const clients = await Promise.all(Array.from({ length: 60 }, (_, i) => connected(setup, `flood-${i}`)))
  for (const one of clients) one.send(flood(1000, make))
  // 2,000 of all, what was read at once when these were reached, and a few of each.
  expect(await isQuiet(() => setup.journal.waiting)).toBeLessThanOrEqual(2000 + 250 + 60 * 13)
  const device = await connected(setup, 'device')
  device.send(publish({ topic: 'plants/p/l/d/energy', id: 7, retain: true }), PINGREQ)
  await device.receives(PINGRESP)
  await waitFor(() => expect(setup.journal.messages.some((one) => one.client === 'device')).toBe(true))
})

test('nothing of a flood is lost, and all of it is acknowledged in order', async () => {
  const setup = await start(null, { limits: { retained_per_s: 0 } })
  const subscriber = await client(setup.broker)
  const got = inbox(subscriber)
  await subscriber.subscribeAsync('a/#', { qos: 1 })
  const device = await connected(setup, 'flood')
  device.send(flood(3000, (i) => publish({ topic: `a/${i}`, id: 1 + i, retain: true })))
  await device.receives(puback(3000))
  expect(device.received.length).toBe(CONNACK.length + 3000 * 4)
  await waitFor(() => expect(got).toHaveLength(3000))
  expect(got.map((line) => line.trim())).toEqual(Array.from({ length: 3000 }, (_, i) => `a/${i}`))
})

test('who sends more retained messages than mqtt.limits.retained_per_s is read more slowly, and nobody else', async () => {
  const setup = await start(null, { limits: { retained_per_s: 20 } })
  const [first, second] = [
    flood(60, (i) => publish({ topic: 'a', id: 1 + i, retain: true })),
    publish({ topic: 'a', id: 999, retain: true }),
  ]
  // A machine that stands still for two seconds says nothing of who waits for whom: then it is done once more.
  for (let isAnswered = false, times = 0; !isAnswered; times++) {
    const [loud, device] = [await connected(setup, `loud-${times}`), await connected(setup, `device-${times}`)]
    const sinceMs = performance.now()
    const isHeld = () => performance.now() - sinceMs <= 1900
    loud.send(first)
    await loud.receives(puback(60))
    loud.send(second)
    device.send(publish({ topic: 'b', id: 7, retain: true }))
    await device.receives(puback(7))
    const isThere = loud.received.includes(puback(999))
    isAnswered = isHeld()
    if (isAnswered) expect(isThere).toBe(false)
    await loud.receives(puback(999))
    expect(isHeld()).toBe(false)
    expect(setup.stats.read().limited.rate).toBeGreaterThan(times)
  }
})

test('floods of SUBSCRIBE, UNSUBSCRIBE and PINGREQ end, and an honest client is answered meanwhile', async () => {
  const setup = await start(null)
  const unsubscribe = packet(0xa2, Buffer.of(0, 1, 0, 1, 0x61))
  const clients = await Promise.all(Array.from({ length: 5 }, (_, i) => connected(setup, `flood-${i}`)))
  for (const one of clients) one.send(flood(2000, () => Buffer.concat([subscribe('a'), unsubscribe, PINGREQ])))
  const device = await connected(setup, 'device')
  device.send(publish({ topic: 'plants/p/l/d/energy', id: 7 }))
  await device.receives(puback(7))
  for (const one of clients) await waitFor(() => expect(one.received.length).toBe(4 + 2000 * (5 + 4 + 2)))
})
