import type { Server, Socket } from 'node:net'
import { Aedes, type AedesPublishPacket, type Client } from 'aedes'
import type { Logger } from 'pino'
import type { Clock } from '../base/clock.js'
import { Acl } from './acl.js'
import { Backlog } from './backlog.js'
import { discardedOf } from './discarded.js'
import { FramingError, FramingGuard } from './framing-guard.js'
import { isStraight, type JournalSink } from './journal-sink.js'
import { Journaling } from './journaling.js'
import { laneRules } from './lane-rules.js'
import { listen, portOf } from './listener.js'
import { MessageQueue } from './mq.js'
import type { AclRule, MqttOptions } from './options.js'
import { PublishLanes } from './publish-lane.js'
import type { IntakeStats } from './stats.js'
import { type Sessions, StoredFilters } from './stored-filters.js'

/** How long `close` waits for acknowledgements that are on their way. */
const CLOSE_MS = 2000

/**
 * The embedded broker: aedes behind a framing guard and in front of the journal. PUBACK and PUBREC go out when the
 * journal has said that the message is on the disk, see docs/decisions/003-acknowledgement.md. Every message of a
 * client is journaled, whatever its topic, so that the promise needs no conditions.
 *
 * @param clock an `arrivalClock`, shared with whoever else writes to `sink`
 */
export async function startBroker(
  options: MqttOptions,
  sink: JournalSink,
  clock: Clock,
  log: Pick<Logger, 'debug' | 'info' | 'warn'>,
  stats: IntakeStats,
): Promise<Broker> {
  const backlog = new Backlog()
  const journaling = new Journaling(sink, clock, stats, backlog)
  const guards = new Set<FramingGuard>()
  const acl = new Acl(options.acl)
  const queue = new MessageQueue()
  const aedes = await openAedes(acl, queue, journaling, stats)
  const stored = new StoredFilters((aedes as unknown as { persistence: Sessions }).persistence)
  const lanes = isStraight(sink) ? new PublishLanes(sink, clock, stats, backlog, laneRules(acl, queue, stored)) : null

  aedes.on('connackSent', (connack, client) => {
    if (connack.returnCode === 0) (client.conn as FramingGuard).accept(client.id)
  })
  aedes.on('client', (client) => {
    stats.clientCame()
    journaling.session(client.id, 'begin')
  })
  aedes.on('clientDisconnect', (client) => {
    stats.clientWent()
    journaling.session(client.id, 'end')
  })
  // One line a connection: every acknowledgement that finds it closed is an error of its own to aedes.
  const explained = new WeakSet<Client>()
  const explain = (client: Client, error: Error): void => {
    if (explained.has(client)) return
    explained.add(client)
    const about = { client: client.id, address: (client.conn as FramingGuard).remoteAddress, reason: error.message }
    if (error instanceof FramingError) stats.connectionRefused()
    // A network that broke, or an acknowledgement that came after its connection had gone, is everyday life.
    if ('code' in error || client.closed) log.debug(about, 'connection lost')
    else log.warn(about, 'connection closed')
  }
  aedes.on('clientError', explain)
  aedes.on('connectionError', explain)

  const server = await listen(options.host, options.port, (socket: Socket) => {
    const guard = new FramingGuard(socket, backlog, options.max_packet_bytes, lanes)
    guards.add(guard)
    guard.once('close', () => guards.delete(guard))
    countAnswers(aedes.handle(guard), guard)
  })
  log.info({ host: options.host, port: portOf(server) }, 'listening for MQTT')
  return new Broker(aedes, server, guards, journaling, lanes, backlog, acl, clock)
}

export class Broker {
  constructor(
    private readonly aedes: Aedes,
    private readonly server: Server,
    private readonly guards: ReadonlySet<FramingGuard>,
    private readonly journaling: Journaling,
    private readonly lanes: PublishLanes | null,
    private readonly backlog: Backlog,
    private readonly acl: Acl,
    private readonly clock: Clock,
  ) {}

  get port(): number {
    return portOf(this.server)
  }

  /** Puts other deny rules in force, for those who are connected too. */
  deny(rules: readonly AclRule[]): void {
    this.acl.replace(rules)
  }

  /** Tells subscribers something on the gateway's own behalf: QoS 0, not retained, not journaled. */
  publishNotice(topic: string, payload: string | Buffer): void {
    this.aedes.publish({ cmd: 'publish', qos: 0, dup: false, retain: false, topic, payload }, () => {})
  }

  /**
   * Takes no more, lets the acknowledgements go out that the journal gives within two seconds, and ends all
   * connections. No wills are published and no session ends are journaled: the gateway stops, the devices have not died.
   */
  async close(): Promise<void> {
    const serverClosed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    for (const guard of this.guards) guard.stopReading()
    const deadlineMs = performance.now() + CLOSE_MS
    // Twice idle: an acknowledgement of QoS 2 is written a few turns after the journal's answer.
    for (let idle = 0; idle < 2 && performance.now() < deadlineMs; ) {
      await this.clock.sleep(5)
      idle = this.#isIdle() ? idle + 1 : 0
    }
    this.lanes?.close()
    this.journaling.close()
    await new Promise<void>((resolve) => this.aedes.close(resolve))
    // Those that never sent a CONNECT are unknown to aedes.
    for (const guard of this.guards) guard.destroy()
    await serverClosed
  }

  #isIdle(): boolean {
    return this.backlog.isEmpty && [...this.guards].every((guard) => guard.writableLength === 0)
  }
}

async function openAedes(acl: Acl, mq: MessageQueue, journaling: Journaling, stats: IntakeStats): Promise<Aedes> {
  const aedes = await Aedes.createBroker({
    mq,
    concurrency: 100,
    drainTimeout: 60_000,
    connectTimeout: 5000,
    // All ids that the protocol has: a device may resend every message of an outage at once.
    maxInflightInbound: 65_535,

    preConnect(_client, packet, done) {
      const refusal = packet.will === undefined ? null : refusalOf(packet.will.topic)
      done(refusal, refusal === null)
    },
    // Runs before PUBACK and PUBREC, and is the only hook that does. For a will `client` may be null.
    authorizePublish(client, packet, done) {
      const refusal = refusalOf(packet.topic)
      if (refusal !== null) done(refusal)
      else journaling.take(client?.id ?? '', packet, done)
    },
    authorizeSubscribe(_client, subscription, done) {
      done(null, acl.maySubscribe(subscription.topic) ? subscription : null)
    },
    // A subscriber that does not read loses messages; it costs a bounded amount of memory and delays nobody.
    authorizeForward(client, packet) {
      if (!acl.maySubscribe(packet.topic)) return null
      if (!client.conn.writableNeedDrain) return packet
      stats.forwardDropped()
      return null
    },
  })

  function refusalOf(topic: string): Error | null {
    if (topic.startsWith('$SYS/')) return new Error('$SYS/ topics are reserved')
    return acl.mayPublish(topic) ? null : new Error(`mqtt.acl denies publishing to ${topic}`)
  }

  routeOnlyWhatIsWhole(aedes)
  keepNoPayloadUntilPubrel(aedes)
  return aedes
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

/** What was discarded for its size is journaled and acknowledged, but there is nothing to give to subscribers. */
function routeOnlyWhatIsWhole(aedes: Aedes): void {
  type Publish = (packet: AedesPublishPacket, client: unknown, done?: (error?: Error) => void) => void
  const open = aedes as unknown as { publish: Publish }
  const publish = open.publish.bind(aedes)
  open.publish = (packet, client, done) => {
    if (Buffer.isBuffer(packet.payload) && discardedOf(packet.payload) !== null) done?.()
    else publish(packet, client, done)
  }
}

/** aedes keeps each QoS 2 message until PUBREL, but only asks whether it is there: the packet id is enough. */
function keepNoPayloadUntilPubrel(aedes: Aedes): void {
  interface Incoming {
    incomingStorePacket(client: Client, packet: AedesPublishPacket): Promise<void>
  }
  const { persistence } = aedes as unknown as { persistence: Incoming }
  const store = persistence.incomingStorePacket.bind(persistence)
  const empty = Buffer.alloc(0)
  persistence.incomingStorePacket = (client, packet) => store(client, { ...packet, payload: empty })
}
