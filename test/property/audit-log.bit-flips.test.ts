import { expect, test } from 'vitest'
import { canonical, NO_HASH } from '../../src/audit/ledger/entry.js'
import { checkAuditLog } from '../../src/audit/log/check.js'
import { entryBehind } from '../../src/audit/log/entry.js'
import type { AuditNote } from '../../src/base/audit-log.js'

const notes: readonly AuditNote[] = [
  { act: 'started', actor: '', subject: '1.0.0' },
  { act: 'signed_in', actor: '李雷', subject: '127.0.0.1' },
  { act: 'alarm_act', actor: 'wei', subject: 'suzhou-1 oee ack' },
]

/** Two segments, the second one with one entry. */
function written(): readonly Buffer[] {
  let last = { number: 0, hash: NO_HASH }
  const lines = notes.map((note) => {
    const entry = entryBehind(last, '2026-10-01T00:00:00.000Z', note)
    last = entry
    return `${canonical(entry)}\n`
  })
  return [Buffer.from(lines.slice(0, 2).join('')), Buffer.from(lines.slice(2).join(''))]
}

test('every single bit of a log that is turned over is found, and so is every byte that is cut off before a seal', () => {
  const segments = written()
  const isWhole = (changed: number, bytes: Uint8Array, seals: ReadonlyMap<number, string> = new Map()) => {
    const read = (segment: number) => (segment === changed ? bytes : segments[segment - 1]!)
    const files = { names: ['000001.jsonl', '000002.jsonl'], segments: [1, 2], read }
    return checkAuditLog(files, seals).every(({ ok }) => ok)
  }
  expect(isWhole(1, segments[0]!)).toBe(true)

  const missed: string[] = []
  for (const [i, bytes] of segments.entries()) {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      if (isWhole(i + 1, flipped)) missed.push(`segment ${i + 1} bit ${bit}`)
    }
  }
  expect(missed).toEqual([])

  const newest = segments[1]!
  const seals = new Map([[3, JSON.parse(newest.toString()).hash as string]])
  expect(isWhole(2, newest, seals)).toBe(true)
  for (let length = 0; length < newest.length; length++) {
    if (isWhole(2, newest.subarray(0, length), seals)) missed.push(`cut to ${length} bytes`)
  }
  expect(missed).toEqual([])
})
