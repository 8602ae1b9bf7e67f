import type { DeviceNotice } from '../base/ingress.js'
import { decodeProperties } from '../base/message-properties.js'
import type { QuarantineItem } from '../base/wire.js'
import type { IntakeEntryMessage } from '../intake/journal-sink.js'

/**
 * The answer to a message of MQTT 5 that names a topic for it, when something of the message is rejected: one, however much was
 * rejected, with what is said under `…/rejected` of up to 20. Null for a message without such a topic.
 */
export function rejectionReply(message: IntakeEntryMessage, item: QuarantineItem): DeviceNotice | null {
  if (message.ingress !== 'mqtt' || message.properties === undefined) return null
  const { responseTopic, correlationData } = decodeProperties(message.properties)
  // Whoever sends back what it is told is not told so for ever.
  if (responseTopic === undefined || responseTopic === message.topic) return null
  const { id, topic, reason, count, rejections } = item
  const leading = rejections.find((one) => one.reason === reason) ?? rejections[0]!
  const payload = JSON.stringify({ ...leading, topic, id, count, rejections })
  const correlation = correlationData === undefined ? {} : { correlationData: Uint8Array.from(correlationData) }
  return { topic: responseTopic, payload, to: null, reply: { client: message.client, ...correlation } }
}
