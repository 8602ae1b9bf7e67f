import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { journalSubject } from '../../nats/names.js'

/** Bytes appended to a segment file as one message of the journal's stream. Longer ones than a message holds are several. */
export interface StreamWrite {
  readonly segment: number
  /** In the segment's file; at 0 are the header and the first records of a new one. */
  readonly offset: number
  readonly bytes: Uint8Array
  /** Messages of devices through these records. */
  readonly messages: number
  /** Epoch of the owner who wrote it. */
  readonly epoch: number
}

/** As it is kept in the stream. */
export interface StoredWrite extends StreamWrite {
  readonly sequence: number
}

/** A message that only says who appends from here on. Segments are counted from 1. */
export const CLAIM: Omit<StreamWrite, 'epoch'> = { segment: 0, offset: 0, bytes: new Uint8Array(0), messages: 0 }

export function isClaim(write: Pick<StreamWrite, 'segment'>): boolean {
  return write.segment === CLAIM.segment
}

const OFFSET = 'Greengauge-Offset'
const MESSAGES = 'Greengauge-Messages'
const EPOCH = 'Greengauge-Epoch'

export function headersOf(write: StreamWrite): MsgHdrs {
  const said = headers()
  said.set(OFFSET, String(write.offset))
  said.set(MESSAGES, String(write.messages))
  said.set(EPOCH, String(write.epoch))
  return said
}

/** Throws when it is no message of a journal. */
export function writeOf(message: {
  readonly subject: string
  readonly seq: number
  readonly data: Uint8Array
  readonly header?: MsgHdrs | undefined
  readonly headers?: MsgHdrs | undefined
}): StoredWrite {
  const said = message.header ?? message.headers
  const write = {
    segment: segmentOfSubject(message.subject),
    offset: Number(said?.get(OFFSET) || Number.NaN),
    bytes: message.data,
    messages: Number(said?.get(MESSAGES) || NaN),
    epoch: Number(said?.get(EPOCH) || NaN),
    sequence: message.seq,
  }
  for (const number of [write.segment, write.offset, write.messages, write.epoch]) {
    if (!Number.isSafeInteger(number)) {
      throw new Error(
        `message ${message.seq} under ${message.subject} is none of a journal: nobody else may publish there`,
      )
    }
  }
  return write
}

export function writeSubjectOf(partition: number, write: Pick<StreamWrite, 'segment'>): string {
  return journalSubject(partition, write.segment)
}

export function segmentOfSubject(subject: string): number {
  return Number(subject.slice(subject.lastIndexOf('.') + 1))
}

export function isSameWrite(a: StreamWrite, b: StreamWrite): boolean {
  return a.segment === b.segment && a.offset === b.offset && a.epoch === b.epoch && Buffer.from(a.bytes).equals(b.bytes)
}

/** In pieces that each fit into a message. */
export function messagePiecesOf(write: StreamWrite, bytesMax: number): StreamWrite[] {
  if (write.bytes.length <= bytesMax) return [write]
  const pieces: StreamWrite[] = []
  for (let at = 0; at < write.bytes.length; at += bytesMax) {
    pieces.push({ ...write, offset: write.offset + at, bytes: write.bytes.subarray(at, at + bytesMax) })
  }
  return pieces
}
