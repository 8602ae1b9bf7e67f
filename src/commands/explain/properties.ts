import { isUtf8 } from 'node:buffer'
import type { MqttVersion } from '../../base/mqtt-version.js'

/** Properties of MQTT 5 that a message would come with. */
export interface SupposedProperties {
  readonly contentType?: string | undefined
  readonly responseTopic?: string | undefined
}

/**
 * Compares what a message says that it is with what it is. The gateway goes by the topic and the payload: a content type that
 * contradicts them changes nothing, but whoever reads the messages elsewhere may go by it.
 */
export function contentFound(contentType: string, payload: Buffer): string {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase()
  const fault = jsonFault(payload)
  const isSaidJson = type === 'application/json' || type === 'text/json' || type.endsWith('+json')
  const ending = 'the gateway goes by topic and payload, not by this'
  if (isSaidJson && fault !== null) return `it says ${contentType}, and the payload is no JSON (${fault}); ${ending}`
  if (type.startsWith('text/') && !isUtf8(payload)) {
    return `it says ${contentType}, and the payload is not UTF-8; ${ending}`
  }
  const isSaidBinary = /^application\/(octet-stream|(x-)?protobuf|cbor|msgpack)$/.test(type)
  if (isSaidBinary && fault === null) return `it says ${contentType}, and the payload is JSON; ${ending}`
  return `it says ${contentType}; nothing of the payload contradicts that, and ${ending}`
}

function jsonFault(payload: Buffer): string | null {
  if (!isUtf8(payload)) return 'not UTF-8'
  try {
    JSON.parse(payload.toString())
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Says how a client learns that it may not publish to a topic, in its version of MQTT; in all of them when none is given. */
export function refusalOutcome(version: MqttVersion | undefined): string {
  const five = 'the client is told so in its PUBACK (0x87) and stays connected'
  const before = 'the broker closes the connection, as this version has no answer for it'
  const kept = 'nothing of it is kept'
  if (version === '5') return `${kept}: ${five}`
  if (version !== undefined) return `${kept}: ${before}`
  return `${kept}: with MQTT 5 ${five}, with 3.1.1 and 3.1 the broker closes the connection`
}
