import type { PacketFault } from '../packet-rules.js'
import { Reason } from '../reason-codes.js'

/**
 * Messages of QoS 1 and 2 that a client may send before the first of them is acknowledged; CONNACK says so. No sender of QoS 1
 * comes to it, whether it counts or not: a connection is read no further once `HELD_BYTES_MAX` of it wait for the journal, which are 12,000
 * of the smallest messages, and one read has 8,000 more. It bounds the packet ids of QoS 2 that are not released.
 */
export const RECEIVE_MAXIMUM = 32_768

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
