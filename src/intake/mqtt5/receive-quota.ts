import type { PacketFault } from '../packet-rules.js'
import { HELD_BYTES_MAX } from '../publish-fast-path.js'
import { Reason } from '../reason-codes.js'

/** Bytes of a small message in the journal, with its client id and its topic. */
const SMALL_MESSAGE_BYTES = 64

/**
 * Messages of QoS 1 and 2 that a client may send before the first of them is acknowledged; CONNACK says so. It is what the
 * journal takes of one connection at once, in small messages: a client with larger ones is read no further before
 * it comes to that, and waits.
 */
export const RECEIVE_MAXIMUM = HELD_BYTES_MAX / SMALL_MESSAGE_BYTES

/** Counts what a client of MQTT 5 has sent with QoS 1 and 2 and has no acknowledgement of, §4.9. */
export class ReceiveQuota {
  #unanswered = 0

  /** A PUBLISH of QoS 1 or 2 has come. */
  came(): PacketFault | null {
    this.#unanswered += 1
    if (this.#unanswered <= RECEIVE_MAXIMUM) return null
    const sentence = `more than the ${RECEIVE_MAXIMUM} messages of QoS 1 and 2 without an acknowledgement that CONNACK allows: wait for PUBACK or PUBCOMP`
    return { sentence, reason: Reason.receiveMaximumExceeded }
  }

  /** So many PUBACKs, PUBCOMPs or refusing PUBRECs go out. One for a message of an earlier connection gives no more room than there was. */
  answered(packets: number): void {
    this.#unanswered = Math.max(0, this.#unanswered - packets)
  }
}
