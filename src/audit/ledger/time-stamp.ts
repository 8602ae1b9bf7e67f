/**
 * Content of an RFC 3161 time-stamp response: which digest, and when. Its signature is not checked here: that takes the
 * certificates of the authority and whom one trusts, which is what `openssl ts -verify` is for.
 * The few pages of DER that this takes are read here by hand: no package for it is in use, and the verifier has only Node.
 */
export interface TimeStampInfo {
  /** Name, or number, of the hash function. */
  readonly algorithm: string
  /** Hash that was stamped, hex. */
  readonly digest: string
  /** RFC 3339. */
  readonly time: string
  /** Hex. */
  readonly serial: string
}

/** The file is no time stamp; the message says why. */
export class TimeStampError extends Error {
  override readonly name = 'TimeStampError'
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTETS = 0x04
const OID = 0x06
const GENERALIZED_TIME = 0x18
const FIRST = 0xa0

/** In hex, as DER has them. */
const SIGNED_DATA = '2a864886f70d010702'
const TST_INFO = '2a864886f70d0109100104'
const ALGORITHMS: Readonly<Record<string, string>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
}

/** Reads a time-stamp response (`.tsr`), or the bare token out of one. Throws a `TimeStampError`. */
export function readTimeStamp(file: Uint8Array): TimeStampInfo {
  const all = elements(Buffer.from(file))
  const outer = all.length === 1 ? elementsOf(all[0], SEQUENCE) : []
  const isResponse = outer[0]?.tag === SEQUENCE
  if (isResponse) {
    const status = elementsOf(outer[0], SEQUENCE)[0]
    const granted = status?.tag === INTEGER && status.content.length === 1 && status.content[0]! <= 1
    if (!granted) throw new TimeStampError('the authority did not grant it')
  }
  // Source: RFC 5652 §3 and §5.1, RFC 3161 §2.4.2.
  const [type, explicit] = isResponse ? elementsOf(outer[1], SEQUENCE) : outer
  if (hexOf(type, OID) !== SIGNED_DATA) throw new TimeStampError('it is no time-stamp response')
  const signedData = elementsOf(elementsOf(explicit, FIRST)[0], SEQUENCE)
  const [contentType, content] = elementsOf(signedData[2], SEQUENCE)
  if (hexOf(contentType, OID) !== TST_INFO) throw new TimeStampError('what is signed in it is no time stamp')
  const octets = elementsOf(content, FIRST)[0]
  if (octets?.tag !== OCTETS) throw new TimeStampError('it holds no time stamp')
  const [, , imprint, serial, time] = elementsOf(elements(octets.content)[0], SEQUENCE)
  const [algorithm, digest] = elementsOf(imprint, SEQUENCE)
  const oid = hexOf(elementsOf(algorithm, SEQUENCE)[0], OID)
  return {
    algorithm: ALGORITHMS[oid] ?? oid,
    digest: hexOf(digest, OCTETS),
    time: timeOf(time),
    serial: hexOf(serial, INTEGER),
  }
}

interface Element {
  readonly tag: number
  readonly content: Buffer
}

/** The elements that follow one another in some DER, which they fill. */
function elements(der: Buffer): readonly Element[] {
  const found: Element[] = []
  for (let at = 0; at < der.length; ) {
    const [tag, first] = [der[at]!, der[at + 1] ?? 0x80]
    const lengthBytes = first < 0x80 ? 0 : first - 0x80
    const isShort = first === 0x80 || lengthBytes > 4 || at + 2 + lengthBytes > der.length
    const length = isShort ? Infinity : lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
    const start = at + 2 + lengthBytes
    if (start + length > der.length) throw new TimeStampError('it is no DER, or cut short')
    found.push({ tag, content: der.subarray(start, start + length) })
    at = start + length
  }
  return found
}

function elementsOf(element: Element | undefined, tag: number): readonly Element[] {
  return element?.tag === tag ? elements(element.content) : []
}

function hexOf(element: Element | undefined, tag: number): string {
  return element?.tag === tag ? element.content.toString('hex') : ''
}

/** `20261001093000.25Z` as RFC 3339. */
function timeOf(element: Element | undefined): string {
  const text = element?.tag === GENERALIZED_TIME ? element.content.toString('latin1') : ''
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text)
  if (parts === null) throw new TimeStampError('it names no time')
  const [, year, month, day, hour, minute, second, fraction = ''] = parts
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`
}
