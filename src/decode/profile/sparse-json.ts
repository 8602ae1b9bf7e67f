import { isUtf8 } from 'node:buffer'
import { Texts } from '../../base/texts.js'
import { readNumber } from '../plain-number.js'
import type { Wanted, WantedMember } from './wanted.js'

/** Keys that nobody knows before, and words. */
const TEXTS = 4096
/** Deeper ones are left to the engine, which needs no stack for them. */
const DEPTH_MAX = 32

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const SMALL_E = 0x65
const SMALL_U = 0x75
const OPEN = 0x7b
const CLOSE = 0x7d
/** The position of what is not read here. */
const ODD = -1

const encoder = new TextEncoder()
const CONSTANTS = ([null, true, false] as const).map((value) => ({ value, bytes: encoder.encode(String(value)) }))
const ESCAPED = new Set(encoder.encode('"\\/bfnrt'))

/** 1 for the bytes that stand in a text as they are, one for a character. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => {
  return byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0
})

/**
 * Reads of a JSON text, from its bytes, what is wanted of it: a value like that of `JSON.parse` in which everything else
 * may be missing or undefined. What it does not know for certain (a wanted key twice or with an escape, anything that is
 * wrong) makes the whole text odd: then `JSON.parse` judges it, which stays the reference.
 *
 * A step takes a position and returns the one after what it has read, or `ODD`. No step looks at the end: behind it lie
 * the bytes of other messages, or none, and a text that went on there would not end where it must.
 */
export class SparseJson {
  readonly #texts = new Texts(TEXTS)
  readonly #number = new Float64Array(1)
  #bytes: Buffer = Buffer.alloc(0)
  #maps = 0
  #isAscii = true
  /** What the last text was written with. */
  #isEscaped = false
  /** That was read last. */
  #value: unknown

  /** The value, good until the next text; undefined when it is odd. */
  read(bytes: Buffer, start: number, end: number, wanted: Wanted): unknown {
    this.#bytes = bytes
    this.#isAscii = true
    const at = this.#take(pastSpace(bytes, start), wanted, DEPTH_MAX)
    if (at === ODD || at > end || pastSpace(bytes, at) < end) return undefined
    return this.#isAscii || isUtf8(bytes.subarray(start, end)) ? this.#value : undefined
  }

  /** A value as far as it is wanted, into `#value`. */
  #take(at: number, wanted: Wanted, depth: number): number {
    const byte = this.#bytes[at]
    if (byte === OPEN) return this.#takeMap(at, wanted, depth)
    if (byte === OPEN_LIST ? wanted.isLeaf || wanted.isList : wanted.isLeaf) return this.#takeWhole(at, depth)
    this.#value = undefined
    return this.#skip(at, depth)
  }

  #takeWhole(at: number, depth: number): number {
    const bytes = this.#bytes
    const byte = bytes[at]!
    if (isNumeric(byte)) {
      const end = readNumber(bytes, at, this.#number)
      this.#value = this.#number[0]
      return end
    }
    this.#isEscaped = false
    const end = this.#skip(at, depth)
    if (end === ODD) return ODD
    if (byte === QUOTE && !this.#isEscaped) this.#value = this.#texts.of(bytes, at + 1, end - 1)
    else this.#value = JSON.parse(bytes.toString('utf8', at, end))
    return end
  }

  #takeMap(start: number, wanted: Wanted, depth: number): number {
    if (depth === 0) return ODD
    const bytes = this.#bytes
    const number = ++this.#maps
    const map = wanted.emptyMap()
    let at = pastSpace(bytes, start + 1)
    if (bytes[at] === CLOSE) {
      this.#value = map
      return at + 1
    }
    for (;;) {
      if (bytes[at] !== QUOTE) return ODD
      const key = at + 1
      this.#isEscaped = false
      at = this.#pastText(at)
      if (at === ODD || this.#isEscaped) return ODD
      const keyEnd = at - 1
      at = pastSpace(bytes, at)
      if (bytes[at] !== COLON) return ODD
      at = pastSpace(bytes, at + 1)
      const member = memberAt(wanted.byLength[keyEnd - key], bytes, key)
      if (wanted.fans.length > 0) at = this.#takeFanned(at, wanted, member, this.#texts.of(bytes, key, keyEnd), map, depth)
      else if (member === null) at = this.#skip(at, depth - 1)
      else {
        if (member.seenIn === number) return ODD
        member.seenIn = number
        at = this.#take(at, member.wanted, depth - 1)
        map[member.key] = this.#value
      }
      if (at === ODD) return ODD
      at = pastSpace(bytes, at)
      if (bytes[at] === CLOSE) {
        this.#value = map
        return at + 1
      }
      if (bytes[at] !== COMMA) return ODD
      at = pastSpace(bytes, at + 1)
    }
  }

  /** A member of a map of which some are wanted by what their keys look like. */
  #takeFanned(
    at: number,
    { fans }: Wanted,
    member: WantedMember | null,
    key: string,
    map: Record<string, unknown>,
    depth: number,
  ): number {
    // An assignment to it would be none.
    if (key === '__proto__') return ODD
    let only: Wanted | null = member?.wanted ?? null
    let count = member === null ? 0 : 1
    for (const { fan, wanted } of fans) {
      if (!key.startsWith(fan.prefix) || !key.endsWith(fan.suffix)) continue
      only = wanted
      count++
    }
    if (only === null) return this.#skip(at, depth - 1)
    const end = count === 1 ? this.#take(at, only, depth - 1) : this.#takeWhole(at, depth - 1)
    map[key] = this.#value
    return end
  }

  /** Past a value that nobody wants, but which must be one. */
  #skip(at: number, depth: number): number {
    const bytes = this.#bytes
    const byte = bytes[at]!
    if (byte === QUOTE) return this.#pastText(at)
    if (isNumeric(byte)) return pastNumber(bytes, at)
    if (byte === OPEN || byte === OPEN_LIST) return this.#skipAll(at, byte === OPEN, depth)
    for (const one of CONSTANTS) {
      if (!isAt(bytes, at, one.bytes)) continue
      return at + one.bytes.length
    }
    return ODD
  }

  #skipAll(start: number, isMap: boolean, depth: number): number {
    if (depth === 0) return ODD
    const bytes = this.#bytes
    const close = isMap ? CLOSE : CLOSE_LIST
    let at = pastSpace(bytes, start + 1)
    if (bytes[at] === close) return at + 1
    for (;;) {
      if (isMap) {
        if (bytes[at] !== QUOTE) return ODD
        at = this.#pastText(at)
        if (at === ODD) return ODD
        at = pastSpace(bytes, at)
        if (bytes[at] !== COLON) return ODD
        at = pastSpace(bytes, at + 1)
      }
      at = this.#skip(at, depth - 1)
      if (at === ODD) return ODD
      at = pastSpace(bytes, at)
      if (bytes[at] === close) return at + 1
      if (bytes[at] !== COMMA) return ODD
      at = pastSpace(bytes, at + 1)
    }
  }

  #pastText(start: number): number {
    const bytes = this.#bytes
    let at = start + 1
    for (;;) {
      let byte = bytes[at]!
      while (PLAIN[byte] === 1) byte = bytes[++at]!
      if (byte === QUOTE) return at + 1
      if (byte === BACKSLASH) {
        this.#isEscaped = true
        const escape = bytes[at + 1]!
        if (escape === SMALL_U ? !isHex(bytes, at + 2) : !ESCAPED.has(escape)) return ODD
        at += escape === SMALL_U ? 6 : 2
        continue
      }
      // Written so that it ends where there are no bytes any more.
      if (!(byte >= 0x20)) return ODD
      if (byte >= 0x80) this.#isAscii = false
      at++
    }
  }
}

function memberAt(candidates: readonly WantedMember[] | undefined, bytes: Uint8Array, at: number): WantedMember | null {
  if (candidates === undefined) return null
  for (let i = 0; i < candidates.length; i++) if (isAt(bytes, at, candidates[i]!.bytes)) return candidates[i]!
  return null
}

function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[at + i] !== expected[i]) return false
  return true
}

/** Past a number, as JSON writes it, whatever it is. */
function pastNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start
  if (bytes[at] === ZERO) at++
  else if ((at = pastDigits(bytes, at)) === ODD) return ODD
  if (bytes[at] === POINT && (at = pastDigits(bytes, at + 1)) === ODD) return ODD
  if ((bytes[at]! | 0x20) !== SMALL_E) return at
  const sign = bytes[at + 1]!
  return pastDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1)
}

/** At least one. */
function pastDigits(bytes: Uint8Array, start: number): number {
  let at = start
  while (isDigit(bytes[at]!)) at++
  return at === start ? ODD : at
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function isNumeric(byte: number): boolean {
  return byte === MINUS || isDigit(byte)
}

/** Four digits of a code. */
function isHex(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at]! | 0x20
    if (!((byte >= ZERO && byte <= NINE && bytes[at] === byte) || (byte >= 0x61 && byte <= 0x66))) return false
  }
  return true
}

function pastSpace(bytes: Uint8Array, start: number): number {
  let at = start
  for (;;) {
    const byte = bytes[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at
    at++
  }
}
