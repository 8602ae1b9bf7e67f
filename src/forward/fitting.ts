import { decodeEntries, encodeEntries, type JournalEntry } from '../journal/entries.js'
import { encodeBatch } from './batch.js'

/** Payload bytes kept of a message that is larger than anything the centre takes. As many as of one too large for the journal. */
const SAMPLE_BYTES = 4096

export interface ForwardBatch {
  readonly bytes: Buffer
  readonly count: number
  readonly entryBytes: number
  /** Its one message is cut short. */
  readonly isCut: boolean
}

/**
 * Entries as batches of at most `sizeMax` bytes, in their order: one as a rule, more where they do not compress. Of a message that is
 * too large all by itself the first 4 KiB go, as if it had been too large for this gateway: the centre keeps those in quarantine.
 */
export function fitting(entries: Buffer, count: number, sizeMax: number): readonly ForwardBatch[] {
  const bytes = encodeBatch(entries)
  if (bytes.length <= sizeMax) return [{ bytes, count, entryBytes: entries.length, isCut: false }]
  const messages = decodeEntries(entries)
  if (messages.length === 1) {
    const cut = encodeEntries(messages.map(shortened))
    return [{ bytes: encodeBatch(cut), count, entryBytes: cut.length, isCut: true }]
  }
  const half = Math.ceil(messages.length / 2)
  return [messages.slice(0, half), messages.slice(half)].flatMap((part) =>
    fitting(encodeEntries(part), part.length, sizeMax),
  )
}

function shortened(entry: JournalEntry): JournalEntry {
  if (entry.kind !== 'message' || entry.payload.length <= SAMPLE_BYTES) return entry
  const { payload, fullSizeBytes } = entry
  return { ...entry, payload: payload.subarray(0, SAMPLE_BYTES), fullSizeBytes: fullSizeBytes ?? payload.length }
}
