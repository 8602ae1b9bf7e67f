import type { JetStreamManager } from '@nats-io/jetstream'
import { EDGE_STREAM, edgeConsumer, MQTT_STREAM, mqttConsumer } from '../nats/names.js'

/** Messages that NATS holds for a partition: of devices and of edge gateways together. */
export interface PartitionLag {
  /** Messages that were not yet delivered. */
  readonly waiting: number
  /** Delivered, and not yet said to be durable. */
  readonly unacknowledged: number
}

/** Rejects when the servers do not answer. */
export async function lagOf(manager: JetStreamManager, partition: number): Promise<PartitionLag> {
  const found = await Promise.all([
    manager.consumers.info(MQTT_STREAM, mqttConsumer(partition)),
    manager.consumers.info(EDGE_STREAM, edgeConsumer(partition)),
  ])
  return {
    waiting: found.reduce((sum, { num_pending }) => sum + num_pending, 0),
    unacknowledged: found.reduce((sum, { num_ack_pending }) => sum + num_ack_pending, 0),
  }
}
