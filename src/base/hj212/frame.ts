/**
 * The frame of HJ 212: `##`, four decimal digits with the length of the data segment in bytes, the segment, four hex
 * digits of check sum, `\r\n`. The same in the editions of 2005, 2017 and 2025.
 * Source: HJ 212-2017, as public repositories quote its text; that of 2025 as they implement it.
 */

/**
 * Length and check sum of a frame, as it declares them and as its bytes say. A frame whose two lengths or two check sums differ is
 * rejected whole.
 */
export interface Hj212Frame {
  readonly declaredLength: number
  /** Bytes of the data segment. */
  readonly length: number
  /** Upper case, as `crc`; what stands at the place of the check sum, whatever that is. */
  readonly declaredCrc: string
  readonly crc: string
  /** Case of the letters of the check sum as they stand in the frame. */
  readonly crcLetters: CrcLetters | 'mixed' | 'none'
  readonly segment: Uint8Array
}

/** The standard's examples have upper case; some data loggers send lower case. */
export const CRC_LETTERS = ['upper', 'lower'] as const
export type CrcLetters = (typeof CRC_LETTERS)[number]

/** `##` and the length. */
export const FRAME_HEAD_BYTES = 6
export const FRAME_CRC_BYTES = 4
export const LINE_END = '\r\n'
/** Largest length that four digits can say. */
export const SEGMENT_BYTES_MAX = 9999

/** One frame without its line end; null for what has no header, or is too short for one and a check sum. */
export function readFrame(bytes: Uint8Array): Hj212Frame | null {
  const declaredLength = declaredLengthOf(bytes)
  if (declaredLength === null || bytes.length < FRAME_HEAD_BYTES + FRAME_CRC_BYTES) return null
  const segment = bytes.subarray(FRAME_HEAD_BYTES, bytes.length - FRAME_CRC_BYTES)
  const declaredCrc = String.fromCharCode(...bytes.subarray(-FRAME_CRC_BYTES))
  return {
    declaredLength,
    length: segment.length,
    declaredCrc: declaredCrc.toUpperCase(),
    crc: crcOf(segment),
    crcLetters: lettersOf(declaredCrc),
    segment,
  }
}

/** The length that the head of a frame says; null when it is none. */
export function declaredLengthOf(head: Uint8Array): number | null {
  if (head.length < FRAME_HEAD_BYTES || head[0] !== HASH || head[1] !== HASH) return null
  let length = 0
  for (let at = 2; at < FRAME_HEAD_BYTES; at++) {
    const digit = head[at]! - ZERO
    if (digit < 0 || digit > 9) return null
    length = length * 10 + digit
  }
  return length
}

const HASH = '#'.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)

function lettersOf(crc: string): Hj212Frame['crcLetters'] {
  const [hasUpper, hasLower] = [/[A-F]/.test(crc), /[a-f]/.test(crc)]
  if (hasUpper && hasLower) return 'mixed'
  return hasUpper ? 'upper' : hasLower ? 'lower' : 'none'
}

/** Faults that a receiver rejects a frame for, a sentence each; empty for a sound one. */
export function frameFaults({ declaredLength, length, declaredCrc, crc }: Hj212Frame): readonly string[] {
  const faults: string[] = []
  if (declaredLength !== length) {
    faults.push(
      `The frame declares a length of ${declaredLength}, its data segment has ${length} bytes: count from behind the length up to the last &&.`,
    )
  }
  if (declaredCrc !== crc) {
    faults.push(
      `The frame ends with the check sum ${declaredCrc}, its data segment has ${crc}: it was changed on its way, or calculated over other bytes or with another CRC-16.`,
    )
  }
  return faults
}

/** A frame with its line end. Throws a RangeError for a segment of more than 9999 bytes: no length can say it. */
export function writeFrame(segment: string, letters: CrcLetters = 'upper'): Uint8Array {
  const bytes = utf8.encode(segment)
  if (bytes.length > SEGMENT_BYTES_MAX) throw new RangeError(`a data segment has at most ${SEGMENT_BYTES_MAX} bytes`)
  const crc = crcOf(bytes)
  const length = String(bytes.length).padStart(4, '0')
  return utf8.encode(`##${length}${segment}${letters === 'upper' ? crc : crc.toLowerCase()}${LINE_END}`)
}

const utf8 = new TextEncoder()

/** Values that eight steps of one bit make of the low half of the register, by that half. */
const STEPS = Uint16Array.from({ length: 256 }, (_, low) => {
  let register = low
  for (let bit = 0; bit < 8; bit++) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1
  return register
})

/** Four hex digits in upper case. It is no CRC-16 of a library: each byte meets the high half of the register shifted down. */
function crcOf(segment: Uint8Array): string {
  let register = 0xffff
  for (let i = 0; i < segment.length; i++) {
    const met = (register >> 8) ^ segment[i]!
    register = (met >> 8) ^ STEPS[met & 0xff]!
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}
