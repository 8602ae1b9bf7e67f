import { GOOD, qualityRank } from '../base/quality.js'
import type { ReadingBlock } from '../base/reading-block.js'
import { Texts } from '../base/texts.js'
import { type DecodeRules, ELEMENTS_MAX } from './decode.js'
import type { DecodedMessage } from './decoded-message.js'
import { METRICS_MAX } from './message.js'
import { MAGNITUDE_MAX, STATE_CHARS_MAX } from './metric.js'
import { readNumber } from './plain-number.js'
import { readRfc3339 } from './plain-time.js'
import type { KnownMetric, Route } from './route.js'
import { timeFault } from './time.js'

/** Names, units, words of states and of quality, of all devices. */
const TEXTS = 4096
/** Numbers of elements stay small integers: before this one all that is known of metrics is to be forgotten. */
const ELEMENT_NUMBER_MAX = 1_000_000_000

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN = 0x7b
const CLOSE = 0x7d
/** The position of what is not plain. */
const ODD = -1

/** The keys that are known here, as bits of what an element has had. */
const TS = 1
const METRICS = 2
const SEQ = 4
const QUALITY = 8
const UNITS = 16
const KEYS: readonly (readonly [bit: number, bytes: Uint8Array])[] = (
  [
    [TS, 'ts'],
    [METRICS, 'metrics'],
    [SEQ, 'seq'],
    [QUALITY, 'quality'],
    [UNITS, 'units'],
  ] as const
).map(([bit, key]) => [bit, new TextEncoder().encode(`"${key}"`)])
const KEY_BYTES: readonly number[] = KEYS.reduce<number[]>(
  (sizes, [bit, bytes]) => {
    sizes[bit] = bytes.length
    return sizes
  },
  new Array<number>(UNITS + 1).fill(0),
)

const TRUE = new TextEncoder().encode('true')
const FALSE = new TextEncoder().encode('false')

/** A payload by its offsets in a buffer that may hold more, such as a journal record, and the arrival of its message. */
export interface PayloadSlice {
  readonly body: Buffer
  readonly payloadStart: number
  readonly payloadEnd: number
  /** Epoch ms. */
  readonly arrivedAt: number
}

/**
 * Reads the shape that nearly all messages have from their bytes: objects of `ts`, `metrics`, `seq`, `quality` and
 * `units`, alone or in an array, without a fault. What it does not know for certain (another key, an event, an escape, a
 * name twice, anything to be rejected) makes the whole message odd: then `decode` judges it, which stays the reference.
 *
 * A step takes a position and returns the one after what it has read, or `ODD`. No step looks at the end: behind it lie
 * the bytes of other messages, or none, and a message that went on there would not end where it must.
 */
export class JsonFastPath {
  readonly #texts = new Texts(TEXTS)
  #bytes: Buffer = Buffer.alloc(0)
  #element = 0
  /** Generation of the known names: a metric that was not among them then has to be judged. */
  #generation = -1
  #text = ''
  #found: KnownMetric | null = null
  readonly #number = new Float64Array(1)
  // State of the element that is being read:
  readonly #ts = new Float64Array(1)
  readonly #seq = new Float64Array(1)
  #quality = GOOD
  #metricsCount = 0
  readonly #metrics: KnownMetric[] = []
  readonly #values = new Float64Array(METRICS_MAX)
  /** The word where the value is one. */
  readonly #words: (string | null)[] = []

  /** The routes are to be forgotten before the next message: their marks are no longer told from new ones. */
  get isWornOut(): boolean {
    return this.#element > ELEMENT_NUMBER_MAX
  }

  /** Must be called when they are. */
  beginAnew(): void {
    this.#element = 0
  }

  /**
   * Adds the readings of a message to a block, and says in `taken`, which is clear, what it was. False when it is odd:
   * then the block is as it was, and `taken` is to be cleared.
   */
  read(
    message: PayloadSlice,
    route: Route,
    rules: DecodeRules,
    taken: DecodedMessage,
    into: ReadingBlock,
    position: number,
  ): boolean {
    const rows = into.length
    this.#bytes = message.body
    this.#generation = rules.known?.generation ?? -1
    if (this.#readPayload(message, route, rules, taken, into, position)) {
      taken.readings = into.length - rows
      return true
    }
    into.truncate(rows)
    return false
  }

  #readPayload(
    { payloadStart, payloadEnd, arrivedAt }: PayloadSlice,
    route: Route,
    rules: Pick<DecodeRules, 'retentionMs' | 'aheadMs'>,
    taken: DecodedMessage,
    into: ReadingBlock,
    position: number,
  ): boolean {
    const bytes = this.#bytes
    const { retentionMs, aheadMs } = rules
    let at = pastSpace(bytes, payloadStart)
    const isListed = bytes[at] === OPEN_LIST
    if (isListed) at = pastSpace(bytes, at + 1)
    for (let elements = 1; elements <= ELEMENTS_MAX; elements++) {
      at = this.#readElement(at, route)
      if (at === ODD) return false
      const isTimed = !Number.isNaN(this.#ts[0]!)
      if (!isTimed && isListed) return false
      const ts = isTimed ? Math.trunc(this.#ts[0]!) + 0 : arrivedAt
      if (timeFault(ts, arrivedAt, retentionMs ?? null, aheadMs) !== null) return false
      if (!this.#addElement(ts, arrivedAt, !isTimed, into, position)) return false
      if (ts > taken.newestTs) taken.newestTs = ts
      if (isTimed && ts > taken.newestSentTs) taken.newestSentTs = ts
      const seq = this.#seq[0]!
      if (!Number.isNaN(seq)) taken.seqs[taken.seqCount++] = seq
      if (!isListed) return at <= payloadEnd && pastSpace(bytes, at) >= payloadEnd
      at = pastSpace(bytes, at)
      if (bytes[at] === CLOSE_LIST) return at < payloadEnd && pastSpace(bytes, at + 1) >= payloadEnd
      if (bytes[at] !== COMMA) return false
      at = pastSpace(bytes, at + 1)
    }
    return false
  }

  /** Takes apart one object. */
  #readElement(start: number, route: Route): number {
    const bytes = this.#bytes
    if (bytes[start] !== OPEN) return ODD
    this.#element++
    this.#ts[0] = Number.NaN
    this.#seq[0] = Number.NaN
    this.#quality = GOOD
    this.#metricsCount = 0
    let at = start
    let seen = 0
    do {
      at = pastSpace(bytes, at + 1)
      const key = keyAt(bytes, at)
      if (key === 0 || (seen & key) !== 0) return ODD
      seen |= key
      at = this.#pastColon(at + KEY_BYTES[key]!)
      if (at === ODD) return ODD
      if (key === TS) at = this.#readTs(at)
      else if (key === METRICS) at = this.#readMetrics(at, route)
      else if (key === SEQ) at = this.#readSeq(at)
      else if (key === QUALITY) at = this.#readQuality(at, route)
      else at = this.#readUnits(at, route)
      if (at === ODD) return ODD
      at = pastSpace(bytes, at)
    } while (bytes[at] === COMMA)
    return bytes[at] === CLOSE && this.#metricsCount > 0 ? at + 1 : ODD
  }

  #readTs(at: number): number {
    if (this.#bytes[at] !== QUOTE) return readNumber(this.#bytes, at, this.#ts)
    const end = readRfc3339(this.#bytes, at + 1, this.#ts)
    return end !== ODD && this.#bytes[end] === QUOTE ? end + 1 : ODD
  }

  #readSeq(at: number): number {
    // Not even -0, which `decode` lets through as it is.
    if (this.#bytes[at] === MINUS) return ODD
    const end = readNumber(this.#bytes, at, this.#seq)
    return Number.isSafeInteger(this.#seq[0]) ? end : ODD
  }

  #readMetrics(start: number, route: Route): number {
    const bytes = this.#bytes
    if (bytes[start] !== OPEN) return ODD
    let at = start
    let before: KnownMetric | null = null
    do {
      if (this.#metricsCount === METRICS_MAX) return ODD
      at = pastSpace(bytes, at + 1)
      const expected: KnownMetric | null = before === null ? route.first : before.next
      at = this.#readName(at, expected, route)
      if (at === ODD) return ODD
      const metric = this.#found!
      if (metric !== expected) {
        if (before === null) route.first = metric
        else before.next = metric
      }
      before = metric
      if (metric.cameIn === this.#element || metric.knownIn !== this.#generation) return ODD
      metric.cameIn = this.#element
      at = this.#readValue(at, metric)
      if (at === ODD) return ODD
      this.#metrics[this.#metricsCount++] = metric
      at = pastSpace(bytes, at)
    } while (bytes[at] === COMMA)
    return bytes[at] === CLOSE ? at + 1 : ODD
  }

  /** A value as it was sent, into the place of the next metric. */
  #readValue(at: number, metric: KnownMetric): number {
    const bytes = this.#bytes
    const byte = bytes[at]!
    const index = this.#metricsCount
    this.#words[index] = null
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
      const end = readNumber(bytes, at, this.#number)
      this.#values[index] = this.#number[0]!
      return end
    }
    if (byte === QUOTE) {
      const end = this.#readText(at)
      if (end === ODD || !metric.isState || this.#text.length > STATE_CHARS_MAX) return ODD
      this.#words[index] = this.#text
      return end
    }
    const isTrue = isAt(bytes, at, TRUE)
    if (!isTrue && !isAt(bytes, at, FALSE)) return ODD
    this.#values[index] = isTrue ? 1 : 0
    return at + (isTrue ? TRUE.length : FALSE.length)
  }

  #readQuality(start: number, route: Route): number {
    const bytes = this.#bytes
    if (bytes[start] === QUOTE) {
      const end = this.#readText(start)
      this.#quality = end === ODD ? ODD : (qualityRank(this.#text) ?? ODD)
      return this.#quality === ODD ? ODD : end
    }
    return this.#readByMetric(start, route, (metric, word) => {
      const quality = qualityRank(word)
      if (quality === undefined || metric.qualityIn === this.#element) return false
      metric.qualityIn = this.#element
      metric.quality = quality
      return true
    })
  }

  #readUnits(start: number, route: Route): number {
    return this.#readByMetric(start, route, (metric, unit) => {
      const use = metric.useIn(unit)
      if (use === null || metric.unitIn === this.#element) return false
      metric.unitIn = this.#element
      metric.use = use
      return true
    })
  }

  /** An object of texts by metric; `note` is false for what is odd. */
  #readByMetric(start: number, route: Route, note: (metric: KnownMetric, text: string) => boolean): number {
    const bytes = this.#bytes
    if (bytes[start] !== OPEN) return ODD
    let at = start
    let before: KnownMetric | null = null
    do {
      at = pastSpace(bytes, at + 1)
      at = this.#readName(at, before === null ? route.first : before.next, route)
      if (at === ODD) return ODD
      before = this.#found!
      at = this.#readText(at)
      if (at === ODD || !note(before, this.#text)) return ODD
      at = pastSpace(bytes, at)
    } while (bytes[at] === COMMA)
    return bytes[at] === CLOSE ? at + 1 : ODD
  }

  /** The name of a metric, into `#found`, and the colon behind it. */
  #readName(at: number, expected: KnownMetric | null, route: Route): number {
    const bytes = this.#bytes
    if (expected !== null && bytes[at] === QUOTE) {
      const name = expected.bytes
      if (bytes[at + 1 + name.length] === QUOTE && isAt(bytes, at + 1, name)) {
        this.#found = expected
        return this.#pastColon(at + 2 + name.length)
      }
    }
    const end = this.#readText(at)
    if (end === ODD) return ODD
    this.#found = route.metric(this.#text)
    return this.#found === null ? ODD : this.#pastColon(end)
  }

  /** A text in quotation marks as it is, into `#text`. */
  #readText(start: number): number {
    const bytes = this.#bytes
    if (bytes[start] !== QUOTE) return ODD
    let at = start + 1
    let isAscii = true
    for (;;) {
      const byte = bytes[at]!
      if (byte === QUOTE) break
      // Written so that it ends where there are no bytes any more.
      if (!(byte >= 0x20) || byte === BACKSLASH) return ODD
      if (byte >= 0x80) isAscii = false
      at++
    }
    this.#text = this.#texts.of(bytes, start + 1, at)
    // U+FFFD may stand for what is not UTF-8.
    return isAscii || !this.#text.includes('\uFFFD') ? at + 1 : ODD
  }

  #pastColon(start: number): number {
    const at = pastSpace(this.#bytes, start)
    return this.#bytes[at] === COLON ? pastSpace(this.#bytes, at + 1) : ODD
  }

  /** Brings the values to their units and adds them; false when one is to be refused. */
  #addElement(ts: number, arrivedAt: number, isAssumed: boolean, into: ReadingBlock, position: number): boolean {
    const element = this.#element
    const seq = this.#seq[0]!
    for (let i = 0; i < this.#metricsCount; i++) {
      const metric = this.#metrics[i]!
      const use = metric.unitIn === element ? metric.use : metric.asSent
      const quality = metric.qualityIn === element ? metric.quality : this.#quality
      const word = this.#words[i]!
      if (word !== null) {
        into.add(use.source, ts, word, quality, seq, arrivedAt, isAssumed, position)
        continue
      }
      const sent = this.#values[i]!
      const value = sent * use.factor + use.offset
      if (!(Math.abs(sent) <= MAGNITUDE_MAX && value >= use.min && value <= use.max)) return false
      into.add(use.source, ts, value, quality, seq, arrivedAt, isAssumed, position)
    }
    return true
  }
}

/** The bit of the key that stands there with its quotation marks, 0 for any other. */
function keyAt(bytes: Uint8Array, at: number): number {
  for (const [bit, key] of KEYS) if (bytes[at + 1] === key[1] && isAt(bytes, at, key)) return bit
  return 0
}

function isAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (bytes[at + i] !== expected[i]) return false
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
