import { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import type { JournalBacklog } from './backlog.js'
import type { ClientRate } from './client-rates.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import type { InFlight } from './in-flight.js'
import type { ByteStream } from './listener.js'
import type { PacketFault } from './packet-rules.js'
import { PacketScanner, UNITS_AT_ONCE } from './packet-scanner.js'
import type { Held, PressedFlow } from './pressure.js'
import type { ConnectionFastPath, FastPathConnection, PublishFastPath } from './publish-fast-path.js'

/** Bytes that are kept for a peer that reads slowly before messages for it are dropped. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** Bytes of well-formed input that are kept for aedes while it waits for the journal. */
const UNREAD_BYTES_MAX = 64 * 1024
/** Longest time that a closed connection may take to send what is left. */
const LINGER_MS = 2000

/** For less a client is not held up: a timer is not more exact. */
const PACE_MS_MIN = 2

const NOTHING = Buffer.alloc(0)
const PINGRESP = Buffer.of(0xd0, 0)

/** The peer broke the protocol; the message is the reason, for the log. */
export class FramingError extends Error {}

/** The peer left its PUBACKs unread for too long. */
export class UnreadError extends Error {
  constructor() {
    super('acknowledgements were not read')
  }
}

interface GuardBounds {
  /** Largest payload of a PUBLISH that is kept; only a sample is kept of a larger one. */
  readonly payloadBytesMax: number
  /** Longest time that a peer may leave its PUBACKs unread; aedes gives as long for what it writes. */
  readonly unreadMs: number
  /** It sends more than its share, or more than figures can follow, and is read no further for a while. */
  onPaced?(guard: FramingGuard, why: 'rate' | 'figures'): void
}

/**
 * The connection that aedes gets in place of the socket. aedes would parse up to 256 MiB from anybody, before any
 * CONNECT; here only what `PacketScanner` found well-formed goes through, and what breaks a rule closes the connection.
 *
 * It answers PINGREQ and watches over the keep alive itself: aedes reads no further while messages wait for the
 * journal, and a disk that is slow or full must not look to a device like a dead gateway, nor to us like a dead device.
 *
 * A PUBLISH that needs nothing of aedes takes the fast path. It never overtakes what aedes has not answered.
 */
export class FramingGuard extends Duplex implements FastPathConnection {
  readonly #scanner: PacketScanner
  #isWanted = false
  #isStopped = false
  #owesPing = false
  #connectionPath: ConnectionFastPath | null = null
  /** Packets that aedes is done with. */
  #answeredPackets = 0
  /** Packets that were passed on and have been counted in `inFlight`, the answered ones among them. */
  #countedPackets = 0
  /** Runs while the peer does not read its PUBACKs. */
  #unreadTimer: NodeJS.Timeout | undefined
  /** Bytes that came after the turn of the event loop was over: one chunk, for the stream is paused then. */
  #postponed: Buffer[] = []
  /** Too much of it is under way: it is read on when aedes has answered. */
  #isClogged = false
  #rate: ClientRate | null = null
  /** It sends of its past, and stands in the queue of those for which there is no room; null while it does not. */
  #pressedBy: PressedFlow | null = null
  /** Runs while the client is read no further because it sends more than its share. */
  #paceTimer: NodeJS.Timeout | undefined
  #keepAliveMs = 0
  #keepAliveTimer: NodeJS.Timeout | undefined
  readonly #resume = (): void => this.#flow()
  readonly #pressed: Held = {
    readOn: () => {
      this.#pressedBy = null
      this.#flow()
    },
  }

  constructor(
    private readonly socket: ByteStream,
    private readonly backlog: JournalBacklog,
    private readonly budget: EventLoopBudget,
    private readonly bounds: GuardBounds,
    private readonly fastPath: PublishFastPath | null,
    private readonly inFlight: InFlight,
  ) {
    super({ readableHighWaterMark: UNREAD_BYTES_MAX, writableHighWaterMark: UNSENT_BYTES_MAX })
    this.#scanner = new PacketScanner(
      {
        pass: (bytes) => {
          if (!this.push(bytes)) this.#isWanted = false
        },
        connect: (keepAliveS) => {
          this.#keepAliveMs = keepAliveS * 1500 // [MQTT-3.1.2-24] one and a half times the keep alive
        },
        ping: () => this.#answerPing(),
        ...(fastPath === null ? {} : { straight: (publish) => this.#connectionPath?.take(publish) ?? false }),
      },
      bounds.payloadBytesMax,
    )
    socket.pause()
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    socket.on('drain', () => this.#onDrain())
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

  /** aedes is done with one more of the packets that it was given. */
  answered(): void {
    this.#answeredPackets += 1
    if (!this.destroyed) this.inFlight.change(-1)
    if (this.#isClogged && this.inFlight.mayReadOn(this.#ownInFlight)) this.#unclog()
  }

  acknowledge(pubacks: Buffer): void {
    if (this.destroyed) return
    // Straight into the socket, unless something of aedes still waits here.
    const isRoom = this.writableLength === 0 ? this.socket.write(pubacks) : this.write(pubacks)
    if (isRoom || this.#unreadTimer !== undefined) return
    this.#unreadTimer = setTimeout(() => this.destroy(new UnreadError()), this.bounds.unreadMs)
  }

  readOn(): void {
    this.#flow()
  }

  fail(error: Error): void {
    this.destroy(error)
  }

  /** The CONNECT of this client was accepted and CONNACK 0 written: what came after it may go on, at this rate. */
  accept(client: Client, rate: ClientRate | null = null): void {
    this.#rate = rate
    this.#connectionPath = this.fastPath?.open(client, this) ?? null
    if (this.#keepAliveMs > 0) this.#keepAliveTimer = setTimeout(() => this.#onSilence(), this.#keepAliveMs)
    this.socket.accepted?.()
    this.#settle(this.#scanner.accept())
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
    this.socket.write(chunk, done)
  }

  // aedes writes a packet in several pieces: joined, a thousand PUBACKs are one small write.
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.socket.write(Buffer.concat(chunks.map((c) => c.chunk)), done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#keepAliveTimer)
    clearTimeout(this.#unreadTimer)
    clearTimeout(this.#paceTimer)
    this.#pressedBy?.forget(this.#pressed)
    this.backlog.forget(this.#resume)
    this.inFlight.change(-this.#ownInFlight)
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

  #take(chunk: Buffer): void {
    if (this.destroyed) return
    this.#keepAliveTimer?.refresh()
    const isBehind = this.#postponed.length > 0 || this.#scanner.isInterrupted || this.#isClogged
    if (this.budget.isOver || isBehind) this.#postpone(chunk)
    else this.#scan(chunk)
  }

  #scan(chunk: Buffer): void {
    this.#connectionPath?.startChunk()
    const fault = this.#scanner.scan(chunk, this.inFlight.unitsAtOnce(UNITS_AT_ONCE))
    if (this.#rate !== null) this.#pace(this.#rate, chunk.length)
    this.#settle(fault)
  }

  #unclog(): void {
    this.#isClogged = false
    if (this.#postponed.length > 0) this.budget.next(() => this.#goOn())
    else this.#flow()
  }

  /** Holds back what comes next until it would have been in time; what was read is taken already. */
  #pace(rate: ClientRate, bytes: number): void {
    const nowMs = performance.now()
    const sent = { messages: this.#scanner.takePublishes(), retained: this.#scanner.takeRetained(), bytes }
    const waitMs = rate.spend(sent, nowMs)
    if (rate.flow !== null) this.#press(rate.flow, sent.messages, nowMs)
    if (waitMs < PACE_MS_MIN || this.#paceTimer !== undefined || this.destroyed) return
    this.bounds.onPaced?.(this, 'rate')
    this.#paceTimer = setTimeout(() => {
      this.#paceTimer = undefined
      this.#flow()
    }, waitMs)
  }

  /** Holds the connection, when it sends of its past, until there is room for more of it. */
  #press(flow: PressedFlow, messages: number, nowMs: number): void {
    const past = flow.press(messages, nowMs)
    if (past === 0 || this.#pressedBy !== null || this.destroyed) return
    this.bounds.onPaced?.(this, 'figures')
    this.#pressedBy = flow
    flow.hold(this.#pressed, past)
  }

  #settle(fault: PacketFault | null): void {
    this.budget.spend(this.#scanner.takeUnits())
    this.#countPassed()
    this.#judge(fault)
    if (this.#scanner.isInterrupted) this.#postpone(NOTHING)
    else this.#flow()
  }

  #countPassed(): void {
    if (this.destroyed) return
    this.inFlight.change(this.#scanner.passedPackets - this.#countedPackets)
    this.#countedPackets = this.#scanner.passedPackets
    this.#isClogged = !this.inFlight.mayReadOn(this.#ownInFlight)
  }

  #postpone(chunk: Buffer): void {
    this.#postponed.push(chunk)
    this.#flow()
    if (this.#postponed.length === 1 && !this.#isClogged) this.budget.next(() => this.#goOn())
  }

  #goOn(): void {
    if (this.destroyed) return
    const [first = NOTHING, ...more] = this.#postponed
    this.#postponed = []
    this.#scan(more.length === 0 ? first : Buffer.concat([first, ...more]))
  }

  #judge(fault: PacketFault | null): void {
    if (fault === null) return
    if (fault.connackCode !== undefined) this.socket.write(Buffer.of(0x20, 2, 0, fault.connackCode))
    this.destroy(new FramingError(fault.sentence)) // [MQTT-4.8.0-1]
  }

  #flow(): void {
    if (this.destroyed) return
    const isBehind =
      this.#connectionPath?.isFull === true || this.#unreadTimer !== undefined || this.#postponed.length > 0
    const isHeld = isBehind || this.#isClogged || this.#paceTimer !== undefined || this.#pressedBy !== null
    const isReading = this.#isWanted && !this.#isStopped && !this.#scanner.isWaiting && !isHeld
    if (!isReading) this.socket.pause()
    else if (this.backlog.isFull) {
      this.socket.pause()
      this.backlog.whenRoom(this.#resume)
    } else this.socket.resume()
  }

  #onDrain(): void {
    if (this.#unreadTimer === undefined) return
    clearTimeout(this.#unreadTimer)
    this.#unreadTimer = undefined
    this.#flow()
  }

  #answerPing(): void {
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

  #onSilence(): void {
    // While we do not read, the silence is ours.
    if (this.socket.isPaused()) this.#keepAliveTimer?.refresh()
    else this.destroy(new Error('no packet within one and a half times the keep alive [MQTT-3.1.2-24]'))
  }
}
