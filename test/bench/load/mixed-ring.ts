import { sampleOf, topicOf } from './mix.js'
import { encodeHead, type Ring } from './packets.js'

/** Order of the messages of one device of a mixed plant. */
export interface MixedShape {
  /** Counted from 0; it is of the kind that `kindOf` says. */
  readonly device: number
  /** Samples of one message: one is an object, more are an array. */
  readonly samples: number
  /** Event time of the first sample, epoch ms; null: the first message is of the time of its sending. */
  readonly firstTs: number | null
  /** So old is the first sample of a burst when it is sent; 0 without bursts. */
  readonly burstSeconds: number
  readonly stepMs: number
  /** True when each tenth message is of minutes ago; the sample of its own time comes minutes later. */
  readonly isLate: boolean
}

const LATE_EVERY = 10
/** Late messages are of so many tens of samples ago, by device. */
const LATE_TENS = [12, 30] as const

/** The message slots of one device; each packet is encoded anew when it is sent. */
export class MixedRing implements Ring {
  readonly #shape: MixedShape
  readonly #topic: string
  readonly #packets: Buffer[]
  #firstTs: number | null
  payloadBytes = 0

  constructor(
    shape: MixedShape,
    readonly slots: number,
  ) {
    this.#shape = shape
    this.#topic = topicOf(shape.device)
    this.#firstTs = shape.firstTs
    this.#packets = Array.from({ length: slots }, () => Buffer.alloc(0))
  }

  patch(slot: number, message: number, nowMs: number): void {
    const { device, samples, stepMs, burstSeconds } = this.#shape
    this.#firstTs ??= nowMs - burstSeconds * 1000 - message * samples * stepMs
    const first = this.#sampleOf(message) * samples
    const elements = Array.from({ length: samples }, (_, i) => sampleOf(device, this.#firstTs! + (first + i) * stepMs))
    const payload = Buffer.from(JSON.stringify(samples === 1 ? elements[0] : elements))
    const head = encodeHead(this.#topic, 1, payload.length)
    head.writeUInt16BE(slot + 1, head.length - 2)
    this.#packets[slot] = Buffer.concat([head, payload])
    this.payloadBytes = payload.length
  }

  packets(slot: number, count: number): Buffer {
    return count === 1 ? this.#packets[slot]! : Buffer.concat(this.#packets.slice(slot, slot + count))
  }

  /** Number of the sample (or array of them) that goes with a message: each goes once. */
  #sampleOf(message: number): number {
    const { device, isLate } = this.#shape
    if (!isLate || message % LATE_EVERY !== 0) return message
    const [least, most] = LATE_TENS
    return message - LATE_EVERY * (least + (device % (most - least + 1)))
  }
}
