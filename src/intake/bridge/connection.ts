import { Duplex } from 'node:stream'
import { type IClientOptions, type IConnackPacket, type IPublishPacket, MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { readSecret } from '../../access/secret.js'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { Clock } from '../../base/clock.js'
import type { JournalBacklog } from '../backlog.js'
import type { Journaling } from '../journaling.js'
import { keptOfPacket } from '../kept-properties.js'
import { saysOffline } from '../sparkplug-state.js'
import { dial } from './dial.js'
import type { KeptSession } from './kept-session.js'
import type { BrokerOptions } from './options.js'
import type { PresenceFactory, PresenceMessages } from './presence.js'
import { Pubacks } from './pubacks.js'
import { type Granted, subscribe } from './subscribing.js'

/** A connection that broke is tried again after so long, then after twice as long each time. */
const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 30_000
/** One that has lasted so long was no failure. */
const STEADY_MS = 10_000
/** Time after which subscriptions that the broker does not grant are asked for again. */
const ASK_AGAIN_MS = 30_000
/** At most so many reasons of one outage are said in the log, each once. */
const REASONS_MAX = 5
const END_MS = 1000
const IDLE_LOOK_MS = 5
/** DISCONNECT of all versions, in MQTT 5 with reason 0: the will is not to be published. */
const DISCONNECT = Buffer.of(0xe0, 0)
/** MQTT 5 §2.4: session taken over. */
const TAKEN_OVER = 0x8e

/** Tells the client to send no PUBACK of its own, and to go on with the next message. */
const LATER = new Error('acknowledged when it is durable')

export interface BrokerConnectionDeps {
  readonly options: BrokerOptions
  readonly presence: PresenceFactory | null
  readonly payloadBytesMax: number
  readonly journaling: Journaling
  readonly backlog: JournalBacklog
  readonly kept: KeptSession
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly tell: (status: BrokerStatus) => void
}

/** One network connection, from its opening to its end. */
interface Network {
  readonly stream: Duplex
  readonly pubacks: Pubacks
  readonly said: PresenceMessages | null
}

/**
 * The connection to one external broker: subscribed with a session that the broker keeps, tried again for ever, and each
 * message acknowledged after the journal has it on the disk, see docs/decisions/025-external-broker.md.
 *
 * The `mqtt` client handles one message at a time and sends its PUBACK when `handleMessage` is done with it. Here that is
 * done at once, with an error, after which the client sends none; the PUBACKs go out when the journal has answered, on the
 * network connection that the message came by. On another one its packet id may stand for another message.
 */
export class BrokerConnection {
  readonly #deps: BrokerConnectionDeps
  readonly #client: MqttClient
  #network: Network | null = null
  #status: BrokerStatus
  /** Reason why the connection broke or could not be made, until that is told; '' without one. */
  #cause = ''
  readonly #saidReasons = new Set<string>()
  #isOpen = false
  #isClosing = false
  /** Messages that wait for the journal. */
  #underWay = 0
  #steady: NodeJS.Timeout | undefined
  #askingAgain: NodeJS.Timeout | undefined

  constructor(deps: BrokerConnectionDeps) {
    const { options } = deps
    this.#deps = deps
    const reason = 'it is being connected to for the first time'
    this.#status = { id: options.id, isConnected: false, reason, lost: 0, sessionsLost: 0 }
    this.#client = new MqttClient(() => this.#open(), clientOptions(options))
    this.#client.handleMessage = (packet, done) => this.#take(packet, done)
    this.#client.on('connect', (connack) => this.#connected(connack))
    // Asked for when the try that begins has failed.
    this.#client.on('reconnect', () => this.#retryAfter(Math.min(2 * this.#retryMs, RETRY_MS_MAX)))
    this.#client.on('error', (error) => this.#causedBy(error))
    this.#client.on('disconnect', ({ reasonCode, properties }) => {
      this.#cause =
        reasonCode === TAKEN_OVER
          ? `another client has connected as ${options.client_id}; give each a client_id of its own`
          : (properties?.reasonString ?? `the broker ended it with reason ${reasonCode ?? 0}`)
    })
    this.#client.on('close', () => this.#closed())
    deps.tell(this.#status)
    this.#client.connect()
  }

  /** QoS 0, for what makes no sense later: nothing happens while the broker is not there. */
  publish(topic: string, payload: string | Buffer): void {
    if (this.#client.connected) this.#client.publish(topic, payload, { qos: 0 })
  }

  /**
   * Takes no more, lets the acknowledgements go out that the journal gives until `deadlineMs` (of `performance.now`), and
   * takes leave. The broker keeps the session, and for it what is not acknowledged.
   */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#askingAgain)
    while (this.#underWay > 0 && performance.now() < deadlineMs) await this.#deps.clock.sleep(IDLE_LOOK_MS)
    const { clock } = this.#deps
    const hasLeft = await Promise.race([this.#leave().then(() => true), clock.sleep(END_MS)])
    const stream = this.#network?.stream
    // The farewell is on its way before this, and a broker that reads both in order publishes no will, however late its PUBACK.
    if (hasLeft !== true && this.#client.connected && stream !== undefined) {
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.end(DISCONNECT)
      await Promise.race([closed, clock.sleep(END_MS)])
    }
    stream?.destroy()
  }

  async #leave(): Promise<void> {
    const said = this.#network?.said
    const { connected } = this.#client
    if (connected && said) {
      const offline = said.offline(this.#deps.clock.nowMs())
      await this.#client.publishAsync(said.topic, offline, { qos: 1, retain: true })
    }
    await this.#client.endAsync(!connected)
  }

  get #retryMs(): number {
    return this.#client.options.reconnectPeriod ?? RETRY_MS_MIN
  }

  #retryAfter(ms: number): void {
    this.#client.options.reconnectPeriod = ms
  }

  /** Called by the client just before it writes its CONNECT: what that says may be another each time. */
  #open(): Duplex {
    const { options, presence, payloadBytesMax, clock } = this.#deps
    const { options: connect } = this.#client
    const said = presence?.(clock.nowMs()) ?? null
    if (said !== null) connect.will = { topic: said.topic, payload: Buffer.from(said.will), qos: 1, retain: true }
    let stream: Duplex
    try {
      const source = { value: options.password, file: options.password_file, fileSetting: 'password_file' }
      const password = readSecret(source)
      if (password !== '') connect.password = password
      stream = dial(options, payloadBytesMax, () => {
        this.#say(
          '16 KiB of properties are kept of a message',
          'properties of messages of the external broker are left out',
        )
      })
    } catch (error) {
      stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })
      process.nextTick(() => stream.destroy(error as Error))
    }
    stream.on('error', (error) => this.#causedBy(error))
    this.#network = { stream, pubacks: new Pubacks(stream), said }
    return stream
  }

  #connected({ sessionPresent, properties }: IConnackPacket): void {
    const { options, kept, log } = this.#deps
    const about = { broker: options.id, url: options.url }
    this.#isOpen = true
    this.#steady = setTimeout(() => this.#retryAfter(RETRY_MS_MIN), STEADY_MS)
    if (!sessionPresent && kept.filters.length > 0) {
      this.#tell({ sessionsLost: this.#status.sessionsLost + 1 })
      log.warn(about, 'the external broker has no session of ours any more: what came for it meanwhile may be lost')
    }
    const keptS = properties?.sessionExpiryInterval
    if (keptS !== undefined && keptS < options.session_expiry_s) {
      log.info({ ...about, seconds: keptS }, 'the external broker keeps our session shorter than session_expiry_s')
    }
    const what = sessionPresent ? 'its session goes on' : 'a new session'
    log.info(about, `connected to the external broker: ${what}`)
    this.#saidReasons.clear()
    this.#subscribe()
  }

  #subscribe(): void {
    const { options, kept } = this.#deps
    const said = this.#network?.said
    const heard = said?.isContradicted === true ? said.topic : null
    subscribe(this.#client, options, heard, kept.filters, (granted) => {
      const notKept = kept.keep(granted.filters)
      if (notKept !== '')
        this.#say(notKept, 'what is left at the external broker is not noted: after a restart it is not known')
      this.#tell({ isConnected: granted.problem === '', reason: granted.problem })
      this.#sayGranted(granted)
    })
  }

  /** Says that we are there only when all is granted: whoever is told that a host is there sends what it has kept for it. */
  #sayGranted({ problem }: Granted): void {
    if (problem === '') {
      this.#sayOnline()
      return
    }
    this.#say(problem, 'the external broker does not grant all that it is asked for')
    clearTimeout(this.#askingAgain)
    this.#askingAgain = setTimeout(() => {
      if (this.#client.connected) this.#subscribe()
    }, ASK_AGAIN_MS)
  }

  #sayOnline(): void {
    const said = this.#network?.said
    if (said) this.#client.publish(said.topic, said.online, { qos: 1, retain: true })
  }

  /** True for a message that says that we are not there. A retained one from before is no denial: what we say comes after it. */
  #isDenied({ topic, payload, retain }: IPublishPacket): boolean {
    const said = this.#network?.said
    return said?.isContradicted === true && topic === said.topic && !retain && saysOffline(payload)
  }

  #closed(): void {
    const wasOpen = this.#isOpen
    const reason = this.#cause === '' ? 'the connection was closed' : this.#cause
    this.#cause = ''
    this.#isOpen = false
    clearTimeout(this.#steady)
    clearTimeout(this.#askingAgain)
    if (this.#isClosing) return
    this.#say(reason, wasOpen ? 'the external broker is lost' : 'the external broker cannot be connected to')
    this.#tell({
      isConnected: false,
      reason: `${reason}; it is tried again`,
      lost: this.#status.lost + (wasOpen ? 1 : 0),
    })
  }

  /** The first one stands: others follow from it. */
  #causedBy(error: Error): void {
    if (this.#cause !== '') return
    // That of several addresses has no message, only a code.
    this.#cause = error.message === '' ? String((error as NodeJS.ErrnoException).code) : error.message
  }

  #say(reason: string, event: string): void {
    if (this.#saidReasons.has(reason) || this.#saidReasons.size === REASONS_MAX) return
    this.#saidReasons.add(reason)
    const { options, log } = this.#deps
    log.warn({ broker: options.id, url: options.url, reason }, event)
  }

  #tell(change: Partial<BrokerStatus>): void {
    this.#status = { ...this.#status, ...change }
    this.#deps.tell(this.#status)
  }

  #take(packet: IPublishPacket, done: (error?: Error) => void): void {
    if (this.#isClosing) {
      // Passed over, so that the client gets to the PUBACK of our farewell, which comes behind it.
      done(LATER)
      return
    }
    const { topic, payload, qos, retain, messageId } = packet
    // Rights are another broker's there: nobody is told under a topic that a message names.
    const properties = keptOfPacket(packet.properties, () => false)
    const { options, journaling, backlog } = this.#deps
    const { stream, pubacks } = this.#network!
    this.#underWay += 1
    journaling.take(clientOf(options), { topic, payload, qos, retain, properties }, (error) => {
      this.#underWay -= 1
      if (error !== null) stream.destroy(error)
      else if (qos === 1) pubacks.add(messageId!)
    })
    // tck-id-message-flow-hid-sparkplug-state-message-delivered
    if (this.#status.isConnected && this.#isDenied(packet)) this.#sayOnline()
    if (backlog.isFull) this.#holdBack(stream, done)
    else done(LATER)
  }

  /**
   * Reads on when there is room. Until then the answers to pings are not read either, which is no sign that the broker is
   * gone; and it should hear ours, so that it does not take us for gone.
   */
  #holdBack(stream: Duplex, done: (error?: Error) => void): void {
    const client = this.#client
    const pinging = setInterval(() => {
      if (!client.connected || this.#network?.stream !== stream) return
      client.sendPing()
      client.reschedulePing(true)
    }, client.keepalive * 500)
    this.#deps.backlog.whenRoom(() => {
      clearInterval(pinging)
      done(LATER)
    })
  }
}

function clientOf({ id }: BrokerOptions): string {
  return `broker:${id}`
}

function clientOptions(options: BrokerOptions): IClientOptions {
  const common: IClientOptions = {
    clientId: options.client_id,
    clean: false,
    keepalive: options.keep_alive_s,
    reconnectPeriod: RETRY_MS_MIN,
    reconnectOnConnackError: true,
    // Asked for anew at each connection: the configuration may be another than that of the session.
    resubscribe: false,
    queueQoSZero: false,
    manualConnect: true,
    ...(options.username === undefined ? {} : { username: options.username }),
  }
  if (options.version === 4) return { ...common, protocolVersion: 4 }
  const properties = { sessionExpiryInterval: options.session_expiry_s, receiveMaximum: options.in_flight_max }
  return { ...common, protocolVersion: 5, properties }
}
