import type { JsMsg } from '@nats-io/jetstream'
import { EDGE_CLIENT } from '../base/ingress.js'
import type { IntakeEntryMessage } from '../intake/journal-sink.js'
import { MQTT_HEADER } from '../nats/names.js'
import { COUNT_HEADER, decodeBatch, EDGE_HEADER, FROM_HEADER, TO_HEADER } from './batch.js'
import { plantIn, UNNAMED_PLANT } from './plant-of.js'

/** A journal record has room for so much of a batch that cannot be used. */
const KEPT_BYTES_MAX = 8 * 2 ** 20
const NS_PER_MS = 1e6

/** The needed part of a message of the stream that holds what plants have forwarded. */
export type ForwardedMessage = Pick<JsMsg, 'subject' | 'data' | 'headers'> & {
  readonly info: Pick<JsMsg['info'], 'timestampNanos'>
}

/**
 * The messages that a plant has forwarded, as they came there: with the time of arrival there, which devices without a clock
 * rely on, but never one after the stream got them, so that a plant whose clock is wrong does not move the time of others.
 * What came by MQTT says that it came by another broker, as its sessions are not known here. A batch that cannot be used is
 * one message under a topic that nobody sends to: it ends in quarantine with the reason, whole, and holds nothing up.
 */
export function forwardedEntries(message: ForwardedMessage): readonly IntakeEntryMessage[] {
  const storedMs = Math.floor(message.info.timestampNanos / NS_PER_MS)
  const plant = message.subject.slice(message.subject.lastIndexOf('.') + 1)
  const client = edgeClient(message.headers?.get(EDGE_HEADER) ?? '', plant)
  if (message.headers?.has(MQTT_HEADER) === true) {
    return [refused(message, plant, client, storedMs, 'an MQTT client has published it, which no edge gateway does')]
  }
  const decoded = decodeBatch(message.data)
  if ('problem' in decoded) return [refused(message, plant, client, storedMs, decoded.problem)]
  const stray = decoded.map(({ topic }) => plantIn(topic)).find((named) => named !== null && named !== plant)
  if (stray !== undefined) {
    return [refused(message, plant, client, storedMs, `it holds messages of plant ${stray} and was sent for ${plant}`)]
  }
  return decoded.map((entry) => ({
    ...entry,
    arrivedAt: Math.min(entry.arrivedAt, storedMs),
    ingress: entry.ingress === 'mqtt' ? 'broker' : entry.ingress,
    client,
  }))
}

/**
 * Client id of everything that an edge gateway has forwarded: it names the plant that it was forwarded for, which the account of the
 * gateway at the servers says, and no message of it may become a device of another plant.
 */
function edgeClient(edge: string, plant: string): string {
  const id = `${EDGE_CLIENT}${/^[0-9a-f-]{36}$/.test(edge) ? edge : 'unknown'}`
  return plant === UNNAMED_PLANT ? id : `${id}/${plant}`
}

function refused(
  { data, headers }: ForwardedMessage,
  plant: string,
  client: string,
  arrivedAt: number,
  problem: string,
): IntakeEntryMessage {
  const [from, to, count] = [FROM_HEADER, TO_HEADER, COUNT_HEADER].map((name) => headers?.get(name) ?? '')
  const said = Buffer.from(`${JSON.stringify({ problem, plant, from, to, count })}\n`)
  const payload = Buffer.concat([said, data.subarray(0, KEPT_BYTES_MAX)])
  return {
    kind: 'message',
    arrivedAt,
    ingress: 'broker',
    client,
    topic: `edge/${plant}/refused`,
    payload,
    qos: 1,
    retain: false,
    fullSizeBytes: data.length > KEPT_BYTES_MAX ? data.length : null,
  }
}
