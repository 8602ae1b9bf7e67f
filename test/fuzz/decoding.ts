import { ReadingBlock } from '../../src/base/reading-block.js'
import { Decoder } from '../../src/decode/decoder.js'
import type { BytesIncoming } from '../../src/decode/dialect.js'
import { ARRIVED_AT, RULES } from '../support/fuzz/corpus.js'
import { complaint } from '../support/fuzz/judge.js'

/** So that what it remembers of devices does not grow with the length of a run. */
const MESSAGES_MAX = 2000

/** A decoder that goes from input to input, as in the gateway, and is judged after each. */
export class JudgedDecoder {
  #decoder = new Decoder()
  readonly #block = new ReadingBlock()
  #position = 0

  constructor(private readonly rules = RULES) {}

  /** Throws when what is said of the message is not true. */
  take(topic: string, payload: Buffer, ingress: BytesIncoming['ingress'] = 'mqtt'): void {
    this.#position += 1
    if (this.#position % MESSAGES_MAX === 0) this.#decoder = new Decoder()
    this.#block.clear()
    this.#block.sources.length = 0
    const message: BytesIncoming = {
      topic,
      ingress,
      client: 'edge',
      payload,
      body: payload,
      payloadStart: 0,
      payloadEnd: payload.length,
      arrivedAt: ARRIVED_AT + this.#position,
      retain: false,
      fullSizeBytes: null,
    }
    const taken = this.#decoder.take(message, this.rules, this.#block, this.#position)
    const wrong = complaint(message, taken, this.#block, 0)
    if (wrong !== null) throw new Error(`${topic}: ${wrong}`)
    if (this.#position % 16 === 0) {
      this.#decoder.tick(message.arrivedAt, this.rules)
      this.#decoder.takeNotices()
      this.#decoder.takeChanges()
    }
  }
}
