import type { ReadingBlock } from '../base/reading-block.js'
import { type Decoded, type DecodeRules, decode, type Incoming } from './decode.js'
import { type MessageBytes, PlainLane } from './plain-lane.js'
import { type Route, Routes } from './route.js'
import { Taken } from './taken.js'

/** A message in the bytes of a journal record, and as `decode` wants it. */
export type BytesIncoming = Incoming & MessageBytes

/**
 * Decodes message after message into blocks: the plain ones from their bytes, without an object a reading, all others by
 * `decode`. The answers are those of `decode`.
 */
export class Decoder {
  readonly #routes = new Routes()
  readonly #lane = new PlainLane()
  readonly #taken = new Taken()
  #plainMessages = 0

  /** Messages that were read from their bytes, since the start. */
  get plainMessages(): number {
    return this.#plainMessages
  }

  /**
   * Adds the readings of a message to a block.
   *
   * @param position of its journal record
   * @returns one object, which says the same until the next message
   */
  take(message: BytesIncoming, rules: DecodeRules, into: ReadingBlock, position: number): Taken {
    const taken = this.#taken
    taken.clear()
    if (this.#lane.isWornOut) {
      this.#routes.forget()
      this.#lane.beginAnew()
    }
    const route = this.#routes.of(message.topic)
    if (route !== null && message.fullSizeBytes === null && route.isRegistered(rules)) {
      if (this.#lane.read(message, route, rules.retentionMs ?? null, taken, into, position)) {
        this.#plainMessages++
        taken.path = route.path
        taken.class = route.class
        taken.isDecoded = true
        return taken
      }
      taken.clear()
    }
    return this.#note(decode(message, rules), route, into, position)
  }

  /** Adds the readings of a message that `decode` has judged: one that comes again. */
  add(topic: string, decoded: Decoded, into: ReadingBlock, position: number): Taken {
    this.#taken.clear()
    return this.#note(decoded, this.#routes.of(topic), into, position)
  }

  #note(decoded: Decoded, route: Route | null, into: ReadingBlock, position: number): Taken {
    const taken = this.#taken
    taken.path = route?.path ?? decoded.path
    taken.events = decoded.events
    taken.status = decoded.status
    taken.rejected = decoded.rejected
    taken.isDecoded = decoded.isDecoded
    for (const seq of decoded.seqs) taken.seqs[taken.seqCount++] = seq
    for (const { ts } of decoded.events) taken.newestTs = Math.max(taken.newestTs, ts)
    if (route === null || decoded.readings.length === 0) return taken
    taken.class = route.class
    taken.readings = decoded.readings.length
    for (const reading of decoded.readings) {
      const { ts, value, quality, seq, receivedAt, tsAssumed } = reading
      into.add(route.sourceOf(reading), ts, value, quality, seq ?? Number.NaN, receivedAt, tsAssumed, position)
      taken.newestTs = Math.max(taken.newestTs, ts)
      if (!tsAssumed) taken.newestSentTs = Math.max(taken.newestSentTs, ts)
    }
    return taken
  }
}
