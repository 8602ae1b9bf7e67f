import { brotliCompressSync, brotliDecompressSync, constants, crc32 } from 'node:zlib'
import { decodeEntries, type JournalEntry } from '../journal/entries.js'

/**
 * Format of a batch, which a gateway in a plant sends to the centre as one message: entries of its journal of kind message, in
 * their order, byte for byte as they are in the journal, but for their properties (src/journal/entries.ts).
 *
 *     version u8 (1), bytes of the entries u32, CRC-32 of the entries u32, entries compressed by Brotli
 *
 * Numbers are little-endian. The head of the NATS message says whose entries they are, and from where to where in its journal.
 */
const VERSION = 1
const HEAD_BYTES = 9
/** Most bytes of the entries of one batch: nobody makes more, and a receiver decompresses no more. */
export const BATCH_BYTES_MAX = 16 * 2 ** 20

/** Heads of the NATS message: they are for people and for what orders and counts; the entries alone are journaled. */
export const EDGE_HEADER = 'Greengauge-Edge'
export const FROM_HEADER = 'Greengauge-From'
export const TO_HEADER = 'Greengauge-To'
export const COUNT_HEADER = 'Greengauge-Count'

const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: 5,
  [constants.BROTLI_PARAM_LGWIN]: 22,
}

/** @param entries what `encodeEntries` writes of messages, at most `BATCH_BYTES_MAX` */
export function encodeBatch(entries: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(VERSION, 0)
  head.writeUInt32LE(entries.length, 1)
  head.writeUInt32LE(crc32(entries), 5)
  const params = { ...BROTLI, [constants.BROTLI_PARAM_SIZE_HINT]: entries.length }
  return Buffer.concat([head, brotliCompressSync(entries, { params })])
}

type Message = Extract<JournalEntry, { kind: 'message' }>

/** The messages of a batch, or in words what is wrong with it. Never takes more memory than `BATCH_BYTES_MAX` and what it is given. */
export function decodeBatch(batch: Uint8Array): readonly Message[] | { readonly problem: string } {
  if (batch.length < HEAD_BYTES) return { problem: `${batch.length} bytes are no batch of a gateway` }
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length)
  const version = bytes.readUInt8(0)
  if (version !== VERSION) {
    return {
      problem: `format ${version} is not known here, ${VERSION} is: bring the centre to the version of the edge`,
    }
  }
  const sizeBytes = bytes.readUInt32LE(1)
  if (sizeBytes > BATCH_BYTES_MAX)
    return { problem: `it says that it holds ${sizeBytes} bytes: at most ${BATCH_BYTES_MAX} are taken` }
  try {
    const entries = brotliDecompressSync(bytes.subarray(HEAD_BYTES), { maxOutputLength: Math.max(1, sizeBytes) })
    if (entries.length !== sizeBytes)
      return { problem: `it says that it holds ${sizeBytes} bytes, and holds ${entries.length}` }
    if (crc32(entries) !== bytes.readUInt32LE(5)) return { problem: 'its checksum is wrong' }
    return messagesOf(decodeEntries(entries))
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

function messagesOf(entries: readonly JournalEntry[]): readonly Message[] | { readonly problem: string } {
  const messages: Message[] = []
  for (const entry of entries) {
    if (entry.kind !== 'message')
      return { problem: `it holds an entry of kind ${entry.kind}: only messages are forwarded` }
    if (!Number.isFinite(entry.arrivedAt)) return { problem: 'an entry has no time of arrival' }
    messages.push(entry)
  }
  return messages
}
