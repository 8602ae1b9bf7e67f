import { GOOD, type QualityRank, qualityRank } from '../../base/quality.js'
import { type Fault, fault } from '../fault.js'
import { WireValue } from './value.js'
import { LENGTH, VARINT, type Wire } from './wire.js'

const PROPERTIES_MAX = 64
const KEY = (1 << 3) | LENGTH
const VALUE = (2 << 3) | LENGTH
const IS_NULL = (2 << 3) | VARINT
const FIRST_VALUE = 3

/** Their keys; letter case differs between makers. */
const QUALITY = 'quality'
const UNIT = 'engunit'
const KEY_BYTES = [QUALITY.length, UNIT.length]

/** OPC: 192 and above, below 256, is good, 64 to 127 uncertain, below 64 bad; Sparkplug 3.0 §6.4.18 adds 500, stale. */
const GOOD_CODES = [192, 255] as const
const UNCERTAIN_CODES = [64, 127] as const
const STALE_CODE = 500
const UNCERTAIN = qualityRank('uncertain')!
const STALE = qualityRank('comm_fault')!
const BAD = qualityRank('fault')!

/** Quality and unit of a metric, by its properties. All other properties are passed over. */
export class PropertySet {
  quality: QualityRank = GOOD
  unit: string | null = null
  readonly #value = new WireValue()
  /** Property that each key names, in their order: 0 one that is passed over, 1 the quality, 2 the unit. */
  readonly #kinds = new Uint8Array(PROPERTIES_MAX)

  /** Reads up to `end`. Keys and values are two lists of the same length; in which order they come is open. */
  read(wire: Wire, end: number): Fault | null {
    this.quality = GOOD
    this.unit = null
    const start = wire.pos
    const outerEnd = wire.len
    wire.len = end
    let keys = 0
    while (wire.pos < end) {
      const tag = wire.tag()
      if (tag === KEY) {
        if (keys === PROPERTIES_MAX)
          return fault('bad_sparkplug', `a metric has more than ${PROPERTIES_MAX} properties`)
        this.#kinds[keys++] = kindOf(wire)
      } else wire.skipType(tag & 7, 0, tag >>> 3)
    }
    wire.pos = start
    let values = 0
    while (wire.pos < end) {
      const tag = wire.tag()
      if (tag === VALUE && values < keys) this.#take(wire, this.#kinds[values++]!)
      else wire.skipType(tag & 7, 0, tag >>> 3)
    }
    wire.len = outerEnd
    return null
  }

  #take(wire: Wire, kind: number): void {
    const end = wire.span()
    if (kind === 0) {
      wire.pos = end
      return
    }
    this.#value.clear()
    const outerEnd = wire.len
    wire.len = end
    let isNull = false
    while (wire.pos < end) {
      const tag = wire.tag()
      if (tag === IS_NULL) isNull = wire.bool()
      else if (!this.#value.read(wire, (tag >>> 3) - FIRST_VALUE, tag & 7)) wire.skipType(tag & 7, 0, tag >>> 3)
    }
    wire.len = outerEnd
    if (isNull) return
    if (kind === 2) this.unit = this.#value.asText()
    else this.quality = qualityOf(this.#value.asNumber())
  }
}

/** A code that is none of these is bad: what a device doubts is not to be taken for good. */
function qualityOf(code: number | null): QualityRank {
  if (code === null || isWithin(code, GOOD_CODES)) return GOOD
  if (isWithin(code, UNCERTAIN_CODES)) return UNCERTAIN
  return code === STALE_CODE ? STALE : BAD
}

function isWithin(code: number, [first, last]: readonly [number, number]): boolean {
  return code >= first && code <= last
}

function kindOf(wire: Wire): number {
  const end = wire.span()
  const start = wire.pos
  wire.pos = end
  if (!KEY_BYTES.includes(end - start)) return 0
  const key = String.fromCharCode(...wire.buf.subarray(start, end)).toLowerCase()
  return key === QUALITY ? 1 : key === UNIT ? 2 : 0
}
