/**
 * A place just before a record: everything before it has been read. It names the checksum of the record before it, so
 * that a cursor which was saved with another journal does not validate.
 */
export interface Cursor {
  readonly segment: number
  /** Bytes from the start of the segment's file. */
  readonly offset: number
  readonly crc: number
}

/** Before everything; segments are counted from 1. */
export const START: Cursor = { segment: 0, offset: 0, crc: 0 }

const SEGMENT_SPAN = 2 ** 32

/** One number for a place, which grows along the journal: below 2^53 for the first two million segments. */
export function positionOf(c: Pick<Cursor, 'segment' | 'offset'>): number {
  return c.segment * SEGMENT_SPAN + c.offset
}

/** The way back from `positionOf`; the checksum is not in it. */
export function journalPlaceOf(position: number): { readonly segment: number; readonly offset: number } {
  return { segment: Math.floor(position / SEGMENT_SPAN), offset: position % SEGMENT_SPAN }
}
