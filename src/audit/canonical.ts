import canonicalize from 'canonicalize'

/**
 * JSON in its one form (RFC 8785); undefined for what JSON has no form for. Of a text with half of a surrogate pair, which JSON can
 * write and UTF-8 cannot, it has U+FFFD in the place of that: a device may send one, and nothing is to end for it.
 */
export function canonicalJson(value: unknown): string | undefined {
  try {
    return canonicalize(value)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Lone surrogate'))) throw error
    return canonicalize(wellFormed(value))
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Cs}/gu, '\ufffd')
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [String(wellFormed(key)), wellFormed(inner)]))
}
