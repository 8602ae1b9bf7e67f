import { randomBytes } from 'node:crypto'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BATCH_BYTES_MAX, decodeBatch, encodeBatch } from '../../../src/forward/batch.js'
import { fitting } from '../../../src/forward/fitting.js'
import type { IntakeEntryMessage } from '../../../src/intake/journal-sink.js'
import { encodeEntries } from '../../../src/journal/entries.js'
import { message, TS } from '../../support/intake-messages.js'

const three = [
  message(),
  message({ arrivedAt: TS + 1, retain: true, qos: 0 }),
  message({ ingress: 'hj212', topic: 'hj212/1' }),
]
const batch = encodeBatch(encodeEntries(three))

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(batch)
  change(bytes)
  return bytes
}

test('what goes in comes out', () => {
  expect(decodeBatch(batch)).toEqual(three)
  expect(decodeBatch(encodeBatch(encodeEntries([])))).toEqual([])
})

test('messages that are alike take a fraction of their size', () => {
  const many = encodeEntries(Array.from({ length: 1000 }, (_, i) => message({ arrivedAt: TS + i * 97 })))
  expect(encodeBatch(many).length).toBeLessThan(many.length / 10)
})

describe('a batch that cannot be used says why', () => {
  const BOMB = changed((bytes) => bytes.writeUInt32LE(BATCH_BYTES_MAX + 1, 1))
  const zeros = brotliCompressSync(Buffer.alloc(64 * 2 ** 20))
  const lying = Buffer.concat([batch.subarray(0, 9), zeros])
  test.each<readonly [string, Uint8Array, RegExp]>([
    ['nothing', Buffer.alloc(0), /0 bytes are no batch/],
    ['another format', changed((bytes) => bytes.writeUInt8(2, 0)), /format 2 is not known/],
    ['one that says it is too large', BOMB, /at most/],
    ['one that is larger than it says', lying, /larger than/],
    ['one that is smaller than it says', changed((bytes) => bytes.writeUInt32LE(100_000, 1)), /and holds \d+/],
    ['another checksum', changed((bytes) => bytes.writeUInt32LE(1, 5)), /checksum/],
    ['one that was cut off', batch.subarray(0, batch.length - 4), /./],
    ['noise', Buffer.concat([batch.subarray(0, 9), Buffer.alloc(40, 0xff)]), /./],
    ['an entry of another kind', encodeBatch(encodeEntries([{ kind: 'tick', arrivedAt: TS }])), /kind tick/],
    ['no time', encodeBatch(encodeEntries([message({ arrivedAt: Number.NaN })])), /no time of arrival/],
    ['entries that are none', encodeBatch(Buffer.alloc(20, 9)), /unknown kind/],
  ])('%s', (_, bytes, problem) => {
    expect(decodeBatch(bytes)).toEqual({ problem: expect.stringMatching(problem) })
  })
})

describe('entries as batches that a server takes', () => {
  const messagesOf = ({ bytes }: { bytes: Uint8Array }) => decodeBatch(bytes) as readonly IntakeEntryMessage[]

  const noise = (sizeBytes: number) => message({ payload: randomBytes(sizeBytes) })

  test('one where it fits', () => {
    expect(fitting(encodeEntries(three), 3, 2000)).toMatchObject([{ count: 3, isCut: false }])
  })

  test('several in order where it does not', () => {
    const messages = [noise(900), noise(900), noise(900), noise(900), noise(900)]
    const batches = fitting(encodeEntries(messages), 5, 2500)
    expect(batches.length).toBeGreaterThan(2)
    expect(Math.max(...batches.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(2500)
    expect(batches.flatMap(messagesOf)).toEqual(messages)
  })

  test('of a message that is too large alone the beginning goes, with its size', () => {
    const large = noise(10_000)
    const batches = fitting(encodeEntries([three[0]!, large]), 2, 6000)
    expect(batches.map(({ isCut, count }) => [isCut, count])).toEqual([
      [false, 1],
      [true, 1],
    ])
    const cut = { ...large, payload: large.payload.subarray(0, 4096), fullSizeBytes: 10_000 }
    expect(batches.flatMap(messagesOf)).toEqual([three[0], cut])
  })
})
