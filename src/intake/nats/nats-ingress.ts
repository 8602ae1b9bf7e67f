import type { NatsConnection, Subscription } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { Clock } from '../../base/clock.js'
import { connectNats } from '../../nats/connect.js'
import { EDGE_STREAM, edgeConsumer, MQTT_STREAM, mqttConsumer, mqttSubjects } from '../../nats/names.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import { JournalBacklog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import type { IntakeStats } from '../stats.js'
import { DurableConsumer, type EntriesOfMessage } from './consumer.js'
import { MqttEntries } from './mqtt-entries.js'
import { subjectOfTopic } from './subject.js'

/** Longest wait of `close` for acknowledgements that are on their way. */
const CLOSE_MS = 2000
/** Number of messages from plants that are fetched ahead; each is a batch. */
const BATCHES_AHEAD = 16

export interface NatsIngressDeps {
  /** As `mqtt.max_packet_bytes`. */
  readonly payloadBytesMax: number
  /** Makes entries of what plants with a gateway of their own have forwarded. */
  readonly takeEdge: EntriesOfMessage
  readonly sink: JournalSink
  /** Shared with whoever else writes to `sink`. */
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Called at the start, and whenever it stands differently with the servers. */
  tell(status: BrokerStatus): void
}

/** The ingress of a partition: what the servers keep for it, and what passes by there with QoS 0. */
export class NatsIngress {
  #status: BrokerStatus = { id: 'nats', isConnected: true, reason: '', lost: 0, sessionsLost: 0 }

  private constructor(
    private readonly connection: NatsConnection,
    private readonly deps: NatsIngressDeps,
    private readonly passing: readonly Subscription[],
    private readonly consumers: readonly DurableConsumer[],
  ) {}

  /** Rejects when no server can be reached. The consumers have to be there (src/cluster/assets.ts). */
  static async open(owned: OwnedPartition, deps: NatsIngressDeps): Promise<NatsIngress> {
    const { partition, partitions, nats } = owned
    const { sink, clock, stats, log, payloadBytesMax } = deps
    const connection = await connectNats(nats, 'journal', `greengauge intake of partition ${partition}`)
    const backlog = new JournalBacklog()
    const take = new MqttEntries({ partition, partitions, payloadBytesMax, clock })
    const passing = mqttSubjects(partition).map((subject) =>
      connection.subscribe(subject, {
        callback: (_error, message) => {
          const entry = take.passing(message)
          // Its sender does not wait for an answer: what finds no room is lost, as QoS 0 may be.
          if (entry === null) return
          if (backlog.isFull) {
            stats.limited('backlog')
            return
          }
          const sizeBytes = entry.topic.length + entry.payload.length
          stats.messageCame(sizeBytes, 1, entry.ingress)
          backlog.add(sizeBytes)
          sink.append(entry, () => backlog.remove(sizeBytes))
        },
      }),
    )
    const common = { connection, sink, backlog, clock, stats, log }
    const consumers = [
      new DurableConsumer({
        ...common,
        stream: MQTT_STREAM,
        name: mqttConsumer(partition),
        take: (message) => [take.kept(message, message.time.getTime())],
      }),
      new DurableConsumer({
        ...common,
        stream: EDGE_STREAM,
        name: edgeConsumer(partition),
        aheadMax: BATCHES_AHEAD,
        take: deps.takeEdge,
      }),
    ]
    const ingress = new NatsIngress(connection, deps, passing, consumers)
    ingress.#tell({})
    void ingress.#watch()
    return ingress
  }

  /** QoS 0, to those who listen to the topic now. */
  publishNotice(topic: string, payload: string | Buffer): void {
    const subject = subjectOfTopic(topic)
    if (subject !== null && !this.connection.isClosed()) this.connection.publish(subject, payload)
  }

  /** Takes no more, and acknowledges what the journal gives within two seconds; the rest comes to the next owner. */
  async close(): Promise<void> {
    for (const subscription of this.passing) subscription.unsubscribe()
    await Promise.all(this.consumers.map((consumer) => consumer.close(CLOSE_MS)))
    await Promise.race([this.connection.flush().catch(() => {}), this.deps.clock.sleep(CLOSE_MS)])
    await this.connection.close()
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'disconnect') {
        const reason = 'the connection to the NATS servers broke; it is tried again'
        this.deps.log.warn(reason)
        this.#tell({ isConnected: false, reason, lost: this.#status.lost + 1 })
      } else if (type === 'reconnect') {
        this.deps.log.info({ server: this.connection.getServer() }, 'connected to a NATS server again')
        this.#tell({ isConnected: true, reason: '' })
      }
    }
  }

  #tell(change: Partial<BrokerStatus>): void {
    this.#status = { ...this.#status, ...change }
    this.deps.tell(this.#status)
  }
}
