import type { Aedes, Client } from 'aedes'
import type { Logger } from 'pino'
import type { Certificate } from '../access/certificates.js'
import type { Credential } from '../access/credentials.js'
import type { Strangers } from '../access/places/strangers.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { Clock } from '../base/clock.js'
import type { NoticeReply, ResultMessage } from '../base/ingress.js'
import type { RefusedClient } from '../base/wire/refused-clients.js'
import type { Acl } from './acl.js'
import type { JournalBacklog } from './backlog.js'
import { keepWithinBounds } from './bounded-broker.js'
import { type Admission, buildBrokerParts } from './broker-parts.js'
import type { BrokerPolicy } from './broker-policy.js'
import { endClient } from './client-end.js'
import { connecting, followClients } from './client-life.js'
import type { CredentialAccess } from './credential-access.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import { fastPathRules } from './fast-path-rules.js'
import type { FramingGuard } from './framing-guard.js'
import { isStraight, type JournalSink } from './journal-sink.js'
import type { Journaling } from './journaling.js'
import type { KeepAlives } from './keep-alives.js'
import { Listeners, type MqttPorts } from './listeners.js'
import { MessageQueue } from './mq.js'
import { SharedDelivery } from './mqtt5/shared-delivery.js'
import { dropWill, openAedes } from './open-aedes.js'
import type { AclRule, MqttOptions } from './options.js'
import type { OwnTopics } from './own-topics.js'
import type { Pressure } from './pressure.js'
import { PublishFastPath } from './publish-fast-path.js'
import { Reason } from './reason-codes.js'
import type { RefusedClients } from './refused-clients.js'
import type { IntakeStats } from './stats.js'
import type { Subscriptions } from './subscriptions.js'
import type { Unsent } from './unsent.js'

/** Time between two looks whether a token has come to its end. */
const EXPIRY_MS = 1000
/** Longest wait of `close` for acknowledgements that are on their way. */
const CLOSE_MS = 2000

/**
 * The embedded broker: aedes behind a framing guard and in front of the journal. PUBACK and PUBREC go out when the
 * journal has said that the message is on the disk, see docs/decisions/003-acknowledgement.md. Every message of a
 * client is journaled, whatever its topic, so that the promise needs no conditions.
 *
 * @param admission who may come in besides what `mqtt.acl` says
 * @param clock an `arrivalClock`, shared with whoever else writes to `sink`
 * @param certificate of `options.tls`, where there is one
 * @param pressure what clients may send while figures are late; null for no bound
 */
export async function startBroker(
  options: MqttOptions,
  sink: JournalSink,
  clock: Clock,
  log: Pick<Logger, 'debug' | 'info' | 'warn'>,
  stats: IntakeStats,
  admission: Admission = { isRequired: false, devices: [], credentials: [] },
  certificate: Certificate | null = null,
  pressure: Pressure | null = null,
): Promise<Broker> {
  const parts = buildBrokerParts({ options, sink, clock, log, stats, admission, pressure })
  const { limits } = options
  const { policy, journaling, budget, limiting, subscriptions, sessions, sockets, absent } = parts
  const mq = new MessageQueue(budget, () => stats.forwardDropped())
  const aedes = await openAedes({ ...parts, mq, limits })
  const sharing = new SharedDelivery(aedes, { ...parts, stats })
  const dropSession = keepWithinBounds(aedes, { ...parts, sharing })
  const rules = fastPathRules(policy, subscriptions)
  const fastPath = isStraight(sink) ? new PublishFastPath(sink, clock, stats, parts.backlog, rules) : null
  followClients(aedes, { ...parts, stats, log, dropSession, sharing })
  const onConnection = connecting(aedes, { ...parts, options, fastPath })
  const dropKept = (clientId: string): void => {
    sessions.forget(clientId)
    dropWill(aedes, clientId)
    if (absent.delete(clientId)) journaling.session(clientId, 'end')
    dropSession(clientId)
  }
  const { strangers } = sockets
  const listeners = await Listeners.open(options, certificate, {
    limiting,
    log,
    strangers,
    refused: parts.refused,
    isProofNeeded: admission.isRequired,
    onConnection,
  })
  return new Broker({ ...parts, aedes, listeners, fastPath, clock, dropKept, strangers, log })
}

interface BrokerDeps {
  readonly aedes: Aedes
  readonly listeners: Listeners
  readonly guards: ReadonlySet<FramingGuard>
  readonly journaling: Journaling
  readonly fastPath: PublishFastPath | null
  readonly backlog: JournalBacklog
  readonly acl: Acl
  readonly access: OwnTopics
  readonly proofs: CredentialAccess
  readonly policy: BrokerPolicy
  readonly subscriptions: Subscriptions
  readonly budget: EventLoopBudget
  readonly dropKept: (clientId: string) => void
  readonly log: Pick<Logger, 'info'>
  readonly clock: Clock
  readonly unsent: Unsent<FramingGuard>
  readonly keepAlives: KeepAlives
  readonly strangers: Strangers
  readonly refused: RefusedClients
}

export class Broker {
  readonly #expiring: NodeJS.Timeout
  #isClosing = false

  constructor(private readonly deps: BrokerDeps) {
    this.#expiring = setInterval(() => {
      if (deps.proofs.expire()) this.#review()
    }, EXPIRY_MS).unref()
  }

  get ports(): MqttPorts {
    return this.deps.listeners.ports
  }

  /** Bounds what a turn of the event loop costs, over all that the broker does. */
  get budget(): EventLoopBudget {
    return this.deps.budget
  }

  /** Port of TCP in the clear; 0 without. */
  get port(): number {
    return this.ports.tcp ?? 0
  }

  /** Port of WebSockets in the clear; null without. */
  get webSocketPort(): number | null {
    return this.ports.ws
  }

  /** Clients that are not let in, newest first; null when they are as they were at the last call. */
  refusedChanges(): readonly RefusedClient[] | null {
    return this.deps.refused.changes()
  }

  /** For those who connect from now on. */
  useCertificate(certificate: Certificate): void {
    this.deps.listeners.useCertificate(certificate)
  }

  /** Puts other deny rules in force, for those who are connected too. */
  deny(rules: readonly AclRule[]): void {
    this.deps.acl.replace(rules)
  }

  /** Puts other registered devices in force, for those who are connected too. */
  register(devices: readonly RegisteredDevice[]): void {
    this.deps.access.replace(devices)
    this.#review()
  }

  /**
   * Puts other credentials in force: who is connected by what holds no more is disconnected at once, without its will, and
   * of those who cannot prove themselves any more no session is kept.
   */
  prove(credentials: readonly Credential[]): void {
    const gone = this.deps.proofs.replace(credentials)
    this.#review(gone)
    for (const clientId of gone) this.deps.dropKept(clientId)
  }

  #review(gone: readonly string[] = []): void {
    const { aedes, policy, dropKept, log } = this.deps
    const { clients } = aedes as unknown as { clients: Readonly<Record<string, Client>> }
    for (const client of Object.values(clients)) {
      if (policy.stillHolds(client)) continue
      log.info({ client: client.id }, 'client disconnected: its credential, token or device holds no more')
      // Its session is one that is kept only when it has gone.
      endClient(client, Reason.notAuthorized, 'its credential, token or device holds no more', () => {
        if (gone.includes(client.id)) dropKept(client.id)
      })
    }
  }

  /** Tells subscribers, if there are any, something on the gateway's own behalf: QoS 0, not retained, not journaled. */
  publishNotice(topic: string, payload: string | Buffer): void {
    if (!this.deps.subscriptions.isWanted(topic)) return
    this.deps.aedes.publish({ cmd: 'publish', qos: 0, dup: false, retain: false, topic, payload }, () => {})
  }

  /**
   * Tells the sender of a message something under the topic that it has named: QoS 1, not retained, not journaled. Nothing
   * is said where nobody listens, nor under a topic that is closed to a sender who is still there.
   */
  publishReply(topic: string, payload: string | Buffer, { client: id, correlationData }: NoticeReply): void {
    const { aedes, policy, subscriptions } = this.deps
    const { clients } = aedes as unknown as { clients: Readonly<Record<string, Client>> }
    const sender = clients[id]
    if (sender !== undefined && !policy.mayReply(sender, topic)) return
    if (!subscriptions.isWanted(topic)) return
    const correlation = correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }
    const properties = { payloadFormatIndicator: true, contentType: 'application/json', ...correlation }
    const packet = { cmd: 'publish', qos: 1, dup: false, retain: false, topic, payload, properties } as const
    aedes.publish(packet, () => {})
  }

  /** The gateway's own word, which stays: QoS 1, retained, not journaled. */
  publishRetained(topic: string, payload: string): Promise<void> {
    return this.publishResult({ topic, payload, retain: true })
  }

  /**
   * Resolves when the message is kept and on its way to those who read, however slowly others do; also for one that is dropped, as
   * it comes when the broker is about to close. Rejects with an error of aedes.
   */
  publishResult({ topic, payload, retain }: ResultMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', qos: 1, dup: false, retain, topic, payload } as const
      this.deps.aedes.publish(packet, (error) => (error == null || this.#isClosing ? resolve() : reject(error)))
    })
  }

  /** A client, not the gateway, has published under a topic. */
  onPublished(topic: string, listener: (payload: string | Buffer) => void): void {
    this.deps.aedes.on('publish', (packet, client) => {
      if (client != null && packet.topic === topic) listener(packet.payload)
    })
  }

  /**
   * Takes no more, lets the acknowledgements go out that the journal gives within two seconds, and ends all
   * connections. No wills are published and no session ends are journaled: the gateway stops, the devices have not died.
   */
  async close(): Promise<void> {
    this.#isClosing = true
    clearInterval(this.#expiring)
    const listenersClosed = this.deps.listeners.close()
    for (const guard of this.deps.guards) guard.stopReading()
    const deadlineMs = performance.now() + CLOSE_MS
    // Twice idle: an acknowledgement of QoS 2 is written a few turns after the journal's answer.
    for (let idle = 0; idle < 2 && performance.now() < deadlineMs; ) {
      await this.deps.clock.sleep(5)
      idle = this.#isIdle() ? idle + 1 : 0
    }
    this.deps.fastPath?.close()
    this.deps.journaling.close()
    await new Promise<void>((resolve) => this.deps.aedes.close(resolve))
    // Connections that never sent a CONNECT are unknown to aedes.
    for (const guard of this.deps.guards) guard.destroy()
    this.deps.strangers.close()
    this.deps.unsent.close()
    this.deps.keepAlives.close()
    await listenersClosed
  }

  #isIdle(): boolean {
    return this.deps.backlog.isEmpty && [...this.deps.guards].every((guard) => guard.writableLength === 0)
  }
}
