import { GOOD, type QualityRank } from '../../base/quality.js'
import type { Texts } from '../../base/texts.js'
import { type Fault, fault } from '../fault.js'
import { PropertySet } from './properties.js'
import { WireValue } from './value.js'
import { LENGTH, VARINT, type Wire } from './wire.js'

const NAME_BYTES_MAX = 512

const NAME = (1 << 3) | LENGTH
const ALIAS = (2 << 3) | VARINT
const TIMESTAMP = (3 << 3) | VARINT
const DATATYPE = (4 << 3) | VARINT
const IS_TRANSIENT = (6 << 3) | VARINT
const IS_NULL = (7 << 3) | VARINT
const PROPERTIES = (9 << 3) | LENGTH
const FIRST_VALUE = 10
const DATA_SET_VALUE = (17 << 3) | LENGTH

/** One metric as it stands in a message: read into one object for all. Templates, bytes and extensions are passed over. */
export class WireMetric {
  /** Null when it has only an alias. */
  name: string | null = null
  /** NaN when it has none. */
  alias = Number.NaN
  /** Epoch ms; NaN when there is none. */
  timestamp = Number.NaN
  /** 0 when it is left to the birth. */
  type = 0
  isTransient = false
  isNull = false
  readonly value = new WireValue()
  /** Position at which a data set begins, -1 when there is none, and at which it ends. */
  dataSetStart = -1
  dataSetEnd = -1
  readonly #properties = new PropertySet()
  #hasProperties = false

  /** By its properties; `good` when they say nothing. */
  get quality(): QualityRank {
    return this.#hasProperties ? this.#properties.quality : GOOD
  }

  /** By its properties; null when they say nothing. */
  get unit(): string | null {
    return this.#hasProperties ? this.#properties.unit : null
  }

  /** Reads the metric between two places; null, or why it is none. */
  read(wire: Wire, start: number, end: number, names: Texts): Fault | null {
    this.name = null
    this.alias = Number.NaN
    this.timestamp = Number.NaN
    this.type = 0
    this.isTransient = false
    this.isNull = false
    this.value.clear()
    this.dataSetStart = -1
    this.#hasProperties = false
    wire.pos = start
    wire.len = end
    try {
      return this.#read(wire, names)
    } catch (error) {
      return fault('bad_sparkplug', `a metric cannot be read: ${(error as Error).message}`)
    }
  }

  #read(wire: Wire, names: Texts): Fault | null {
    const end = wire.len
    while (wire.pos < end) {
      const tag = wire.tag()
      switch (tag) {
        case NAME: {
          const nameEnd = wire.span()
          if (nameEnd - wire.pos > NAME_BYTES_MAX) {
            return fault(
              'bad_sparkplug',
              `the name of a metric has ${nameEnd - wire.pos} bytes; at most ${NAME_BYTES_MAX}`,
            )
          }
          this.name = names.of(wire.buf, wire.pos, nameEnd)
          wire.pos = nameEnd
          break
        }
        case ALIAS:
          this.alias = wire.unsigned()
          break
        case TIMESTAMP:
          this.timestamp = wire.unsigned()
          break
        case DATATYPE:
          this.type = wire.uint32()
          break
        case IS_TRANSIENT:
          this.isTransient = wire.bool()
          break
        case IS_NULL:
          this.isNull = wire.bool()
          break
        case PROPERTIES: {
          const propertiesEnd = wire.span()
          const wrong = this.#properties.read(wire, propertiesEnd)
          if (wrong !== null) return wrong
          this.#hasProperties = true
          break
        }
        case DATA_SET_VALUE:
          this.dataSetEnd = wire.span()
          this.dataSetStart = wire.pos
          wire.pos = this.dataSetEnd
          break
        default:
          if (!this.value.read(wire, (tag >>> 3) - FIRST_VALUE, tag & 7)) wire.skipType(tag & 7, 0, tag >>> 3)
      }
    }
    return this.name === null && this.alias > Number.MAX_SAFE_INTEGER
      ? fault('bad_sparkplug', 'the alias of a metric is 2^53 or more; such aliases cannot be told apart')
      : null
  }
}
