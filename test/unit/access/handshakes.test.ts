import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Handshakes } from '../../../src/access/places/handshakes.js'
import { originOf } from '../../../src/access/places/origin.js'
import { Strangers } from '../../../src/access/places/strangers.js'
import { SOON } from '../../support/soon.js'

const COST_MS = 10

/** Computes for as long as a handshake does. */
function compute(): void {
  const untilMs = performance.now() + COST_MS
  while (performance.now() < untilMs);
}

test('handshakes leave most of the thread to others, and a network waits for its own', async () => {
  const handshakes = new Handshakes()
  const order: string[] = []
  const ask = (name: string, address: string, socket = { destroyed: false }): void =>
    handshakes.request(
      socket as Socket,
      () => {
        compute()
        order.push(name)
      },
      { originOf: () => originOf(address), isKnown: () => false, renew: () => {} },
    )
  const sinceMs = performance.now()
  for (let i = 0; i < 10; i++) ask(`crowd ${i}`, '10.0.0.1')
  ask('gone', '10.0.0.2', { destroyed: true })
  ask('device', '192.168.1.7')
  await vi.waitFor(() => expect(order).toHaveLength(11), SOON)
  expect(order.indexOf('device')).toBeLessThanOrEqual(2)
  // Ten pauses of one and a half times what each took.
  expect(performance.now() - sinceMs).toBeGreaterThan(11 * COST_MS + 10 * 1.4 * COST_MS)
})

class Dialled extends EventEmitter {
  readonly remoteAddress = '10.0.0.1'
  destroyed = false

  destroy(): void {
    this.destroyed = true
  }
}

test('of a plant that dials anew faster than it can be served those get through whose turn it is', async () => {
  const handshakes = new Handshakes()
  const strangers = new Strangers({ placesMax: 20, proveMs: null, dropped: () => {} })
  onTestFinished(() => strangers.close())
  let [begun, through] = [0, 0]
  const dial = (): void => {
    const socket = new Dialled() as unknown as Socket
    strangers.enter(socket)
    const goOn = (): void => {
      begun++
      compute()
      // The rest that the client has to send takes a round trip, in which five others dial.
      setTimeout(() => {
        if (!socket.destroyed) through++
      }, 20)
    }
    handshakes.request(socket, goOn, strangers)
  }
  // Served are 40 a second at most.
  const dialling = setInterval(() => {
    for (let i = 0; i < 2; i++) dial()
  }, 10)
  onTestFinished(() => clearInterval(dialling))
  await vi.waitFor(() => expect(begun).toBeGreaterThan(20), SOON)
  expect(through).toBeGreaterThan(begun / 2)
})
