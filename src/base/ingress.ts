/** Kinds of ingress, by which messages come in: the embedded MQTT broker, a broker that exists already, stack monitors over TCP, polled meters, servers of OPC UA. */
export const INGRESS_KINDS = ['mqtt', 'broker', 'hj212', 'modbus', 'opcua'] as const
export type IngressKind = (typeof INGRESS_KINDS)[number]

/** Counts of the messages that one client of an ingress has sent, and how many of them were of the past when they came. */
export interface ClientFlow {
  readonly ingress: IngressKind
  readonly client: string
  readonly messages: number
  readonly past: number
}

/** Something that the gateway itself tells devices. */
export interface DeviceNotice {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** Null for the subscribers of the embedded broker, else the id of an external broker. */
  readonly to: string | null
  /** It answers a message of MQTT 5, under the topic that its sender has named. */
  readonly reply?: NoticeReply
}

/** A message of the gateway's own broker with a result: QoS 1, and no part of the journal. */
export interface ResultMessage {
  readonly topic: string
  /** An empty one removes what is retained under the topic. */
  readonly payload: string
  readonly retain: boolean
}

export interface NoticeReply {
  /** The MQTT client whose message it was. */
  readonly client: string
  /** The correlation data of the message; absent when it had none. */
  readonly correlationData?: Uint8Array
}

/** Prefix of the client of a message that a gateway in a plant has passed on: `edge:ID/PLANT`, in earlier journals `edge:ID`. */
export const EDGE_CLIENT = 'edge:'

/**
 * True when a message that a gateway in a plant has passed on is older than what has been heard since: after a lost line a batch
 * may come again, or after its successor. Never true of other messages: a clock of this machine that was set back makes nothing old.
 */
export function isOvertaken(
  message: { readonly client: string; readonly arrivedAt: number },
  heardMs: number,
): boolean {
  return message.arrivedAt < heardMs && message.client.startsWith(EDGE_CLIENT)
}
