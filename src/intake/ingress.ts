import type { Logger } from 'pino'
import type { Certificate } from '../access/certificates.js'
import type { Credential } from '../access/credentials.js'
import type { AuthOptions } from '../access/options.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { BrokerStatus } from '../base/broker-status.js'
import type { Clock } from '../base/clock.js'
import type { DeviceNotice, ResultMessage } from '../base/ingress.js'
import type { PollPlan } from '../base/modbus.js'
import type { OpcuaPlan } from '../base/opcua.js'
import type { Hj212Options } from '../base/options/hj212.js'
import { compareText } from '../base/text-order.js'
import { REFUSED_CLIENTS_MAX, type RefusedClient } from '../base/wire/refused-clients.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { JournalBacklog } from './backlog.js'
import type { Bridges } from './bridge/bridges.js'
import type { BrokerOptions } from './bridge/options.js'
import { type Broker, startBroker } from './broker.js'
import { EventLoopBudget } from './event-loop-budget.js'
import { type Hj212Listener, startHj212 } from './hj212/listener.js'
import type { JournalSink } from './journal-sink.js'
import type { MqttPorts } from './listeners.js'
import type { PollStats } from './modbus/poll-stats.js'
import { Pollers } from './modbus/pollers.js'
import type { EntriesOfMessage } from './nats/consumer.js'
import type { NatsIngress } from './nats/nats-ingress.js'
import { NoticeQueue } from './notice-queue.js'
import { OpcuaClients } from './opcua/clients.js'
import type { OpcuaStats } from './opcua/server-stats.js'
import type { MqttOptions } from './options.js'
import type { Pressure } from './pressure.js'
import { RefusedClients } from './refused-clients.js'
import { EmbeddedHost } from './sparkplug-state.js'
import type { IntakeStats } from './stats.js'

export interface IngressOptions {
  readonly mqtt: MqttOptions
  /** Devices that were registered by command. */
  readonly registry: readonly RegisteredDevice[]
  readonly auth: AuthOptions
  /** Credentials that MQTT clients prove themselves by. */
  readonly credentials: readonly Credential[]
  readonly brokers: readonly BrokerOptions[]
  /** Folder of the files that say what was left at those brokers, one for each. */
  readonly brokersDir: string
  readonly hj212: Hj212Options
  /** As a Sparkplug host application; null when it is announced as none. */
  readonly sparkplugHostId: string | null
  readonly pollPlans: readonly PollPlan[]
  readonly opcuaPlans: readonly OpcuaPlan[]
  /** Folder of the certificates of OPC UA, and of what is kept of each server. */
  readonly opcuaDir: string
}

export interface IngressDeps {
  readonly sink: JournalSink
  /** Certificate of `mqtt.tls`; null without one. */
  readonly certificate: Certificate | null
  /** Shared with whoever else writes to the journal. */
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly polls: PollStats
  readonly opcua: OpcuaStats
  /** In a cluster: what it works for. */
  readonly partition?: OwnedPartition
  /** In a cluster: makes entries of what plants with a gateway of their own have forwarded. */
  readonly takeEdge?: EntriesOfMessage
  /** Bounds what clients may send of their past while figures are late; null for no bound. */
  readonly pressure?: Pressure | null
  readonly log: Logger
  /** Called with how it stands with an external broker: at the start, and whenever that changes. */
  tell(status: BrokerStatus): void
}

/** All that lets messages in: what comes through any of them goes into the one journal. */
export class Ingress {
  #refused: Readonly<Record<'clients' | 'loggers', readonly RefusedClient[]>> = { clients: [], loggers: [] }
  readonly #notices: NoticeQueue

  private constructor(
    private readonly log: Logger,
    private readonly broker: Broker | null,
    private readonly host: EmbeddedHost | null,
    private readonly bridges: Bridges | null,
    private readonly hj212: Hj212Listener | null,
    private readonly pollers: Pollers,
    private readonly opcua: OpcuaClients,
    private readonly nats: NatsIngress | null,
    private readonly loggers: RefusedClients,
    stats: IntakeStats,
  ) {
    const budget = broker?.budget ?? new EventLoopBudget()
    this.#notices = new NoticeQueue(
      budget,
      (notice) => this.#publish(notice),
      () => stats.forwardDropped(),
    )
  }

  /** Rejects, with `port` on the error, when there can be no listener; then none is left. */
  static async open(options: IngressOptions, deps: IngressDeps): Promise<Ingress> {
    const { mqtt, auth, registry: devices, credentials, sparkplugHostId } = options
    const { sink, clock, stats, log, certificate } = deps
    const admission = { isRequired: auth.required, devices, credentials }
    const broker = mqtt.enabled
      ? await startBroker(mqtt, sink, clock, log, stats, admission, certificate, deps.pressure)
      : null
    const { port } = options.hj212
    const loggers = new RefusedClients(clock)
    const hj212 =
      port === null
        ? null
        : await startHj212({ ...options.hj212, port }, sink, clock, log, stats, deps.pressure, loggers).catch(
            async (error) => {
              await broker?.close()
              throw error
            },
          )
    const isHost = sparkplugHostId !== null && broker !== null
    const host = isHost ? await EmbeddedHost.start(sparkplugHostId, broker, clock, log) : null
    const bridges = await openBridges(options, deps)
    const pollers = new Pollers({ sink, clock, stats, polls: deps.polls, log })
    pollers.use(options.pollPlans)
    const opcua = new OpcuaClients({ dir: options.opcuaDir, sink, clock, stats, servers: deps.opcua, log })
    opcua.use(options.opcuaPlans)
    const nats = await openNats(mqtt.max_packet_bytes, deps)
    return new Ingress(log, broker, host, bridges, hj212, pollers, opcua, nats, loggers, stats)
  }

  /** Ports of the embedded broker; null without one. */
  get mqttPorts(): MqttPorts | null {
    return this.broker?.ports ?? null
  }

  /** Clients and data loggers that were not let in, newest first; null when they are as they were at the last call. */
  refusedChanges(): readonly RefusedClient[] | null {
    const [clients, loggers] = [this.broker?.refusedChanges() ?? null, this.loggers.changes()]
    if (clients === null && loggers === null) return null
    this.#refused = { clients: clients ?? this.#refused.clients, loggers: loggers ?? this.#refused.loggers }
    const all = [...this.#refused.clients, ...this.#refused.loggers]
    return all.toSorted((a, b) => compareText(b.last, a.last)).slice(0, REFUSED_CLIENTS_MAX)
  }

  /** Replaces the certificate of the embedded broker, for those who connect from now on. */
  useCertificate(certificate: Certificate): void {
    this.broker?.useCertificate(certificate)
  }

  /** Puts in force what can change while they are open; the rest waits for the next start. */
  use({ mqtt, registry, credentials, hj212, pollPlans, opcuaPlans }: IngressOptions): void {
    this.broker?.deny(mqtt.acl)
    this.broker?.register(registry)
    this.broker?.prove(credentials)
    this.pollers.use(pollPlans)
    this.opcua.use(opcuaPlans)
    try {
      this.hj212?.replaceStations(hj212.stations)
    } catch (error) {
      this.log.error(`the stations of hj212 stay as they were: ${(error as Error).message}`)
    }
  }

  /** Tells devices in turns of the event loop, in order. */
  publish(notices: readonly DeviceNotice[]): void {
    this.#notices.add(notices)
  }

  #publish({ topic, payload, to, reply }: DeviceNotice): void {
    const content = typeof payload === 'string' ? payload : Buffer.from(payload)
    if (reply !== undefined) this.broker?.publishReply(topic, content, reply)
    else if (to === null) {
      this.broker?.publishNotice(topic, content)
      this.nats?.publishNotice(topic, content)
    } else this.bridges?.publishNotice(to, topic, content)
  }

  /** Publishes results at the embedded broker; resolves when it has taken them. */
  async publishResults(messages: readonly ResultMessage[]): Promise<void> {
    await Promise.all(messages.map((message) => this.broker?.publishResult(message)))
  }

  /** Takes no more; what the journal has said to be durable by then is acknowledged. */
  async close(): Promise<void> {
    this.#notices.close()
    this.pollers.close()
    await this.host?.end()
    const { broker, hj212, bridges, opcua, nats } = this
    await Promise.all([broker?.close(), hj212?.close(), bridges?.close(), opcua.close(), nats?.close()])
  }
}

/** The client of MQTT is a quarter of what this thread would load: it is loaded only where there are brokers. */
async function openBridges(
  { brokers, brokersDir: dir, mqtt, sparkplugHostId }: IngressOptions,
  { sink, clock, stats, log, tell }: IngressDeps,
): Promise<Bridges | null> {
  if (brokers.length === 0) return null
  const { Bridges } = await import('./bridge/bridges.js')
  return new Bridges(brokers, {
    dir,
    payloadBytesMax: mqtt.max_packet_bytes,
    sparkplugHostId,
    sink,
    backlog: new JournalBacklog(),
    clock,
    stats,
    log,
    tell: (status) => tell(status),
  })
}

async function openNats(payloadBytesMax: number, deps: IngressDeps): Promise<NatsIngress | null> {
  const { partition, takeEdge } = deps
  if (partition === undefined || takeEdge === undefined) return null
  const { NatsIngress } = await import('./nats/nats-ingress.js')
  return NatsIngress.open(partition, { ...deps, takeEdge, payloadBytesMax, tell: (status) => deps.tell(status) })
}
