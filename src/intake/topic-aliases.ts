import type { PacketFault } from './packet-rules.js'
import { Reason } from './reason-codes.js'

/** Topic aliases that a client may have in use; CONNACK says so. */
export const TOPIC_ALIASES_MAX = 32
/** A longer topic has none: ten thousand clients with all their aliases take 160 MiB. */
const TOPIC_BYTES_MAX = 512

/**
 * The topics for which the aliases of one connection stand, MQTT 5 §3.3.2.3.4. They are resolved before the journal, which
 * holds the whole topic, and the broker never sees one.
 */
export class TopicAliases {
  readonly #topics: Buffer[] = []

  /** Puts down a well-formed topic under an alias. */
  learn(alias: number, topic: Buffer): PacketFault | null {
    if (alias > TOPIC_ALIASES_MAX) return beyond(alias)
    if (topic.length > TOPIC_BYTES_MAX) {
      const sentence = `a topic alias for a topic of ${topic.length} bytes; ${TOPIC_BYTES_MAX} are the most here`
      return { sentence, reason: Reason.quotaExceeded }
    }
    const known = this.#topics[alias - 1]
    if (known === undefined || !known.equals(topic)) this.#topics[alias - 1] = Buffer.from(topic)
    return null
  }

  /** Null when the alias stands for none; `faultOf` says why. */
  topicOf(alias: number): Buffer | null {
    return this.#topics[alias - 1] ?? null
  }

  /** The fault of an alias that stands for no topic. */
  faultOf(alias: number): PacketFault {
    if (alias > TOPIC_ALIASES_MAX) return beyond(alias)
    return { sentence: `topic alias ${alias} stands for no topic yet`, reason: Reason.protocolError }
  }
}

function beyond(alias: number): PacketFault {
  const sentence = `topic alias ${alias}, more than the ${TOPIC_ALIASES_MAX} of CONNACK [MQTT-3.3.2-9]`
  return { sentence, reason: Reason.topicAliasInvalid }
}
