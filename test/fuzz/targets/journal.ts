import { crc32 } from 'node:zlib'
import { START } from '../../../src/journal/cursor.js'
import { decodeEntries, encodeEntries } from '../../../src/journal/entries.js'
import { EntryCursor } from '../../../src/journal/entry-cursor.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { encodeRecord, encodeSegmentHeader, RECORD_HEADER_BYTES, segmentPath } from '../../../src/journal/segment.js'
import { ARRIVED_AT } from '../../support/fuzz/corpus.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const DIR = '/journal'
const cursor = new EntryCursor()
const header = encodeSegmentHeader({ segment: 1, previous: START, messages: 0 })

/** A body of the journal for both of its readers, and a segment file for the reader of records. */
export const target: FuzzTarget = {
  name: 'journal',
  says: 'bytes stand in the journal, as the entries of a record or as the file of a segment',
  bytesMax: 1500,
  words: ['GREENJNL', '\\x01\\x00\\x00\\x00', '\\xff\\xff\\xff\\xff', 'plants/p/l/d/energy'],
  seeds() {
    const bodies = [body('{"metrics":{"elec_import_kwh":1}}'), body(''), Buffer.alloc(0)]
    const file = Buffer.concat([header, ...records(bodies)])
    const torn = [file.subarray(0, -3), file.subarray(0, 60), file.subarray(0, 40), Buffer.from(file).fill(0, 70, 80)]
    return [...bodies.map((one) => deciding(0, one)), ...[file, ...torn].map((one) => deciding(1, one))]
  },
  fuzz(input) {
    const { choice, rest } = decided(input)
    if ((choice & 1) === 0) entries(rest)
    else segment(rest)
  },
}

export const fuzz = withoutStalls(target)

function entries(bytes: Buffer): void {
  const byCursor = told(() => {
    const all: unknown[] = []
    cursor.open(bytes)
    while (cursor.next()) {
      const { kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, payload } = cursor
      all.push(
        kind === 'message'
          ? [kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, hex(payload)]
          : [kind, arrivedAt],
      )
    }
    return all
  })
  const byEntries = told(() =>
    decodeEntries(bytes).map((entry) => {
      if (entry.kind !== 'message') return [entry.kind, entry.arrivedAt]
      const { kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, payload } = entry
      return [kind, arrivedAt, ingress, client, topic, retain, fullSizeBytes, hex(payload)]
    }),
  )
  if (byCursor !== byEntries) throw new Error(`the two readers say ${byCursor} and ${byEntries}`)
}

/** Reads a segment file of any content: what is read was written so, each record with a true checksum, and the reader ends. */
function segment(file: Buffer): void {
  const disk = new SimulatedDisk(1)
  const fd = disk.create(segmentPath(DIR, 1))
  disk.write(fd, file, 0)
  disk.close(fd)
  const open = new JournalReader(disk, DIR, START)
  try {
    const upTo = 2 ** 32 + file.length
    let count = 0
    for (let read = open.read(upTo, 4096); read.length > 0; read = open.read(upTo, 4096)) {
      count += read.length
      if (count > file.length / RECORD_HEADER_BYTES) throw new Error('it reads more records than the file has room for')
      for (const { body: bytes } of read)
        if (bytes.length > file.length) throw new Error('a record is larger than its file')
    }
  } catch (error) {
    if (!isExpected(error)) throw error
  } finally {
    open.close()
  }
}

/** A segment of another version is refused with a sentence; so is a body that is none. */
function isExpected(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.message.includes('this program reads'))
}

function told(read: () => unknown): string {
  try {
    return JSON.stringify(read())
  } catch (error) {
    if (error instanceof RangeError) return 'RangeError'
    throw error
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function body(payload: string): Buffer {
  const message = {
    kind: 'message',
    ingress: 'mqtt',
    client: 'edge',
    topic: 'plants/p/l/d/energy',
    qos: 1,
    retain: false,
  } as const
  return Buffer.from(
    encodeEntries([
      { ...message, arrivedAt: ARRIVED_AT, fullSizeBytes: null, payload: Buffer.from(payload) },
      { kind: 'session', arrivedAt: ARRIVED_AT, what: 'end', client: 'edge' },
      { kind: 'config', arrivedAt: ARRIVED_AT, hash: 'x', content: '{}' },
      { kind: 'tick', arrivedAt: ARRIVED_AT + 1 },
    ]),
  )
}

function records(bodies: readonly Buffer[]): Buffer[] {
  let previousCrc = crc32(header.subarray(0, 36))
  let durableOffset = header.length
  return bodies.map((one) => {
    const into = Buffer.alloc(RECORD_HEADER_BYTES + one.length)
    previousCrc = encodeRecord(into, 0, { body: one, previousCrc, durableOffset, messagesThrough: 1 })
    durableOffset += into.length
    return into
  })
}
