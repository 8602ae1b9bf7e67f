import { type Fault, fault } from '../fault.js'
import { LENGTH, VARINT, type Wire } from './wire.js'

/** Metrics of one message: an edge node that has more sends them in several. */
const METRICS_MAX = 10_000
const FIRST_CAPACITY = 64
/** UUID that Tahu's libraries give a payload that they are told to compress; no part of the specification. */
const COMPRESSED = new TextEncoder().encode('SPBV1.0_COMPRESSED')

const TIMESTAMP = (1 << 3) | VARINT
const METRIC = (2 << 3) | LENGTH
const SEQ = (3 << 3) | VARINT
const UUID = (4 << 3) | LENGTH

/** The outermost level of a message: what it says of itself, and where its metrics lie. Read into one object for all. */
export class Payload {
  /** Epoch ms; NaN when there is none. */
  timestamp = Number.NaN
  /** NaN when there is none. */
  seq = Number.NaN
  metrics = 0
  /** Positions at which each metric begins and ends. */
  starts = new Int32Array(FIRST_CAPACITY)
  ends = new Int32Array(FIRST_CAPACITY)

  /** Goes through a message that `wire` has opened; null, or why it is none. */
  read(wire: Wire): Fault | null {
    this.timestamp = Number.NaN
    this.seq = Number.NaN
    this.metrics = 0
    try {
      return this.#read(wire)
    } catch (error) {
      return fault('bad_sparkplug', `the payload is no Sparkplug B payload: ${(error as Error).message}`)
    }
  }

  #read(wire: Wire): Fault | null {
    while (wire.pos < wire.len) {
      const tag = wire.tag()
      switch (tag) {
        case TIMESTAMP:
          this.timestamp = wire.unsigned()
          break
        case METRIC:
          if (this.metrics === METRICS_MAX) {
            return fault('bad_sparkplug', `the message has more than ${METRICS_MAX} metrics; send them in several`)
          }
          this.#note(wire)
          break
        case SEQ:
          this.seq = wire.unsigned()
          break
        case UUID:
          if (isCompressed(wire)) {
            return fault('bad_sparkplug', 'the payload is compressed, which Sparkplug B does not know; switch that off')
          }
          break
        default:
          wire.skipType(tag & 7, 0, tag >>> 3)
      }
    }
    return this.seq > 255 ? fault('bad_sparkplug', `seq is ${this.seq}; it goes from 0 to 255`) : null
  }

  #note(wire: Wire): void {
    const end = wire.span()
    if (this.metrics === this.starts.length) {
      this.starts = grown(this.starts)
      this.ends = grown(this.ends)
    }
    this.starts[this.metrics] = wire.pos
    this.ends[this.metrics] = end
    this.metrics++
    wire.pos = end
  }
}

function isCompressed(wire: Wire): boolean {
  const end = wire.span()
  const start = wire.pos
  wire.pos = end
  return end - start === COMPRESSED.length && COMPRESSED.every((byte, i) => wire.buf[start + i] === byte)
}

function grown(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(Math.min(METRICS_MAX, 2 * from.length))
  to.set(from)
  return to
}
