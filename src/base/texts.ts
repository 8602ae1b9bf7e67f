/** Longer ones are made anew each time. */
const KEPT_BYTES_MAX = 256

interface Kept {
  readonly hash: number
  readonly bytes: Uint8Array
  readonly text: string
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Texts that come again and again, made of their bytes only once: of so many slots each holds the text that was there
 * last. What is not well-formed UTF-8 becomes U+FFFD, as everywhere.
 */
export class Texts {
  readonly #slots: (Kept | undefined)[]
  readonly #mask: number
  #last: Kept = { hash: 0, bytes: new Uint8Array(0), text: '' }

  /** @param slots a power of two */
  constructor(slots: number) {
    this.#slots = new Array<Kept | undefined>(slots).fill(undefined)
    this.#mask = slots - 1
  }

  of(from: Uint8Array, start: number, end: number): string {
    if (isThere(from, start, end, this.#last.bytes)) return this.#last.text
    const hash = hashOf(from, start, end)
    const slot = (hash ^ (hash >>> 15)) & this.#mask
    const kept = this.#slots[slot]
    if (kept !== undefined && kept.hash === hash && isThere(from, start, end, kept.bytes)) {
      this.#last = kept
      return kept.text
    }
    // Bytes of their own: `slice` of a Buffer is a view, and would keep the whole record that the text came in.
    const bytes = Uint8Array.prototype.slice.call(from, start, end)
    const made: Kept = { hash, bytes, text: utf8.decode(bytes) }
    if (bytes.length > KEPT_BYTES_MAX) return made.text
    this.#slots[slot] = made
    this.#last = made
    return made.text
  }
}

function isThere(from: Uint8Array, start: number, end: number, bytes: Uint8Array): boolean {
  const length = end - start
  if (bytes.length !== length) return false
  // From the end: what differs between two topics or names stands there more often than at the beginning.
  for (let i = length - 1; i >= 0; i--) if (from[start + i] !== bytes[i]) return false
  return true
}

/** FNV-1a over four bytes at a time. */
function hashOf(from: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start)
  let at = start
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(
      hash ^ (from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24)),
      0x01000193,
    )
    hash ^= hash >>> 13
  }
  for (; at < end; at++) hash = Math.imul(hash ^ from[at]!, 0x01000193)
  return hash
}
