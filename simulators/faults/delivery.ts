import { HOUR_MS } from '../../src/base/durations.js'
import { randomStream } from '../random.js'
import { IN_FLIGHT_MAX, type Send, type SendFault } from '../sends.js'
import type { Key } from './key.js'

/** Faults of the way: after them every message has been delivered, so every figure must be as if nothing had been. */

const LATE = { share: 0.05, minMs: 120_000, timesMax: 90, heldMax: 200 } as const
const DUPLICATE_SHARE = 0.05
const REORDER = { share: 0.08, sendsMin: 2, sendsMax: 6 } as const
const CUT_EACH_MS = 8 * HOUR_MS

/** Some messages are held back for minutes to hours of event time. */
export function late(key: Key): SendFault {
  return async function* (sends) {
    const random = randomStream(...key, 'late')
    let held: { readonly send: Send; readonly dueMs: number }[] = []
    for await (const send of sends) {
      const due = held.filter((one) => one.dueMs <= send.atMs)
      if (due.length > 0) {
        held = held.filter((one) => one.dueMs > send.atMs)
        for (const one of due.sort((a, b) => a.dueMs - b.dueMs)) yield one.send
      }
      const isHeld = random() < LATE.share
      const afterMs = LATE.minMs * LATE.timesMax ** random()
      if (isHeld && held.length < LATE.heldMax) held.push({ send, dueMs: send.atMs + afterMs })
      else yield send
    }
    for (const one of held.sort((a, b) => a.dueMs - b.dueMs)) yield one.send
  }
}

/** Some messages are sent twice. */
export function duplicate(key: Key): SendFault {
  return async function* (sends) {
    const random = randomStream(...key, 'duplicate')
    for await (const send of sends) {
      yield send
      if (random() < DUPLICATE_SHARE) yield { ...send, isCut: false }
    }
  }
}

/** Now and then a few neighbours overtake each other. */
export function reorder(key: Key): SendFault {
  return async function* (sends) {
    const random = randomStream(...key, 'reorder')
    let size = 0
    const kept: Send[] = []
    for await (const send of sends) {
      if (size === 0 && random() < REORDER.share) {
        size = REORDER.sendsMin + Math.floor(random() * (REORDER.sendsMax - REORDER.sendsMin + 1))
      }
      if (size === 0) {
        yield send
        continue
      }
      kept.push(send)
      if (kept.length < size) continue
      while (kept.length > 0) yield kept.splice(Math.floor(random() * kept.length), 1)[0]!
      size = 0
    }
    yield* kept
  }
}

/**
 * Every eight hours of event time or so the connection is cut in the middle. Not behind messages of which rejections are
 * expected: what is in flight is sent again, and would be refused twice.
 */
export function disconnect(key: Key): SendFault {
  return async function* (sends) {
    const random = randomStream(...key, 'disconnect')
    let nextMs: number | null = null
    let cleanInARow = 0
    for await (const send of sends) {
      nextMs ??= send.atMs + random() * CUT_EACH_MS
      cleanInARow = Object.keys(send.rejections).length > 0 ? 0 : cleanInARow + 1
      const isCut = send.atMs >= nextMs && cleanInARow > IN_FLIGHT_MAX
      if (isCut) nextMs = send.atMs + (0.5 + random()) * CUT_EACH_MS
      yield isCut ? { ...send, isCut } : send
    }
  }
}
