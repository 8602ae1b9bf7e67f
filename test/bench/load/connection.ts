import { connect, type Socket } from 'node:net'
import type { Histogram } from '../measure/histogram.js'
import { connectPacket, type LoadVersion, type Ring } from './packets.js'

const CONNACK = 0x20
const PUBACK = 0x40
const PINGRESP = 0xd0
const PINGREQ = Buffer.from([0xc0, 0])
/** Sockets are read one after the other, and what has come is looked at before the next is: one place serves all. */
const READ_BYTES = 64 * 1024
const received = Buffer.alloc(READ_BYTES)
/** Without PUBACKs a ping behind each quarter of what may be in flight tells how far the broker has read. */
const PINGS_IN_FLIGHT = 4

export interface ConnectionOptions {
  readonly port: number
  readonly clientId: string
  readonly ring: Ring
  readonly qos: 0 | 1
  /** Absent: 3.1.1. */
  readonly version?: LoadVersion
  /** Gets the time from each message's being due to its PUBACK. */
  readonly latency: Histogram
  onAcknowledged(count: number): void
  onBroken(error: Error): void
}

/** One connection on a socket of its own: as many messages in flight as its ring has slots. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  readonly #ring: Ring
  readonly #answerBytes: number
  /** When the message of each slot was due. */
  readonly #dueMs: Float64Array
  /** The beginning of an answer whose end has not come yet. */
  #rest = Buffer.alloc(0)
  #sent = 0
  #acknowledged = 0
  /** Messages that may have been sent by now. */
  #allowed = 0
  #isStopped = false
  /** Messages sent since the last ping, and those in front of each ping under way. */
  #unpinged = 0
  readonly #pinged: number[] = []
  #connected: () => void = () => undefined
  /** Resolves when the broker has accepted it; when something breaks, then or later, `onBroken` is called. */
  readonly accepted: Promise<void>

  constructor(options: ConnectionOptions) {
    const { port, clientId, ring, qos, version, onBroken } = options
    this.#options = options
    this.#ring = ring
    this.#answerBytes = qos === 1 ? 4 : 2
    this.#dueMs = new Float64Array(ring.slots)
    this.accepted = new Promise((resolve) => {
      this.#connected = resolve
    })
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: received,
        callback: (count) => {
          try {
            this.#take(count)
          } catch (error) {
            onBroken(error as Error)
          }
          return true
        },
      },
    })
    this.#socket.on('error', onBroken)
    this.#socket.on('close', () => onBroken(new Error(`${clientId}: the broker closed the connection`)))
    this.#socket.write(connectPacket(clientId, version))
  }

  get sent(): number {
    return this.#sent
  }

  /** Sends up to message number `allowed`, as far as the window lets it; the rest follows when there is room. */
  allow(allowed: number, dueMs: number): void {
    if (allowed <= this.#allowed || this.#isStopped) return
    this.#allowed = allowed
    this.#send(dueMs)
  }

  /** Nothing more is sent. */
  stop(): void {
    this.#isStopped = true
    this.#allowed = this.#sent
    this.#ping()
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #send(dueMs: number): void {
    const { slots } = this.#ring
    const end = Math.min(this.#allowed, this.#acknowledged + slots)
    if (this.#sent >= end) return
    const nowMs = Date.now()
    while (this.#sent < end) {
      const slot = this.#sent % slots
      const count = Math.min(end - this.#sent, slots - slot)
      for (let i = 0; i < count; i++) {
        this.#ring.patch(slot + i, this.#sent + i, nowMs)
        this.#dueMs[slot + i] = dueMs
      }
      this.#sent += count
      this.#socket.write(this.#ring.packets(slot, count))
      if (this.#options.qos === 0) {
        this.#unpinged += count
        if (this.#unpinged >= slots / PINGS_IN_FLIGHT) this.#ping()
      }
    }
  }

  #ping(): void {
    if (this.#unpinged === 0) return
    this.#pinged.push(this.#unpinged)
    this.#unpinged = 0
    this.#socket.write(PINGREQ)
  }

  #take(count: number): void {
    const came = received.subarray(0, count)
    const bytes = this.#rest.length === 0 ? came : Buffer.concat([this.#rest, came])
    const before = this.#acknowledged
    const nowMs = performance.now()
    let at = 0
    if (before === 0 && bytes[0] === CONNACK && bytes.length >= 4) {
      if (bytes[3] !== 0) throw new Error(`${this.#options.clientId} was refused with ${bytes[3]}`)
      if (this.#ring.opening !== undefined) this.#socket.write(this.#ring.opening)
      this.#connected()
      // CONNACK of MQTT 5 is longer.
      at = 2 + bytes[1]!
    }
    // The reason 0 and no properties may stand behind the packet id of MQTT 5.
    for (let size = 0; at + this.#answerBytes <= bytes.length; at += size) {
      size = 2 + bytes[at + 1]!
      if (at + size > bytes.length) break
      this.#answer(bytes, at, nowMs)
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : NOTHING
    if (this.#acknowledged === before) return
    this.#options.onAcknowledged(this.#acknowledged - before)
    this.#send(nowMs)
  }

  #answer(bytes: Buffer, at: number, nowMs: number): void {
    if (this.#options.qos === 0) {
      if (bytes[at] !== PINGRESP) throw unexpected('PINGRESP', bytes, at)
      this.#acknowledged += this.#pinged.shift() ?? 0
      return
    }
    // [MQTT-4.6.0-2] PUBACKs come in the order of the PUBLISH packets.
    const slot = this.#acknowledged % this.#ring.slots
    if (bytes[at] !== PUBACK || ((bytes[at + 2]! << 8) | bytes[at + 3]!) !== slot + 1) {
      throw unexpected(`PUBACK ${slot + 1}`, bytes, at)
    }
    this.#options.latency.record(nowMs - this.#dueMs[slot]!)
    this.#acknowledged++
  }
}

const NOTHING = Buffer.alloc(0)

function unexpected(expected: string, bytes: Buffer, at: number): Error {
  return new Error(`expected ${expected}, got ${bytes.toString('hex', at, at + 4)}`)
}
