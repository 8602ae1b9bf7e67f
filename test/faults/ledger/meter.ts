import { connect, type Socket } from 'node:net'
import { connectPacket, PacketRing } from '../../bench/load/packets.js'
import type { MeterOrder } from './order.js'

const CONNACK = 0x20
const PUBACK = 0x40
/** CONNACK and PUBACK are all that comes, and both have this size. */
const ANSWER_BYTES = 4
const PUBLISH_QOS_1 = 0x32
const DUP = 0x08
/** A gateway that is being killed refuses connections; the next try comes after this. */
const RETRY_MS = 10

/** Notes on a meter's messages, written each time that there are more. Numbers count from 0; `end` is the first behind. */
export interface MeterNotes {
  /** Before the first byte of them is sent. */
  sends(device: string, end: number): void
  /** After their acknowledgement has come. */
  acknowledged(device: string, end: number): void
}

/**
 * A device that sends what it is allowed to, as many at once as its window has room for: what is not acknowledged when
 * the connection is lost is sent again with DUP, in its order and under its packet ids, before anything new.
 */
export class Meter {
  readonly #order: MeterOrder
  readonly #port: number
  readonly #notes: MeterNotes
  readonly #ring: PacketRing
  #socket: Socket | null = null
  #rest: Buffer | null = null
  #isAccepted = false
  /** Messages with smaller numbers may be sent. */
  #allowed = 0
  #sent = 0
  #acknowledged = 0
  #resent = 0

  constructor(port: number, order: MeterOrder, notes: MeterNotes) {
    this.#order = order
    this.#port = port
    this.#notes = notes
    this.#ring = new PacketRing({ ...order, topics: [order.topic], qos: 1 }, order.window)
    this.#connect()
  }

  get sent(): number {
    return this.#sent
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  get resent(): number {
    return this.#resent
  }

  /** So many more than it has sent by now, and no more than that. */
  allow(messages: number): void {
    this.#allowed = this.#sent + messages
    if (this.#isAccepted) this.#sendMore()
  }

  get isAllowedMore(): boolean {
    return this.#allowed > this.#sent
  }

  end(): void {
    this.#socket?.removeAllListeners('close').destroy()
  }

  #connect(): void {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    this.#socket = socket
    this.#rest = null
    // Whatever breaks a connection, 'close' comes after it.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#isAccepted = false
      setTimeout(() => this.#connect(), RETRY_MS)
    })
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.write(connectPacket(`ledger-${this.#order.device}`))
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    const whole = bytes.length - (bytes.length % ANSWER_BYTES)
    const before = this.#acknowledged
    for (let at = 0; at < whole; at += ANSWER_BYTES) this.#answer(bytes, at)
    this.#rest = whole < bytes.length ? bytes.subarray(whole) : null
    if (this.#acknowledged > before) this.#notes.acknowledged(this.#order.device, this.#acknowledged)
    if (this.#isAccepted) this.#sendMore()
  }

  #answer(bytes: Buffer, at: number): void {
    if (bytes[at] === CONNACK && bytes[at + 3] === 0) {
      this.#isAccepted = true
      this.#resent += this.#sent - this.#acknowledged
      this.#write(this.#acknowledged, this.#sent, PUBLISH_QOS_1 | DUP)
      return
    }
    // [MQTT-4.6.0-2] PUBACKs come in the order of the PUBLISH packets.
    const id = (this.#acknowledged % this.#ring.slots) + 1
    const isExpected = bytes[at] === PUBACK && bytes.readUInt16BE(at + 2) === id && this.#acknowledged < this.#sent
    if (!isExpected) {
      const answer = bytes.toString('hex', at, at + ANSWER_BYTES)
      throw new Error(`${this.#order.device}: expected PUBACK ${id} of message ${this.#acknowledged}, got ${answer}`)
    }
    this.#acknowledged++
  }

  #sendMore(): void {
    const from = this.#sent
    const end = Math.min(this.#allowed, this.#acknowledged + this.#ring.slots)
    if (end <= from) return
    const nowMs = Date.now()
    for (let message = from; message < end; message++) this.#ring.patch(message % this.#ring.slots, message, nowMs)
    this.#sent = end
    this.#notes.sends(this.#order.device, end)
    this.#write(from, end, PUBLISH_QOS_1)
  }

  /** Writes the packets of [from, end), which are in their slots. */
  #write(from: number, end: number, firstByte: number): void {
    const { slots, bytes, packetBytes } = this.#ring
    for (let message = from; message < end; ) {
      const slot = message % slots
      const count = Math.min(end - message, slots - slot)
      for (let i = 0; i < count; i++) bytes[(slot + i) * packetBytes] = firstByte
      this.#socket?.write(this.#ring.packets(slot, count))
      message += count
    }
  }
}
