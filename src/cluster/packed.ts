import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** JSON that is longer is compressed: trees of large plants would be more than a message may be. */
const PLAIN_BYTES_MAX = 16 * 1024
/** Most bytes that a message may unpack to. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024
/** First byte of what is compressed; JSON never begins with it. */
const DEFLATED = 0

/** JSON of a value, compressed when it is long. Members that are undefined are left out, `undefined` itself is null. */
export function packed(value: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(value ?? null))
  if (json.length <= PLAIN_BYTES_MAX) return json
  return Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(json, { level: 1 })])
}

/** Throws for what `packed` has not made. */
export function unpacked(bytes: Uint8Array): unknown {
  const isDeflated = bytes[0] === DEFLATED
  const json = isDeflated ? inflateRawSync(bytes.subarray(1), { maxOutputLength: UNPACKED_BYTES_MAX }) : bytes
  return JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString())
}
