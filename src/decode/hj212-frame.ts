/**
 * The frame of HJ 212: `##`, four decimal digits with the length of the data segment in bytes, the segment, four hex
 * digits of CRC, `\r\n`. Source: HJ 212-2017 (its text as public repositories quote it); HJ 212-2025 was not opened.
 */

/** What a frame says of itself, and what its bytes say. A frame whose two lengths or two check sums differ is rejected whole. */
export interface Hj212Frame {
  readonly declaredLength: number
  /** Bytes of the data segment. */
  readonly length: number
  /** Upper case, as `crc`; what stands at the place of the check sum, whatever that is. */
  readonly declaredCrc: string
  readonly crc: string
  /** Before `CP`, by name: QN, ST, CN, PW, MN, Flag. */
  readonly head: ReadonlyMap<string, string>
  /** Inside `CP=&&…&&`, one for each `;`. */
  readonly groups: readonly string[]
}

const HEADER_BYTES = 6
const CRC_BYTES = 4

/** One frame without its line end; null for what has no header, or is too short for one and a check sum. */
export function readHj212Frame(bytes: Uint8Array): Hj212Frame | null {
  const text = Buffer.from(bytes).toString('latin1')
  const declared = /^##(\d{4})/.exec(text)?.[1]
  if (declared === undefined || bytes.length < HEADER_BYTES + CRC_BYTES) return null
  const segment = bytes.subarray(HEADER_BYTES, bytes.length - CRC_BYTES)
  const [head = '', groups = ''] = Buffer.from(segment)
    .toString('utf8')
    .split(/;?CP=&&/)
  return {
    declaredLength: Number(declared),
    length: segment.length,
    declaredCrc: text.slice(-CRC_BYTES).toUpperCase(),
    crc: hj212Crc(segment),
    head: new Map(
      head.split(';').map((field): [string, string] => {
        const [name = '', ...value] = field.split('=')
        return [name, value.join('=')]
      }),
    ),
    groups: groups
      .replace(/&&$/, '')
      .split(';')
      .filter((group) => group !== ''),
  }
}

/** Four hex digits in upper case. It is no CRC-16 of a library: each byte meets the high half of the register shifted down. */
function hj212Crc(segment: Uint8Array): string {
  let register = 0xffff
  for (const byte of segment) {
    register = (register >> 8) ^ byte
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (register & 1) === 1
      register >>= 1
      if (isOdd) register ^= 0xa001
    }
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}
