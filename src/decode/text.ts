const QUOTED_CHARS_MAX = 40
const LONE_SURROGATE = /\p{Cs}/u

/**
 * True for a text that every store gives back as it was: not too long, no NUL, and no half of a surrogate pair (JSON can
 * write one, UTF-8 cannot; stored it would come back as another text and a repeat would look like a conflict).
 */
export function isStorable(text: string, charsMax: number): boolean {
  return text.length <= charsMax && !text.includes('\0') && !LONE_SURROGATE.test(text)
}

/** A text of a device, cut to what a sentence bears. */
export function shorten(text: string): string {
  return text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text
}

/** Any JSON value as it is named in a sentence. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shorten(value))
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

const utf8 = new TextDecoder('utf-8')
// biome-ignore lint/suspicious/noControlCharactersInRegex: a text has none of them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
/** Some devices send the end of a string of C too. */
const TRAILING_NULS = /\0+$/
const HEX_BYTES_MAX = 1024

/**
 * Bytes of a device as people read them: text, with replacement characters where it is not UTF-8; what is no text at all,
 * such as a protobuf, as `hex: 08 ff …`, the first KiB of it.
 */
export function legible(bytes: Uint8Array): string {
  const text = utf8.decode(bytes)
  if (!CONTROL.test(text.replace(TRAILING_NULS, ''))) return text
  const pairs = Array.from(bytes.subarray(0, HEX_BYTES_MAX), (byte) => byte.toString(16).padStart(2, '0'))
  return `hex: ${pairs.join(' ')}${bytes.length > HEX_BYTES_MAX ? ' …' : ''}`
}
