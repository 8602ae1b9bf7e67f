import { isUtf8 } from 'node:buffer'
import type { Texts } from '../../base/texts.js'
import { readNumber } from '../plain-number.js'
import type { CompiledMessage } from './compile.js'
import { follow } from './path.js'
import { type PlaceInShape, type PlainMessage, plainMessage } from './plain-message.js'
import { isWanted, type ValuePath } from './wanted.js'

/** Larger texts have no shape, and deeper ones. */
const SIZE_BYTES_MAX = 4096
const DEPTH_MAX = 32

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const SMALL_E = 0x65
const OPEN = 0x7b
const CLOSE = 0x7d
/** The position of what is not of the shape. */
const ODD = -1

const encoder = new TextEncoder()
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const CONSTANTS = ([null, true, false] as const).map((value) => ({ value, bytes: encoder.encode(String(value)) }))
/** 1 for the bytes that stand in a text as they are, one for a character. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => {
  return byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0
})

type Container = Record<string | number, unknown>

/** A place in a shape where a number, a text, true, false or null stands. */
interface Gap {
  /** Bytes between the gap before this one and this one. */
  readonly before: Uint8Array
  /** Object or list that the value is a member of, and its key there; null where nobody looks. */
  readonly into: Container | null
  readonly key: string | number
}

/**
 * A JSON text whose scalar values may be others: a device writes the same keys each time, in the same order, with the
 * same spaces. A text of the same shape is a text with the same structure, since every value is replaced by one whole
 * value; so it is read by comparing what is between the values, without looking for structure, and without an object.
 */
export class JsonShape {
  readonly #gaps: readonly Gap[]
  readonly #after: Uint8Array
  /** The value that `JSON.parse` has made of the first text; of later ones the wanted members are put into it. */
  readonly #content: unknown
  readonly #texts: Texts
  readonly #number = new Float64Array(1)
  /** Values of the gaps that somebody looks at, of the text that was read last: a number, or in its place what is none. */
  readonly #numbers: Float64Array
  readonly #others: unknown[]
  readonly #plains = new Map<CompiledMessage, PlainMessage | null>()
  #isAscii = true

  constructor(gaps: readonly Gap[], after: Uint8Array, content: unknown, texts: Texts) {
    this.#gaps = gaps
    this.#after = after
    this.#content = content
    this.#texts = texts
    this.#numbers = new Float64Array(gaps.length)
    this.#others = new Array<unknown>(gaps.length).fill(null)
  }

  /**
   * Reads a text, as far as it is wanted; false when it is of another shape. What is asked then is of this text, until the
   * next one is read.
   *
   * No step looks at the end: behind it lie the bytes of other messages, or none, and a text that went on there would not
   * end where it must.
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    const gaps = this.#gaps
    let at = start
    this.#isAscii = true
    for (let i = 0; i < gaps.length; i++) {
      const { before, into } = gaps[i]!
      if (!isAt(bytes, at, before)) return false
      at += before.length
      at = into === null ? this.#skip(bytes, at) : this.#take(bytes, at, i)
      if (at === ODD) return false
    }
    if (at + this.#after.length !== end || !isAt(bytes, at, this.#after)) return false
    return this.#isAscii || isUtf8(bytes.subarray(start, end))
  }

  /** Content of the text, as far as it is wanted, in objects. */
  get content(): unknown {
    for (let i = 0; i < this.#gaps.length; i++) {
      const { into, key } = this.#gaps[i]!
      if (into !== null) into[key] = this.valueAt(i)
    }
    return this.#content
  }

  /** True when a number stands in a gap. */
  isNumber(gap: number): boolean {
    return this.#others[gap] === undefined
  }

  numberAt(gap: number): number {
    return this.#numbers[gap]!
  }

  /** Number, text, true, false or null in a gap. */
  valueAt(gap: number): unknown {
    const other = this.#others[gap]
    return other === undefined ? this.#numbers[gap] : other
  }

  /** A kind of message in texts of this shape, where its values can be read without objects; null where they cannot. */
  plainOf(message: CompiledMessage): PlainMessage | null {
    let plain = this.#plains.get(message)
    if (plain === undefined) {
      plain = plainMessage(message, (steps) => this.#placeOf(steps))
      this.#plains.set(message, plain)
    }
    return plain
  }

  #placeOf(steps: readonly (string | number)[]): PlaceInShape {
    const into = follow(this.#content, steps.slice(0, -1))
    const gap = this.#gaps.findIndex((one) => one.into !== null && one.into === into && one.key === steps.at(-1))
    if (gap !== ODD) return gap
    return follow(this.#content, steps) === undefined ? 'missing' : 'members'
  }

  #take(bytes: Buffer, at: number, gap: number): number {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      const end = this.#pastText(bytes, at)
      if (end !== ODD) this.#others[gap] = this.#texts.of(bytes, at + 1, end - 1)
      return end
    }
    if (isNumeric(byte)) {
      const end = readNumber(bytes, at, this.#number)
      this.#numbers[gap] = this.#number[0]!
      this.#others[gap] = undefined
      return end
    }
    for (const one of CONSTANTS) {
      if (!isAt(bytes, at, one.bytes)) continue
      this.#others[gap] = one.value
      return at + one.bytes.length
    }
    return ODD
  }

  #skip(bytes: Buffer, at: number): number {
    const byte = bytes[at]!
    if (byte === QUOTE) return this.#pastText(bytes, at)
    if (isNumeric(byte)) return pastNumber(bytes, at, this.#number)
    for (const one of CONSTANTS) if (isAt(bytes, at, one.bytes)) return at + one.bytes.length
    return ODD
  }

  /** An escape in it is left to the engine. */
  #pastText(bytes: Uint8Array, start: number): number {
    let at = start + 1
    for (;;) {
      let byte = bytes[at]!
      while (PLAIN[byte] === 1) byte = bytes[++at]!
      if (byte === QUOTE) return at + 1
      if (!(byte >= 0x80)) return ODD
      this.#isAscii = false
      at++
    }
  }
}

/** The shape of a text that `JSON.parse` has made `content` of, which is the shape's from now on; null when it has none. */
export function shapeOf(
  text: Uint8Array,
  content: unknown,
  ways: readonly ValuePath[],
  texts: Texts,
): JsonShape | null {
  if (text.length > SIZE_BYTES_MAX) return null
  // A copy: the text lies in the bytes of a journal record, which is not kept.
  const bytes = Uint8Array.from(text)
  const gaps: Gap[] = []
  let last = 0
  /** Past a value, whose members are those of `value`. */
  const walk = (at: number, value: unknown, way: ValuePath, into: Container | null): number => {
    const open = bytes[at]!
    if (open !== OPEN && open !== OPEN_LIST) {
      const end = pastScalar(bytes, at)
      const isLooked = into !== null && isWanted(way, ways)
      gaps.push({ before: bytes.subarray(last, at), into: isLooked ? into : null, key: way.at(-1) ?? '' })
      last = end
      return end
    }
    if (way.length === DEPTH_MAX) return ODD
    const close = open === OPEN ? CLOSE : CLOSE_LIST
    const keys = new Set<string | number>()
    at = pastSpace(bytes, at + 1)
    while (bytes[at] !== close) {
      if (keys.size > 0) at = pastSpace(bytes, at + 1)
      let key: string | number = keys.size
      if (open === OPEN) {
        const end = pastScalar(bytes, at)
        key = JSON.parse(utf8.decode(bytes.subarray(at, end))) as string
        at = pastSpace(bytes, pastSpace(bytes, end) + 1)
      }
      // Said twice, the last one counts: it has no place of its own.
      if (keys.has(key)) return ODD
      keys.add(key)
      at = walk(at, (value as Container)[key], [...way, key], value as Container)
      if (at === ODD) return ODD
      at = pastSpace(bytes, at)
    }
    return at + 1
  }
  const end = walk(pastSpace(bytes, 0), content, [], null)
  // One value by itself leaves nothing to put the next one into.
  const isLone = typeof content !== 'object' || content === null
  return end === ODD || isLone ? null : new JsonShape(gaps, bytes.subarray(last), content, texts)
}

/** Past a text, a number or a constant that is known to be one. */
function pastScalar(bytes: Uint8Array, start: number): number {
  let at = start + 1
  if (bytes[start] === QUOTE) {
    while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
    return at + 1
  }
  while (at < bytes.length && ![COMMA, CLOSE, CLOSE_LIST].includes(bytes[at]!) && pastSpace(bytes, at) === at) at++
  return at
}

function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[at + i] !== expected[i]) return false
  return true
}

/** Past a number that nobody asks about. `aside` takes its value where it is not written plainly. */
function pastNumber(bytes: Buffer, start: number, aside: Float64Array): number {
  let at = start
  // A zero before other digits is none that begins a number.
  if (bytes[at] === ZERO || bytes[at] === MINUS) return readNumber(bytes, start, aside)
  while (isDigit(bytes[at]!)) at++
  if (bytes[at] === POINT) {
    if (!isDigit(bytes[++at]!)) return ODD
    while (isDigit(bytes[at]!)) at++
  }
  return (bytes[at]! | 0x20) === SMALL_E ? readNumber(bytes, start, aside) : at
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function isNumeric(byte: number): boolean {
  return byte === MINUS || isDigit(byte)
}

function pastSpace(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}
