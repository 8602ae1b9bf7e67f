import type { KeptProperties } from './property-bytes.js'

/**
 * The same bytes for keeping. A payload is a window into what the socket gave, 64 KiB and more: kept as it is, a
 * message of ten bytes would hold all of that.
 */
export function compact(payload: string | Buffer): Buffer {
  if (typeof payload === 'string') return Buffer.from(payload)
  if (payload.buffer.byteLength <= 2 * payload.length) return payload
  return ownOf(payload)
}

/** The same bytes in memory of their own: a pool that small buffers share would be held as a whole. */
export function ownOf(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}

/** The same properties for keeping: correlation data are such a window too. */
export function compactProperties<T extends KeptProperties>(properties: T): T {
  const { correlationData } = (properties ?? {}) as { readonly correlationData?: unknown }
  if (!Buffer.isBuffer(correlationData)) return properties
  return { ...properties, correlationData: compact(correlationData) }
}

/** A packet as it is kept, whatever it came from. */
export function compactPacket<T extends { readonly payload: string | Buffer; readonly properties?: KeptProperties }>(
  packet: T,
): T & { readonly payload: Buffer } {
  const kept = { ...packet, payload: compact(packet.payload) }
  return packet.properties === undefined ? kept : { ...kept, properties: compactProperties(packet.properties) }
}
