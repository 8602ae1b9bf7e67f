import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Backlog } from './backlog.js'
import type { Fault } from './packet-rules.js'
import { PacketScanner } from './packet-scanner.js'

/** How much is kept for a peer that reads slowly before messages for it are dropped. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** How much well-formed input is kept for aedes while it waits for the journal. */
const UNREAD_BYTES_MAX = 64 * 1024
/** How long a closed connection may take to send what is left. */
const LINGER_MS = 2000

const PINGRESP = Buffer.of(0xd0, 0)

/** The peer broke the protocol; the message is the reason, for the log. */
export class FramingError extends Error {}

/**
 * The connection that aedes gets in place of the socket. aedes would parse up to 256 MiB from anybody, before any
 * CONNECT; here only what `PacketScanner` found well-formed goes through, and what breaks a rule closes the connection.
 *
 * It answers PINGREQ and watches over the keep alive itself: aedes reads no further while messages wait for the
 * journal, and a disk that is slow or full must not look to a device like a dead gateway, nor to us like a dead device.
 */
export class FramingGuard extends Duplex {
  readonly #scanner: PacketScanner
  #isWanted = false
  #isStopped = false
  #owesPing = false
  #keepAliveMs = 0
  #keepAliveTimer: NodeJS.Timeout | undefined
  readonly #resume = (): void => this.#flow()

  constructor(
    private readonly socket: Socket,
    private readonly backlog: Backlog,
    payloadBytesMax: number,
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
      },
      payloadBytesMax,
    )
    socket.pause()
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress
  }

  /** The CONNECT was accepted and CONNACK 0 written: what came after it may go on. */
  accept(): void {
    if (this.#keepAliveMs > 0) this.#keepAliveTimer = setTimeout(() => this.#onSilence(), this.#keepAliveMs)
    this.#judge(this.#scanner.accept())
    this.#flow()
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
    this.backlog.forget(this.#resume)
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

  #take(chunk: Buffer): void {
    if (this.destroyed) return
    this.#keepAliveTimer?.refresh()
    this.#judge(this.#scanner.scan(chunk))
    this.#flow()
  }

  #judge(fault: Fault | null): void {
    if (fault === null) return
    if (fault.connackCode !== undefined) this.socket.write(Buffer.of(0x20, 2, 0, fault.connackCode))
    this.destroy(new FramingError(fault.sentence)) // [MQTT-4.8.0-1]
  }

  #flow(): void {
    if (this.destroyed) return
    const isReading = this.#isWanted && !this.#isStopped && !this.#scanner.isWaiting
    if (!isReading) this.socket.pause()
    else if (this.backlog.isFull) {
      this.socket.pause()
      this.backlog.whenRoom(this.#resume)
    } else this.socket.resume()
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
