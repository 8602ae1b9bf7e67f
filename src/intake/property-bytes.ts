/** aedes keeps the properties of a message by their names, MQTT 5 §2.2.2. */
export type KeptProperties = object | undefined

/** An id and a length, or a number. */
const OVERHEAD_BYTES = 5

/** Bytes that the properties of a message take on the wire, at least. */
export function propertyBytes(properties: KeptProperties): number {
  if (properties === undefined) return 0
  let bytes = 0
  for (const [name, value] of Object.entries(properties)) {
    bytes += name === 'userProperties' ? pairBytes(value) : OVERHEAD_BYTES + valueBytes(value)
  }
  return bytes
}

function valueBytes(value: unknown): number {
  // Identifiers of subscriptions, of which the first is counted.
  if (Array.isArray(value)) return OVERHEAD_BYTES * (value.length - 1)
  if (typeof value === 'string') return Buffer.byteLength(value)
  return Buffer.isBuffer(value) ? value.length : 0
}

/** A name that stands there several times has a list. */
function pairBytes(pairs: object): number {
  let bytes = 0
  for (const [name, value] of Object.entries(pairs)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      bytes += OVERHEAD_BYTES + Buffer.byteLength(name) + valueBytes(text)
    }
  }
  return bytes
}
