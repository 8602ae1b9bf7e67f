import { type Fault, fault } from '../fault.js'
import { FIXED32, FIXED64, LENGTH, VARINT, type Wire } from './wire.js'

/** Data types of Sparkplug 3.0 §6.4.16, by their numbers. */
export const TYPES = [
  'Unknown',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
] as const
const INT8 = 1
const INT16 = 2
const INT32 = 3
const INT64 = 4
const UINT8 = 5
const UINT16 = 6
const UINT32 = 7
const UINT64 = 8
const FLOAT = 9
const DOUBLE = 10
const BOOLEAN = 11
const STRING = 12
export const DATE_TIME = 13
const TEXT = 14
const UUID = 15
export const DATA_SET = 16

/** The fields of a value, in the order that metrics, properties and elements of a data set have them all. */
const NONE = -1
const INT = 0
const LONG = 1
const SINGLE = 2
const DOUBLE_VALUE = 3
const BOOL = 4
const WORD = 5
const FIELDS = ['int_value', 'long_value', 'float_value', 'double_value', 'boolean_value', 'string_value']
const WIRE_TYPES = [VARINT, VARINT, FIXED32, FIXED64, VARINT, LENGTH]

const TWO_TO_31 = 2 ** 31
const TWO_TO_32 = 2 ** 32
const utf8 = new TextDecoder('utf-8', { fatal: true })
/** More cannot be a state. */
const TEXT_BYTES_MAX = 1024

/** One value as it stands in a message: read into the same object again and again. */
export class WireValue {
  #field = NONE
  #lo = 0
  #hi = 0
  #number = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0

  clear(): void {
    this.#field = NONE
  }

  get isThere(): boolean {
    return this.#field !== NONE
  }

  /** Reads a field of a value, 0 to 5; false, and nothing read, when it is none. */
  read(wire: Wire, field: number, wireType: number): boolean {
    if (field < INT || field > WORD || wireType !== WIRE_TYPES[field]) return false
    this.#field = field
    switch (field) {
      case INT:
        this.#lo = wire.uint32()
        break
      case LONG:
        wire.long()
        this.#lo = wire.lo
        this.#hi = wire.hi
        break
      case SINGLE:
        this.#number = wire.float()
        break
      case DOUBLE_VALUE:
        this.#number = wire.double()
        break
      case BOOL:
        this.#lo = wire.bool() ? 1 : 0
        break
      case WORD:
        this.#end = wire.span()
        this.#bytes = wire.buf
        this.#start = wire.pos
        wire.pos = this.#end
    }
    return true
  }

  /** The value by its data type, or why it cannot be that. Signed integers are sent as two's complement (§6.4.16). */
  as(type: number): number | string | boolean | Fault {
    switch (type) {
      case INT8:
        return this.#small(type, 8, true)
      case INT16:
        return this.#small(type, 16, true)
      case UINT8:
        return this.#small(type, 8, false)
      case UINT16:
        return this.#small(type, 16, false)
      case INT32:
        return this.#int32()
      case UINT32:
        return this.#uint32()
      case INT64:
        return this.#int64()
      case UINT64:
      case DATE_TIME:
        return this.#uint64(type)
      case FLOAT:
      case DOUBLE:
        return this.#field === SINGLE || this.#field === DOUBLE_VALUE ? this.#number : this.#misfit(type)
      case BOOLEAN:
        return this.#boolean()
      case STRING:
      case TEXT:
      case UUID:
        return this.#field === WORD ? this.#text() : this.#misfit(type)
      default:
        return fault('bad_sparkplug', `the data type ${type} is not one of a single value`)
    }
  }

  /** A number whatever its type, for what the specification leaves open; null for none. */
  asNumber(): number | null {
    switch (this.#field) {
      case INT:
        return this.#lo | 0
      case LONG:
        return (this.#hi | 0) * TWO_TO_32 + this.#lo
      case SINGLE:
      case DOUBLE_VALUE:
        return this.#number
      default:
        return null
    }
  }

  asText(): string | null {
    const text = this.#field === WORD ? this.#text() : null
    return typeof text === 'string' ? text : null
  }

  /** Some senders put small integers in a long: what counts is the 32 bits, which the rest only repeats. */
  #isIn32Bits(): boolean {
    if (this.#field === INT) return true
    return this.#field === LONG && (this.#hi === 0 || (this.#hi === 0xffff_ffff && this.#lo >= TWO_TO_31))
  }

  /** A negative one may come with all bits above set, or cut to its own size. */
  #small(type: number, bits: 8 | 16, isSigned: boolean): number | Fault {
    if (!this.#isIn32Bits()) return this.#misfit(type)
    const size = 1 << bits
    if (this.#lo < size && !(this.#field === LONG && this.#hi !== 0)) {
      return isSigned && this.#lo >= size / 2 ? this.#lo - size : this.#lo
    }
    const signed = this.#lo | 0
    if (isSigned && signed < 0 && signed >= -size / 2) return signed
    return this.#beyond(type)
  }

  #int32(): number | Fault {
    return this.#isIn32Bits() ? this.#lo | 0 : this.#misfit(INT32)
  }

  #uint32(): number | Fault {
    if (this.#field === INT || (this.#field === LONG && this.#hi === 0)) return this.#lo
    return this.#field === LONG ? this.#beyond(UINT32) : this.#misfit(UINT32)
  }

  #int64(): number | Fault {
    // In 32 bits nobody knows whether the highest one is a sign.
    if (this.#field === INT && this.#lo < TWO_TO_31) return this.#lo
    if (this.#field !== LONG) return this.#misfit(INT64)
    return this.#safe((this.#hi | 0) * TWO_TO_32 + this.#lo)
  }

  #uint64(type: number): number | Fault {
    if (this.#field === INT) return this.#lo
    return this.#field === LONG ? this.#safe(this.#hi * TWO_TO_32 + this.#lo) : this.#misfit(type)
  }

  #safe(value: number): number | Fault {
    if (Number.isSafeInteger(value)) return value
    return fault(
      'bad_value',
      `the value is about ${value}: whole numbers from 2^53 on cannot be told apart, they are not taken`,
    )
  }

  #boolean(): boolean | Fault {
    const isBit = this.#field === BOOL || (this.#field === INT && this.#lo <= 1)
    return isBit ? this.#lo === 1 : this.#misfit(BOOLEAN)
  }

  #text(): string | Fault {
    if (this.#end - this.#start > TEXT_BYTES_MAX) {
      return fault('bad_value', `a text of ${this.#end - this.#start} bytes came; at most ${TEXT_BYTES_MAX} are taken`)
    }
    try {
      return utf8.decode(this.#bytes.subarray(this.#start, this.#end))
    } catch {
      return fault('bad_value', 'the text is not UTF-8')
    }
  }

  #misfit(type: number): Fault {
    const came = this.#field === NONE ? 'no value came' : `the value came as ${FIELDS[this.#field]}`
    return fault('bad_sparkplug', `the metric was born as ${TYPES[type]}, and ${came}`)
  }

  #beyond(type: number): Fault {
    return fault('bad_value', `${this.asNumber()} is no ${TYPES[type]}`)
  }
}

/** True for a type that readings can be made of: templates, bytes, files and arrays are not. */
export function isTaken(type: number): boolean {
  return type > 0 && type <= DATA_SET
}

export function isText(type: number): boolean {
  return type === STRING || type === TEXT || type === UUID
}
