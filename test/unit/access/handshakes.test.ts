import type { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Handshakes } from '../../../src/access/places/handshakes.js'
import { originOf } from '../../../src/access/places/origin.js'

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
    handshakes.ask(
      socket as Socket,
      () => {
        compute()
        order.push(name)
      },
      originOf(address),
      false,
    )
  const sinceMs = performance.now()
  for (let i = 0; i < 10; i++) ask(`crowd ${i}`, '10.0.0.1')
  ask('gone', '10.0.0.2', { destroyed: true })
  ask('device', '192.168.1.7')
  await vi.waitFor(() => expect(order).toHaveLength(11), { timeout: 10_000 })
  expect(order.indexOf('device')).toBeLessThanOrEqual(2)
  // Ten pauses of one and a half times what each took.
  expect(performance.now() - sinceMs).toBeGreaterThan(11 * COST_MS + 10 * 1.4 * COST_MS)
})
