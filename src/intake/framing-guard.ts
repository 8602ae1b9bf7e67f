import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import type { ClientRate } from './client-rates.js'
import { FramingError, type GuardParts, UnreadError } from './guard-parts.js'
import { listenTo } from './guarded-stream.js'
import type { ByteStream } from './listener.js'
import type { PacketGate } from './mqtt5/packet-gate.js'
import type { PacketFault } from './packet-rules.js'
import { PacketScanner, UNITS_AT_ONCE } from './packet-scanner.js'
import type { Held, PressedFlow } from './pressure.js'
import { type ConnectionFastPath, type FastPathConnection, PUBACK_BYTES } from './publish-fast-path.js'
import { disconnectPacket, Reason, type ReasonCode, refusingConnack } from './reason-codes.js'
import type { AnnouncedBounds, PublishView, ScannerOutput } from './scanner-output.js'

/** Bytes that are kept for a peer that reads slowly before messages for it are dropped. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** Bytes of well-formed input that are kept for aedes while it waits for the journal. */
const UNREAD_BYTES_MAX = 64 * 1024
/** Longest time that a closed connection may take to send what is left. */
const LINGER_MS = 2000
/** Longest time that a client waits with what it sends behind its CONNECT, as a full session may delay the end of that at aedes. */
const OPENING_MS_MAX = 100

/** For less a client is not held up: a timer is not more exact. */
const PACE_MS_MIN = 2

const WATER_MARKS = { readableHighWaterMark: UNREAD_BYTES_MAX, writableHighWaterMark: UNSENT_BYTES_MAX }

const NOTHING = Buffer.alloc(0)
/** Held by every connection of which nothing is postponed. */
const NONE: Buffer[] = []
const PINGRESP = Buffer.of(0xd0, 0)

/**
 * The connection that aedes gets in place of the socket. aedes would parse up to 256 MiB from anybody, before any
 * CONNECT; here only what `PacketScanner` found well-formed goes through, and what breaks a rule closes the connection.
 *
 * It answers PINGREQ and watches over the keep alive itself: aedes reads no further while messages wait for the
 * journal, and a disk that is slow or full must not look to a device like a dead gateway, nor to us like a dead device.
 *
 * A PUBLISH that needs nothing of aedes takes the fast path. It never overtakes what aedes has not answered.
 */
export class FramingGuard extends Duplex implements FastPathConnection, ScannerOutput {
  readonly #scanner: PacketScanner
  #isWanted = false
  #isStopped = false
  #owesPing = false
  /** Once its CONNECT was accepted. */
  #client: Client | null = null
  /** Made for its first message. */
  #connectionPath: ConnectionFastPath | null = null
  /** Packets that aedes is done with. */
  #answeredPackets = 0
  /** Packets that were passed on and have been counted in `inFlight`, the answered ones among them. */
  #countedPackets = 0
  /** Runs while the peer does not read its PUBACKs. */
  #unreadTimer: NodeJS.Timeout | undefined
  /** Bytes that came after the turn of the event loop was over: one chunk, for the stream is paused then. */
  #postponed = NONE
  /** Too much of it is under way: it is read on when aedes has answered. */
  #isClogged = false
  #rate: ClientRate | null = null
  /** It sends of its past, and stands in the queue of those for which there is no room; null while it does not. */
  #pressedBy: PressedFlow | null = null
  /** Runs while the client is read no further because it sends more than its share. */
  #paceTimer: NodeJS.Timeout | undefined
  #isAccepted = false
  /** Runs from CONNACK until aedes is done with the CONNECT. */
  #openingTimer: NodeJS.Timeout | undefined
  /** CONNACK has been written with the reason: what aedes writes of it is left out. */
  #isRefused = false
  /** Longest silence that the peer has announced, 0 for no bound, and the largest packet that it takes. */
  #announced: AnnouncedBounds = { keepAliveS: 0, packetBytesMax: Number.POSITIVE_INFINITY }
  /** Time since it was last heard, as `timePassed` has said; below 0 until its CONNECT is accepted. */
  #silentMs = -1
  /** Both are made when they are wanted: most connections wait for nothing. */
  #resume: (() => void) | undefined
  #pressed: Held | undefined

  /** Stands between aedes and a client of MQTT 5; null for other versions. */
  gate: PacketGate | null = null

  /** @param below the socket below the stream, or the same */
  constructor(
    private readonly socket: ByteStream,
    readonly below: Socket,
    private readonly parts: GuardParts,
  ) {
    super(WATER_MARKS)
    this.#scanner = new PacketScanner(this, parts.bounds.payloadBytesMax)
    socket.pause()
    listenTo(socket, this)
  }

  /** For a chunk that has come. */
  hear(chunk: Buffer): void {
    if (this.destroyed) return
    this.#silentMs = Math.min(this.#silentMs, 0)
    const isBehind = this.#postponed.length > 0 || this.#scanner.isInterrupted || this.#isClogged
    if (this.parts.budget.isOver || isBehind) this.#postpone(chunk)
    else this.#scan(chunk)
  }

  pass(bytes: Buffer): void {
    if (!this.push(bytes)) this.#isWanted = false
  }

  connect(announced: AnnouncedBounds): void {
    this.#announced = announced
  }

  ping(): void {
    if (!this.writableNeedDrain) {
      this.write(PINGRESP)
    } else if (!this.#owesPing) {
      // A peer that sends PINGREQ but does not read gets one answer when it reads again, not a queue of them.
      this.#owesPing = true
      this.once('drain', () => {
        this.#owesPing = false
        if (!this.destroyed) this.write(PINGRESP)
      })
    }
  }

  straight(publish: PublishView): boolean {
    const { fastPath } = this.parts
    if (fastPath === null || this.#client === null) return false
    this.#connectionPath ??= fastPath.open(this.#client, this)
    return this.#connectionPath.take(publish)
  }

  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress
  }

  /** Subject of the client certificate; null without one that is proved. */
  get certificateSubject(): string | null {
    return this.socket.certificateSubject ?? null
  }

  get isAnswered(): boolean {
    return this.#answeredPackets === this.#scanner.passedPackets
  }

  get isStraightAnswered(): boolean {
    return this.#connectionPath?.isEmpty ?? true
  }

  /** aedes is done with one more of the packets that it was given. */
  answered(): void {
    this.#answeredPackets += 1
    if (!this.destroyed) this.parts.inFlight.change(-1)
    if (this.#openingTimer !== undefined) this.#openSoon()
    if (this.#isClogged && this.#mayReadOn) this.#unclog()
  }

  acknowledge(pubacks: Buffer): void {
    if (this.destroyed) return
    this.refill(pubacks.length / PUBACK_BYTES)
    // Straight into the socket, unless something of aedes still waits here.
    const isRoom = this.writableLength === 0 ? this.socket.write(pubacks) : this.write(pubacks)
    if (isRoom || this.#unreadTimer !== undefined) return
    this.#unreadTimer = setTimeout(() => this.destroy(new UnreadError()), this.parts.bounds.unreadMs)
    this.socket.once('drain', () => this.#onDrain())
  }

  /** So many messages of QoS 1 and 2 are acknowledged or refused: the client may send as many more. */
  refill(packets: number): void {
    this.#scanner.answered(packets)
  }

  readOn(): void {
    this.#flow()
  }

  fail(error: Error): void {
    this.destroy(error)
  }

  /** Answers the CONNECT of MQTT 5 with a reason and a sentence, in place of aedes, which has no sentence. */
  refuse(reason: ReasonCode, sentence: string): void {
    if (this.#scanner.version !== 5) return
    this.socket.write(refusingConnack(reason, sentence, this.#announced.packetBytesMax))
    this.#isRefused = true
  }

  /** The CONNECT of this client was accepted and CONNACK 0 written: what came after it may go on, at this rate. */
  accept(client: Client, rate: ClientRate | null = null): void {
    this.#isAccepted = true
    this.#rate = rate
    this.#client = client
    this.#silentMs = 0
    this.socket.accepted?.()
    // Read before, it would follow the CONNECT to aedes, and what comes next would follow it there.
    if (this.isAnswered) this.#open()
    else if (!this.destroyed) this.#openingTimer = setTimeout(() => this.#openSoon(), OPENING_MS_MAX)
  }

  /** So much time has gone by since the last call: a client that has said nothing for too long is given up. */
  timePassed(timeMs: number): void {
    // While we do not read, the silence is ours.
    const keepAliveMs = this.#announced.keepAliveS * 1500 // [MQTT-3.1.2-24] one and a half times the keep alive
    if (keepAliveMs === 0 || this.#silentMs < 0) return
    if (this.socket.isPaused()) this.#silentMs = 0
    else if (this.#silentMs < keepAliveMs) this.#silentMs += timeMs
    else {
      const sentence = 'no packet within one and a half times the keep alive [MQTT-3.1.2-24]'
      this.tellWhy(Reason.keepAliveTimeout, sentence)
      this.destroy(new Error(sentence))
    }
  }

  /** The peer sends no more: what came with its CONNECT goes to aedes before the end does. */
  ended(): void {
    if (this.#openingTimer !== undefined) this.#open()
    this.push(null)
  }

  /** Reads no more; what was read is still answered. For the end of the gateway. */
  stopReading(): void {
    this.#isStopped = true
    this.#flow()
  }

  override _read(): void {
    this.#isWanted = true
    this.#flow()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#isRefused) done()
    else this.socket.write(chunk, done)
  }

  // aedes writes a packet in several pieces: joined, a thousand PUBACKs are one small write.
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    if (this.#isRefused) done()
    else this.socket.write(Buffer.concat(chunks.map((c) => c.chunk)), done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#unreadTimer)
    clearTimeout(this.#paceTimer)
    clearTimeout(this.#openingTimer)
    if (this.#pressed !== undefined) this.#pressedBy?.forget(this.#pressed)
    if (this.#resume !== undefined) this.parts.backlog.forget(this.#resume)
    this.parts.inFlight.change(-this.#ownInFlight)
    this.#isStopped = true
    if (error !== null && !(error instanceof FramingError)) {
      this.socket.destroy()
    } else {
      // The last acknowledgements go out before the end; a peer that does not read them is not waited for.
      const deadline = setTimeout(() => this.socket.destroy(), LINGER_MS).unref()
      this.socket.once('close', () => clearTimeout(deadline))
      this.socket.end()
      this.socket.resume()
    }
    done(error)
  }

  get #ownInFlight(): number {
    return this.#countedPackets - this.#answeredPackets
  }

  get #mayReadOn(): boolean {
    // The end of a packet that aedes has the beginning of is still to be read.
    const isBehind = this.#connectionPath?.isBehindAedes === true && !this.#scanner.isInsidePacket
    return !isBehind && this.parts.inFlight.mayReadOn(this.#ownInFlight)
  }

  #openSoon(): void {
    this.parts.budget.next(() => this.#open())
  }

  #open(): void {
    clearTimeout(this.#openingTimer)
    this.#openingTimer = undefined
    // Answer and timer may both ask for it: the second time there is nothing to open.
    if (this.destroyed || !this.#scanner.isWaiting) return
    this.#settle(this.#scanner.accept())
  }

  #scan(chunk: Buffer): void {
    this.#connectionPath?.startChunk()
    const fault = this.#scanner.scan(chunk, this.parts.inFlight.unitsAtOnce(UNITS_AT_ONCE))
    if (this.#rate !== null) this.#pace(this.#rate, chunk.length)
    this.#settle(fault)
  }

  #unclog(): void {
    this.#isClogged = false
    // It may go on for room alone, with much of it still at aedes: those detours go on.
    if (this.isAnswered) this.#connectionPath?.forgetDetours()
    if (this.#postponed.length > 0) this.parts.budget.next(() => this.#goOn())
    else this.#flow()
  }

  /** Holds back what comes next until it would have been in time; what was read is taken already. */
  #pace(rate: ClientRate, bytes: number): void {
    const nowMs = performance.now()
    const sent = { messages: this.#scanner.takePublishes(), retained: this.#scanner.takeRetained(), bytes }
    const waitMs = rate.spend(sent, nowMs)
    if (rate.flow !== null) this.#press(rate.flow, sent.messages, nowMs)
    if (waitMs < PACE_MS_MIN || this.#paceTimer !== undefined || this.destroyed) return
    this.parts.bounds.onPaced?.(this, 'rate')
    this.#paceTimer = setTimeout(() => {
      this.#paceTimer = undefined
      this.#flow()
    }, waitMs)
  }

  /** Holds the connection, when it sends of its past, until there is room for more of it. */
  #press(flow: PressedFlow, messages: number, nowMs: number): void {
    const past = flow.press(messages, nowMs)
    if (past === 0 || this.#pressedBy !== null || this.destroyed) return
    this.parts.bounds.onPaced?.(this, 'figures')
    this.#pressedBy = flow
    this.#pressed ??= { readOn: () => this.#goOnPressed() }
    flow.hold(this.#pressed, past)
  }

  #goOnPressed(): void {
    this.#pressedBy = null
    this.#flow()
  }

  #settle(fault: PacketFault | null): void {
    this.parts.budget.spend(this.#scanner.takeUnits())
    this.#countPassed()
    this.#judge(fault)
    if (this.#scanner.isInterrupted) this.#postpone(NOTHING)
    else this.#flow()
  }

  #countPassed(): void {
    if (this.destroyed) return
    this.parts.inFlight.change(this.#scanner.passedPackets - this.#countedPackets)
    this.#countedPackets = this.#scanner.passedPackets
    this.#isClogged = !this.#mayReadOn
  }

  #postpone(chunk: Buffer): void {
    if (this.#postponed.length === 0) this.#postponed = []
    this.#postponed.push(chunk)
    this.#flow()
    if (this.#postponed.length === 1 && !this.#isClogged) this.parts.budget.next(() => this.#goOn())
  }

  #goOn(): void {
    if (this.destroyed) return
    const [first = NOTHING, ...more] = this.#postponed
    this.#postponed = NONE
    this.#scan(more.length === 0 ? first : Buffer.concat([first, ...more]))
  }

  #judge(fault: PacketFault | null): void {
    if (fault === null) return
    const { sentence, connackCode, reason } = fault
    if (this.#isAccepted) this.tellWhy(reason ?? Reason.malformedPacket, sentence)
    else if (connackCode !== undefined) this.socket.write(Buffer.of(0x20, 2, 0, connackCode))
    else if (this.#scanner.version === null && reason !== undefined)
      this.socket.write(refusingConnack(reason, sentence))
    this.destroy(new FramingError(sentence, reason)) // [MQTT-4.8.0-1]
  }

  /** Says in a DISCONNECT why the connection ends; only MQTT 5 has one that a server sends [MQTT-3.14.0-1]. */
  tellWhy(reason: ReasonCode, sentence: string): void {
    if (this.#scanner.version !== 5 || !this.#isAccepted || this.destroyed) return
    this.socket.write(disconnectPacket(reason, sentence, this.#announced.packetBytesMax))
  }

  #flow(): void {
    if (this.destroyed) return
    const isBehind =
      this.#connectionPath?.isFull === true || this.#unreadTimer !== undefined || this.#postponed.length > 0
    const isHeld = isBehind || this.#isClogged || this.#paceTimer !== undefined || this.#pressedBy !== null
    const isReading = this.#isWanted && !this.#isStopped && !this.#scanner.isWaiting && !isHeld
    if (!isReading) this.socket.pause()
    else if (this.parts.backlog.isFull) {
      this.socket.pause()
      this.#resume ??= () => this.#flow()
      this.parts.backlog.whenRoom(this.#resume)
    } else this.socket.resume()
  }

  #onDrain(): void {
    clearTimeout(this.#unreadTimer)
    this.#unreadTimer = undefined
    this.#flow()
  }
}
