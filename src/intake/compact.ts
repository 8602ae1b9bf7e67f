/**
 * The same bytes for keeping. A payload is a window into what the socket gave, 64 KiB and more: kept as it is, a
 * message of ten bytes would hold all of that.
 */
export function compact(payload: string | Buffer): Buffer {
  if (typeof payload === 'string') return Buffer.from(payload)
  if (payload.buffer.byteLength <= 2 * payload.length) return payload
  const own = Buffer.allocUnsafeSlow(payload.length)
  payload.copy(own)
  return own
}
