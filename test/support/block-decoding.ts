import type { Reading } from '../../src/base/reading.js'
import { ReadingBlock } from '../../src/base/reading-block.js'
import { type Decoded, type DecodeRules, decode } from '../../src/decode/decode.js'
import { rejectionsOf } from '../../src/decode/decoded-message.js'
import { Decoder } from '../../src/decode/decoder.js'

/** A message as a test has it. */
export interface Sent {
  readonly topic: string
  readonly payload: Uint8Array
  readonly arrivedAt: number
  readonly retain?: boolean
  readonly fullSizeBytes?: number | null
}

/** Readings in the rows of a block from `from` on, in the form that `decode` gives. */
export function readingsOf(block: ReadingBlock, from = 0): Reading[] {
  return block.sources.slice(from, block.length).map(({ plant, line, device, class: under, metric, unit }, i) => {
    const row = from + i
    const seq = block.seq[row]!
    return {
      plant,
      line,
      device,
      class: under,
      metric,
      ts: block.ts[row]!,
      value: block.valueOf(row),
      unit,
      quality: block.quality[row]!,
      seq: Number.isNaN(seq) ? null : seq,
      receivedAt: block.receivedAt[row]!,
      tsAssumed: block.assumed[row] === 1,
    }
  })
}

const NOW = Date.UTC(2026, 10, 24, 8)

/** Decodes one message with a decoder that has heard nothing before: its readings, and what it refuses, in words. */
export function decodedBy(rules: DecodeRules, topic: string, sent: unknown, more: object = {}) {
  const body = Buffer.from(typeof sent === 'string' ? sent : JSON.stringify(sent))
  const bytes = { payload: body, body, payloadStart: 0, payloadEnd: body.length }
  const block = new ReadingBlock()
  const message = { topic, ...bytes, arrivedAt: NOW, retain: false, fullSizeBytes: null, ...more }
  const decoder = new Decoder({ namesLeftOut: true })
  const taken = decoder.take(message, rules, block, 1)
  const rejected = rejectionsOf(taken).map(({ reason, detail }) => `${reason}: ${detail}`)
  return { readings: readingsOf(block), rejected, taken, leftOut: decoder.leftOut }
}

const NEWEST = (times: readonly number[]) => times.reduce((newest, ts) => Math.max(newest, ts), -Infinity)

/** Both ways of decoding, side by side, with a memory that goes from message to message. */
export class BothWays {
  readonly #decoder = new Decoder()
  readonly #block = new ReadingBlock()
  #position = 0

  /**
   * Gives a message both ways: what each made of it, and whether it was read from its bytes.
   *
   * @param behind the bytes that lie behind the payload in the journal
   */
  take(sent: Sent, rules: DecodeRules, behind: Uint8Array): { expected: object; got: object; isPlain: boolean } {
    const incoming = { retain: false, fullSizeBytes: null, ...sent }
    const decoded = decode(incoming, rules)
    const before = Buffer.from('{"ts":')
    const body = Buffer.concat([before, sent.payload, behind])
    const bytes = { body, payloadStart: before.length, payloadEnd: before.length + sent.payload.length }
    if (this.#block.length > 5000) this.#block.clear()
    const rows = this.#block.length
    const plainBefore = this.#decoder.plainMessages
    const taken = this.#decoder.take({ ...incoming, ...bytes }, rules, this.#block, ++this.#position)
    const got = {
      path: taken.path,
      class: taken.class,
      readings: readingsOf(this.#block, rows),
      count: taken.readings,
      words: this.#block.words.size,
      newestTs: taken.newestTs,
      newestSentTs: taken.newestSentTs,
      events: taken.events,
      status: taken.status,
      rejected: taken.rejected,
      seqs: [...taken.seqs.subarray(0, taken.seqCount)],
      isDecoded: taken.isDecoded,
      positions: [...new Set(this.#block.position.subarray(rows, this.#block.length))],
    }
    const words = [...this.#block.words.keys()].filter((row) => row < rows).length
    return { expected: this.#told(decoded, words), got, isPlain: this.#decoder.plainMessages > plainBefore }
  }

  #told({ readings, events, path, unread: _, ...rest }: Decoded, wordsBefore: number): object {
    return {
      ...rest,
      path,
      events,
      class: readings[0]?.class ?? null,
      readings,
      count: readings.length,
      words: wordsBefore + readings.filter(({ value }) => typeof value === 'string').length,
      newestTs: NEWEST([...readings, ...events].map(({ ts }) => ts)),
      newestSentTs: NEWEST(readings.filter(({ tsAssumed }) => !tsAssumed).map(({ ts }) => ts)),
      positions: readings.length === 0 ? [] : [this.#position],
    }
  }
}
