import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { Aedes, type Client } from 'aedes'
import type { Logger } from 'pino'
import type { Certificate } from '../access/certificates.js'
import type { Credential } from '../access/credentials.js'
import type { Strangers } from '../access/places/strangers.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { Clock } from '../base/clock.js'
import { OpenAccess } from './access.js'
import { Acl } from './acl.js'
import { JournalBacklog } from './backlog.js'
import { keepWithinBounds } from './bounded-broker.js'
import { BrokerPolicy, deniedSentence } from './broker-policy.js'
import { ClientPlaces } from './client-places.js'
import { ClientRates } from './client-rates.js'
import { ConnectThrottle } from './connect-throttle.js'
import { ConnectionLog } from './connection-log.js'
import { CredentialAccess } from './credential-access.js'
import { EventLoopBudget } from './event-loop-budget.js'
import { fastPathRules } from './fast-path-rules.js'
import { FramingGuard, UnreadError } from './framing-guard.js'
import { InFlight } from './in-flight.js'
import { isStraight, type JournalSink } from './journal-sink.js'
import { Journaling } from './journaling.js'
import { KeptSessions } from './kept-sessions.js'
import { Limiting } from './limiting.js'
import type { ByteStream } from './listener.js'
import { Listeners, type MqttPorts } from './listeners.js'
import { MessageQueue } from './mq.js'
import type { AclRule, MqttLimits, MqttOptions } from './options.js'
import { OwnTopics } from './own-topics.js'
import type { Pressure } from './pressure.js'
import { PublishFastPath } from './publish-fast-path.js'
import { Reconnects } from './reconnects.js'
import { RetainedMessages } from './retained.js'
import { PROVE_MS, Sockets } from './sockets.js'
import type { IntakeStats } from './stats.js'
import { Subscriptions } from './subscriptions.js'
import { Unsent } from './unsent.js'

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
  const backlog = new JournalBacklog()
  const guards = new Set<FramingGuard>()
  const inFlight = new InFlight()
  const acl = new Acl(options.acl)
  const { limits } = options
  const budget = new EventLoopBudget()
  const journaling = new Journaling(sink, clock, stats, backlog, 'mqtt', budget)
  const limiting = new Limiting(stats, log)
  const subscriptions = new Subscriptions(limits)
  const sessions = new KeptSessions(limits.sessions)
  const retained = new RetainedMessages(limits)
  const unsent = new Unsent(guards, limits.unread_s * 1000, (guard) => guard.destroy(new UnreadError()))
  const proofs = new CredentialAccess(new OpenAccess(acl), admission.isRequired, clock, admission.credentials)
  const access = new OwnTopics(proofs, admission.devices)
  const rates = new ClientRates(limits, pressure)
  const places = new ClientPlaces(limits.connections)
  const policy = new BrokerPolicy({
    access,
    limits,
    limiting,
    stats,
    subscriptions,
    sessions,
    retained,
    unsent,
    throttle: new ConnectThrottle(),
    places,
    reconnects: new Reconnects(),
  })
  const mq = new MessageQueue(budget, () => stats.forwardDropped())
  const aedes = await openAedes({ mq, limits, policy, journaling, budget })
  const dropSession = keepWithinBounds(aedes, { policy, limits, limiting, retained, subscriptions, budget })
  const rules = fastPathRules(policy, subscriptions)
  const sockets = new Sockets(limits.unproved, limiting)
  const fastPath = isStraight(sink) ? new PublishFastPath(sink, clock, stats, backlog, rules) : null

  aedes.on('connackSent', (connack, client) => {
    if (connack.returnCode !== 0) return
    const guard = client.conn as FramingGuard
    sockets.prove(guard)
    guard.accept(client, rates.of(client.id))
  })
  // A kept session releases its filters earlier, when they are no longer put down; only then is it sure to come in order.
  aedes.on('unsubscribe', (filters, client) => {
    if (client.clean) subscriptions.release(client.id, filters)
  })
  aedes.on('client', (client) => {
    stats.clientCame()
    sessions.forget(client.id)
    journaling.session(client.id, 'begin')
    // Its credential, token or device may have gone while its session was looked up.
    if (!policy.stillHolds(client)) client.close()
  })
  aedes.on('clientDisconnect', (client) => {
    stats.clientWent()
    journaling.session(client.id, 'end')
    rates.left(client.id)
    const dropped = policy.left(client)
    if (dropped !== null) dropSession(dropped)
  })
  const connectionLog = new ConnectionLog(limiting, log)
  const explain = (client: Client, error: Error): void => connectionLog.explain(client, error)
  aedes.on('clientError', explain)
  aedes.on('connectionError', explain)

  const bounds = {
    payloadBytesMax: options.max_packet_bytes,
    unreadMs: limits.unread_s * 1000,
    onPaced: (guard: FramingGuard, why: 'rate' | 'figures') =>
      limiting.reached(why, { client: clientOf(guard)?.id ?? null, address: guard.remoteAddress }),
  }
  const onConnection = (stream: ByteStream, socket: Socket): void => {
    const guard = new FramingGuard(stream, backlog, budget, bounds, fastPath, inFlight)
    guards.add(guard)
    sockets.watch(guard, socket)
    const client = aedes.handle(guard)
    guard.once('close', () => {
      guards.delete(guard)
      places.leave(client)
    })
    countAnswers(client, guard)
    keepRepeatedFilters(client)
  }
  const dropKept = (clientId: string): void => {
    sessions.forget(clientId)
    dropSession(clientId)
  }
  const { strangers } = sockets
  const listeners = await Listeners.open(options, certificate, { limiting, log, strangers, onConnection })
  const parts = { aedes, listeners, guards, journaling, fastPath, backlog, acl, access, clock, unsent }
  return new Broker({ ...parts, proofs, policy, dropKept, strangers, log })
}

/** Devices and credentials by which clients are admitted. */
export interface Admission {
  /** Everybody has to prove who they are. */
  readonly isRequired: boolean
  readonly devices: readonly RegisteredDevice[]
  readonly credentials: readonly Credential[]
}

/** As aedes notes it on the connection. */
function clientOf(guard: FramingGuard): Client | undefined {
  return (guard as { client?: Client }).client
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
  readonly dropKept: (clientId: string) => void
  readonly log: Pick<Logger, 'info'>
  readonly clock: Clock
  readonly unsent: Unsent<FramingGuard>
  readonly strangers: Strangers
}

export class Broker {
  readonly #expiring: NodeJS.Timeout

  constructor(private readonly parts: BrokerDeps) {
    this.#expiring = setInterval(() => {
      if (parts.proofs.expire()) this.#review()
    }, EXPIRY_MS).unref()
  }

  get ports(): MqttPorts {
    return this.parts.listeners.ports
  }

  /** Port of TCP in the clear; 0 without. */
  get port(): number {
    return this.ports.tcp ?? 0
  }

  /** Port of WebSockets in the clear; null without. */
  get webSocketPort(): number | null {
    return this.ports.ws
  }

  /** For those who connect from now on. */
  useCertificate(certificate: Certificate): void {
    this.parts.listeners.useCertificate(certificate)
  }

  /** Puts other deny rules in force, for those who are connected too. */
  deny(rules: readonly AclRule[]): void {
    this.parts.acl.replace(rules)
  }

  /** Puts other registered devices in force, for those who are connected too. */
  register(devices: readonly RegisteredDevice[]): void {
    this.parts.access.replace(devices)
    this.#review()
  }

  /**
   * Puts other credentials in force: who is connected by what holds no more is disconnected at once, without its will, and
   * of those who cannot prove themselves any more no session is kept.
   */
  prove(credentials: readonly Credential[]): void {
    const gone = this.parts.proofs.replace(credentials)
    this.#review(gone)
    for (const clientId of gone) this.parts.dropKept(clientId)
  }

  #review(gone: readonly string[] = []): void {
    const { aedes, policy, dropKept, log } = this.parts
    const { clients } = aedes as unknown as { clients: Readonly<Record<string, Client>> }
    for (const client of Object.values(clients)) {
      if (policy.stillHolds(client)) continue
      log.info({ client: client.id }, 'client disconnected: its credential, token or device holds no more')
      // Its session is one that is kept only when it has gone.
      client.close(() => {
        if (gone.includes(client.id)) dropKept(client.id)
      })
    }
  }

  /** Tells subscribers something on the gateway's own behalf: QoS 0, not retained, not journaled. */
  publishNotice(topic: string, payload: string | Buffer): void {
    this.parts.aedes.publish({ cmd: 'publish', qos: 0, dup: false, retain: false, topic, payload }, () => {})
  }

  /** The gateway's own word, which stays: QoS 1, retained, not journaled. */
  publishRetained(topic: string, payload: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const packet = { cmd: 'publish', qos: 1, dup: false, retain: true, topic, payload } as const
      this.parts.aedes.publish(packet, (error) => (error == null ? resolve() : reject(error)))
    })
  }

  /** A client, not the gateway, has published under a topic. */
  onPublished(topic: string, listener: (payload: string | Buffer) => void): void {
    this.parts.aedes.on('publish', (packet, client) => {
      if (client != null && packet.topic === topic) listener(packet.payload)
    })
  }

  /**
   * Takes no more, lets the acknowledgements go out that the journal gives within two seconds, and ends all
   * connections. No wills are published and no session ends are journaled: the gateway stops, the devices have not died.
   */
  async close(): Promise<void> {
    clearInterval(this.#expiring)
    const listenersClosed = this.parts.listeners.close()
    for (const guard of this.parts.guards) guard.stopReading()
    const deadlineMs = performance.now() + CLOSE_MS
    // Twice idle: an acknowledgement of QoS 2 is written a few turns after the journal's answer.
    for (let idle = 0; idle < 2 && performance.now() < deadlineMs; ) {
      await this.parts.clock.sleep(5)
      idle = this.#isIdle() ? idle + 1 : 0
    }
    this.parts.fastPath?.close()
    this.parts.journaling.close()
    await new Promise<void>((resolve) => this.parts.aedes.close(resolve))
    // Connections that never sent a CONNECT are unknown to aedes.
    for (const guard of this.parts.guards) guard.destroy()
    this.parts.strangers.close()
    this.parts.unsent.close()
    await listenersClosed
  }

  #isIdle(): boolean {
    return this.parts.backlog.isEmpty && [...this.parts.guards].every((guard) => guard.writableLength === 0)
  }
}

async function openAedes(parts: {
  readonly mq: MessageQueue
  readonly limits: MqttLimits
  readonly policy: BrokerPolicy
  readonly journaling: Journaling
  readonly budget: EventLoopBudget
}): Promise<Aedes> {
  const { policy, limits, budget } = parts
  return Aedes.createBroker({
    mq: parts.mq,
    concurrency: 100,
    drainTimeout: limits.unread_s * 1000,
    // The places of strangers decide, which look every half second: two clocks of one length would take turns.
    connectTimeout: 2 * PROVE_MS,
    // All ids that the protocol has: a device may resend every message of an outage at once.
    maxInflightInbound: 65_535,

    preConnect(_client, packet, done) {
      const isReserved = packet.will?.topic.startsWith(RESERVED) === true
      done(isReserved ? new Error(RESERVED_SENTENCE) : null, !isReserved)
    },
    authenticate(client, username, password, done) {
      const { clients, connectedClients } = this as unknown as {
        clients: Record<string, Client>
        connectedClients: number
      }
      // Before it is registered under it: one that goes by the same goes for it, last will and all.
      client.id = policy.nameOf(client, username)
      const others = clients[client.id] === undefined ? connectedClients : connectedClients - 1
      const refusal = policy.admit(client, username, password, others)
      if (refusal === null) done(null, true)
      else done(refusal, false)
    },
    // Runs before PUBACK and PUBREC, and is the only hook that does. For a will `client` may be null.
    authorizePublish(client, packet, done) {
      if (packet.topic.startsWith(RESERVED)) done(new Error(RESERVED_SENTENCE))
      else if (!policy.mayPublish(client, packet.topic)) done(new Error(deniedSentence(packet.topic)))
      else parts.journaling.take(client?.id ?? '', packet, done)
    },
    authorizeSubscribe(client, subscription, done) {
      const answer = (): void => {
        budget.spend(SUBSCRIPTION_UNITS)
        done(null, policy.subscription(client, subscription))
      }
      if (budget.isOver) budget.next(answer)
      else answer()
    },
    authorizeForward(client, packet) {
      return policy.mayForward(client, packet) ? packet : null
    },
  })
}

/** aedes calls `_nextBatch` of its client when it is done with a packet, once for each, and when it resumes. */
function countAnswers(client: unknown, guard: FramingGuard): void {
  const open = client as { _paused: boolean; _nextBatch(error?: Error): void; resume(): void }
  const nextBatch = open._nextBatch
  open._nextBatch = (error) => {
    guard.answered()
    nextBatch(error)
  }
  open.resume = () => {
    open._paused = false
    nextBatch()
  }
}

/**
 * [MQTT-3.8.4-5] SUBACK has a code for each filter of the SUBSCRIBE, also for one that stands there twice. aedes would
 * put a shorter list in the place of the one that came; so that place does not change.
 */
function keepRepeatedFilters(client: unknown): void {
  const { _parser } = client as { _parser: EventEmitter }
  _parser.prependListener('packet', (packet: { cmd: string; subscriptions?: unknown }) => {
    if (packet.cmd !== 'subscribe') return
    const { subscriptions } = packet
    Object.defineProperty(packet, 'subscriptions', { get: () => subscriptions, set: () => {} })
  })
}

const RESERVED = '$SYS/'
const RESERVED_SENTENCE = '$SYS/ topics are reserved'
/** Cost of a subscription, in units of a small PUBLISH. */
const SUBSCRIPTION_UNITS = 50
