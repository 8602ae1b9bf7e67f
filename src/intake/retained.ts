import { Readable } from 'node:stream'
import type { AedesPublishPacket } from 'aedes'
import { compactPacket } from './compact.js'
import { type KeptProperties, propertyBytes } from './property-bytes.js'
import { covers } from './topic-filter.js'

/** Number of retained topics that are compared with a filter before others have their turn: well under a millisecond. */
const COMPARED_AT_ONCE = 500

interface Bounds {
  readonly retained: number
  readonly retained_bytes: number
}

/** The newest message of each topic that was published with RETAIN, at most so many and so large. */
export class RetainedMessages {
  readonly #packets = new Map<string, AedesPublishPacket>()
  #bytes = 0
  /** Ends when all searches asked for so far have; one at a time, whoever asks. */
  #lastSearch: Promise<void> = Promise.resolve()

  constructor(private readonly bounds: Bounds) {}

  /** False when it would go beyond a bound. A newer message for a topic that is there needs room for the difference only. */
  hasRoomFor(packet: Sized): boolean {
    const { topic, payload } = packet
    if (payload.length === 0) return true
    const before = this.#packets.get(topic)
    if (before === undefined && this.#packets.size >= this.bounds.retained) return false
    return this.#bytes - (before === undefined ? 0 : sizeOf(before)) + sizeOf(packet) <= this.bounds.retained_bytes
  }

  /** Keeps it in place of the one before [MQTT-3.3.1-5]; an empty one removes it. Without room nothing changes. */
  async storeRetained(packet: AedesPublishPacket): Promise<void> {
    if (!this.hasRoomFor(packet)) return
    const before = this.#packets.get(packet.topic)
    if (before !== undefined) this.#bytes -= sizeOf(before)
    this.#packets.delete(packet.topic)
    if (packet.payload.length === 0) return
    const kept = compactPacket(packet)
    this.#packets.set(packet.topic, kept)
    this.#bytes += sizeOf(kept)
  }

  /** All that some filters match, in turns, so that neither many topics nor many filters hold up the rest. */
  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const before = this.#lastSearch
    let isOver = (): void => {}
    this.#lastSearch = new Promise((resolve) => {
      isOver = resolve
    })
    const stream = Readable.from(this.#matching(filters, before, isOver), { highWaterMark: 1 })
    // Destroyed before it has begun, it would never say that it is over.
    stream.once('close', isOver)
    return stream
  }

  async *#matching(
    filters: readonly string[],
    before: Promise<void>,
    isOver: () => void,
  ): AsyncGenerator<AedesPublishPacket> {
    await before
    const found: AedesPublishPacket[] = []
    let compared = 0
    for (const filter of filters) {
      if (!filter.includes('+') && !filter.includes('#')) {
        const packet = this.#packets.get(filter)
        if (packet !== undefined) found.push(packet)
        continue
      }
      for (const [topic, packet] of this.#packets) {
        if (covers(filter, topic)) found.push(packet)
        compared += 1
        if (compared % COMPARED_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    isOver()
    yield* found
  }
}

/** These parts of a message take memory. */
type Sized = Pick<AedesPublishPacket, 'topic' | 'payload'> & { readonly properties?: KeptProperties }

function sizeOf({ topic, payload, properties }: Sized): number {
  return topic.length + payload.length + propertyBytes(properties)
}
