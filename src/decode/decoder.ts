import type { DeviceNotice } from '../base/ingress.js'
import type { ReadingBlock } from '../base/reading-block.js'
import { parseTopic } from '../base/topic.js'
import { type Decoded, type DecodeRules, decode } from './decode.js'
import { DecodedMessage } from './decoded-message.js'
import type { BytesIncoming, DialectState } from './dialect.js'
import { newDialects } from './dialects.js'
import type { Fault } from './fault.js'
import { JsonFastPath } from './json-fast-path.js'
import { wasKept } from './kept.js'
import { foreignFault } from './registration.js'
import { type Route, Routes } from './route.js'
import { shorten } from './text.js'

const UNREAD =
  'nobody looks at it: an element has ts, metrics, units, quality, seq and events, and units and qualities of its own metrics'

/**
 * Decodes message after message into blocks: the plain ones of our own JSON from their bytes, without an object a
 * reading, all others of it by `decode`, whose answers are the reference; and those in other languages by their dialect.
 */
export class Decoder {
  readonly #routes = new Routes()
  readonly #fastPath = new JsonFastPath()
  readonly #taken = new DecodedMessage()
  readonly #dialects = newDialects()
  #plainMessages = 0
  #unreadKeys = 0

  /** @param namesLeftOut what is decoded says which of its values were left out: for people who look at one message */
  constructor({ namesLeftOut = false } = {}) {
    if (namesLeftOut) this.#taken.leftOut = []
  }

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
  take(message: BytesIncoming, rules: DecodeRules, into: ReadingBlock, position: number): DecodedMessage {
    const taken = this.#taken
    taken.clear()
    if (this.#fastPath.isWornOut) {
      this.#routes.forget()
      this.#fastPath.beginAnew()
    }
    const route = this.#routes.of(message.topic)
    const foreign = foreignTopicFault(message, rules)
    if (foreign !== null) {
      taken.rejected = [{ index: 0, ...foreign }]
      return taken
    }
    if (route === null && !isOurs(message.topic)) {
      for (const dialect of this.#dialects) {
        if (!dialect.speaks(message, rules)) continue
        dialect.take(message, rules, taken, into, position)
        return taken
      }
    } else if (
      route?.isRegistered(rules) &&
      route.isKnown(rules) &&
      message.fullSizeBytes === null &&
      !wasKept(message)
    ) {
      if (this.#fastPath.read(message, route, rules, taken, into, position)) {
        this.#plainMessages++
        taken.path = route.path
        taken.class = route.class
        taken.isDecoded = true
        return taken
      }
      taken.clear()
    }
    return this.#note(decode(message, rules), route, rules, into, position)
  }

  /** The language that a message is in, for people: our own, that of a dialect, or none and why. */
  languageOf(message: BytesIncoming, rules: DecodeRules): string {
    const topic = parseTopic(message.topic)
    const dialect = 'problem' in topic ? this.#dialects.find((one) => one.speaks(message, rules)) : undefined
    if (dialect !== undefined) return dialect.describe?.(message, rules) ?? dialect.name
    if ('problem' in topic) return `none: ${topic.problem}`
    return `our own JSON, ${topic.kind} of a device`
  }

  /** Time has gone on, by the journal: one a second. */
  tick(nowMs: number, rules: DecodeRules): void {
    for (const dialect of this.#dialects) dialect.tick?.(nowMs, rules)
  }

  /** A session has begun or ended, by the journal; of all clients at a start, which leaves none. */
  session(client: string | null, what: 'begin' | 'end', nowMs: number): void {
    for (const dialect of this.#dialects) dialect.session?.(client, what, nowMs)
  }

  /** Notices for devices that have come up since it was asked last. */
  takeNotices(): readonly DeviceNotice[] {
    return this.#dialects.flatMap((dialect) => dialect.takeNotices?.() ?? [])
  }

  /** Values that were in order and made no reading, since the start, by why. */
  get leftOut(): Readonly<Record<string, number>> {
    const all: Record<string, number> = { unknown_key: this.#unreadKeys }
    for (const { leftOut = {} } of this.#dialects) {
      for (const [why, values] of Object.entries(leftOut)) all[why] = (all[why] ?? 0) + values
    }
    return all
  }

  /** State of the dialects that has changed since it was asked last: to be saved with the readings. */
  takeChanges(): readonly DialectState[] {
    return this.#dialects.flatMap((dialect) => dialect.takeChanges?.() ?? [])
  }

  restore(states: readonly DialectState[]): void {
    for (const dialect of this.#dialects) {
      dialect.restore?.(states.filter(({ key }) => key.startsWith(`${dialect.name}/`)))
    }
  }

  #note(
    decoded: Decoded,
    route: Route | null,
    rules: DecodeRules,
    into: ReadingBlock,
    position: number,
  ): DecodedMessage {
    const taken = this.#taken
    taken.path = route?.path ?? decoded.path
    taken.events = decoded.events
    taken.status = decoded.status
    taken.rejected = decoded.rejected
    taken.isDecoded = decoded.isDecoded
    this.#unreadKeys += decoded.unread.length
    for (const key of decoded.unread) taken.leaveOut(shorten(key), UNREAD)
    for (const seq of decoded.seqs) taken.seqs[taken.seqCount++] = seq
    for (const { ts } of decoded.events) taken.newestTs = Math.max(taken.newestTs, ts)
    if (route === null || decoded.readings.length === 0) return taken
    taken.class = route.class
    taken.readings = decoded.readings.length
    for (const reading of decoded.readings) {
      const { ts, value, quality, seq, receivedAt, tsAssumed } = reading
      into.add(route.sourceOf(reading, rules), ts, value, quality, seq ?? Number.NaN, receivedAt, tsAssumed, position)
      taken.newestTs = Math.max(taken.newestTs, ts)
      if (!tsAssumed) taken.newestSentTs = Math.max(taken.newestSentTs, ts)
    }
    return taken
  }
}

/** In our own grammar, with readings or without: a profile for the topics of others has no say there. */
function isOurs(topic: string): boolean {
  return topic.startsWith('plants/') && !('problem' in parseTopic(topic))
}

/**
 * Reason to take nothing of a message in our own grammar; null when there is none. The ingress has let it through by its topic,
 * but of other brokers nobody knows who sent it there: only theirs are judged here.
 */
function foreignTopicFault(message: BytesIncoming, rules: DecodeRules): Fault | null {
  if (message.ingress !== 'broker' || rules.speakers === undefined) return null
  const topic = parseTopic(message.topic)
  return 'problem' in topic ? null : foreignFault(topic, message, rules)
}
