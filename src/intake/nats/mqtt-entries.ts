import type { MsgHdrs } from '@nats-io/transport-node'
import type { Clock } from '../../base/clock.js'
import { MQTT_HEADER, MQTT_KEPT, unmapped } from '../../nats/names.js'
import { partitionOf } from '../../nats/partition.js'
import { SAMPLE_BYTES_MAX } from '../discarded.js'
import type { IntakeEntryMessage } from '../journal-sink.js'
import { topicOfSubject } from './subject.js'

const CLIENT = 'broker:nats'

/** The needed part of a message of NATS. */
export interface Published {
  readonly subject: string
  readonly data: Uint8Array
  readonly headers?: MsgHdrs | undefined
}

export interface MqttEntriesOptions {
  readonly partition: number
  readonly partitions: number
  /** As `mqtt.max_packet_bytes`: of a larger payload the beginning is kept. */
  readonly payloadBytesMax: number
  readonly clock: Clock
}

/** Makes entries of what MQTT clients publish at nats-server; the subjects are those that `subjectMappings` makes. */
export class MqttEntries {
  constructor(private readonly options: MqttEntriesOptions) {}

  /**
   * A message of QoS 1 or 2. `cameMs` is when the stream got it, by the clock of its server: it arrived then, however often it is
   * delivered, so a reading that takes its time from there is one reading.
   */
  kept(message: Published, cameMs: number): IntakeEntryMessage {
    const { subject, data, headers } = message
    const qos = headers?.get(MQTT_HEADER)[0] === '2' ? 2 : 1
    return this.#entry(subject.slice(MQTT_KEPT.length), data, qos, Math.floor(cameMs))
  }

  /** Entry of a message of QoS 0; null for the other ones, which go to all subscribers too. */
  passing({ subject, data, headers }: Published): IntakeEntryMessage | null {
    if (headers?.get(MQTT_HEADER)[0] !== '0') return null
    return this.#entry(subject, data, 0, this.options.clock.nowMs())
  }

  #entry(subject: string, data: Uint8Array, qos: 0 | 1 | 2, arrivedAt: number): IntakeEntryMessage {
    const isTooLarge = data.length > this.options.payloadBytesMax
    return {
      kind: 'message',
      arrivedAt,
      ingress: 'broker',
      client: CLIENT,
      topic: this.#topicOf(subject),
      payload: isTooLarge ? data.subarray(0, SAMPLE_BYTES_MAX) : data,
      qos,
      retain: false,
      fullSizeBytes: isTooLarge ? data.length : null,
    }
  }

  /** A device that says the last level itself may name any partition: then its topic is taken as it stands, and is a bad one. */
  #topicOf(subject: string): string {
    const { partition, partitions } = this.options
    const belongs = partitionOf(subject.split('.', 2)[1] ?? '', partitions) === partition
    return topicOfSubject(belongs ? unmapped(subject) : subject)
  }
}
