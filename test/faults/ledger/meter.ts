import { connect, type Socket } from 'node:net'
import { connectPacket, PacketRing } from '../../bench/load/packets.js'
import type { MeterOrder } from './order.js'

const CONNACK = 0x20
const PUBACK = 0x40
const PUBREC = 0x50
const PUBCOMP = 0x70
const PUBREL = 0x62
/** Type and length; all answers are shorter than 128 bytes. */
const HEAD_BYTES = 2
/** First bytes of a PUBLISH by QoS. */
const PUBLISH = { 1: 0x32, 2: 0x34 } as const
const DUP = 0x08
const REFUSED = 0x80
/** Session expiry of a meter of QoS 2, s. */
const SESSION_S = 3600
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
 * the connection is lost is sent again with DUP, in its order and under its packet ids, before anything new. With QoS 2
 * PUBREC is the acknowledgement: its message is never sent again, only the PUBREL, and its id is free with PUBCOMP.
 */
export class Meter {
  readonly #order: MeterOrder
  readonly #port: number
  readonly #notes: MeterNotes
  readonly #ring: PacketRing
  readonly #qos: 1 | 2
  #socket: Socket | null = null
  #rest: Buffer | null = null
  #isAccepted = false
  /** Messages with smaller numbers may be sent. */
  #allowed = 0
  #sent = 0
  #acknowledged = 0
  /** Messages with smaller numbers have their slots and packet ids free: the same as acknowledged with QoS 1. */
  #completed = 0
  #resent = 0

  constructor(port: number, order: MeterOrder, notes: MeterNotes) {
    this.#order = order
    this.#port = port
    this.#notes = notes
    this.#qos = order.qos ?? 1
    const version = this.#qos === 2 ? '5' : '3.1.1'
    // A message of QoS 2 differs in its first byte alone.
    this.#ring = new PacketRing({ ...order, version, topics: [order.topic], qos: 1 }, order.window)
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
    const clientId = `ledger-${this.#order.device}`
    socket.write(this.#qos === 2 ? keptConnect(clientId) : connectPacket(clientId))
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    const before = this.#acknowledged
    let at = 0
    for (let end = endOf(bytes, at); end <= bytes.length; end = endOf(bytes, at)) {
      this.#answer(bytes.subarray(at, end))
      at = end
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : null
    if (this.#acknowledged > before) this.#notes.acknowledged(this.#order.device, this.#acknowledged)
    if (this.#isAccepted) this.#sendMore()
  }

  #answer(packet: Buffer): void {
    const [first, , , code = 0] = packet
    if (first === CONNACK && code === 0) {
      this.#isAccepted = true
      this.#resent += this.#sent - this.#acknowledged
      for (let message = this.#completed; message < this.#acknowledged; message++) this.#release(message)
      this.#write(this.#acknowledged, this.#sent, PUBLISH[this.#qos] | DUP)
    } else if (this.#qos === 2 && first === PUBCOMP) {
      this.#expect(packet, this.#completed, this.#acknowledged)
      this.#completed++
    } else if (first === (this.#qos === 2 ? PUBREC : PUBACK)) {
      // [MQTT-4.6.0-2] [MQTT-4.6.0-3] They come in the order of the PUBLISH packets.
      this.#expect(packet, this.#acknowledged, this.#sent)
      if (this.#qos === 2) this.#release(this.#acknowledged)
      else this.#completed++
      this.#acknowledged++
    } else throw new Error(`${this.#order.device}: got ${packet.toString('hex')}`)
  }

  /** Throws unless it answers `message`, which has to be one before `end`. A gateway that was killed knows no id of a PUBREL any more. */
  #expect(packet: Buffer, message: number, end: number): void {
    const isRefused = packet[0] !== PUBCOMP && (packet[HEAD_BYTES + 2] ?? 0) >= REFUSED
    if (packet.readUInt16BE(HEAD_BYTES) === this.#idOf(message) && message < end && !isRefused) return
    const got = packet.toString('hex')
    throw new Error(
      `${this.#order.device}: expected the answer to ${this.#idOf(message)} of message ${message}, got ${got}`,
    )
  }

  #idOf(message: number): number {
    return (message % this.#ring.slots) + 1
  }

  #release(message: number): void {
    const id = this.#idOf(message)
    this.#socket?.write(Buffer.of(PUBREL, 2, id >> 8, id & 0xff))
  }

  #sendMore(): void {
    const from = this.#sent
    const end = Math.min(this.#allowed, this.#completed + this.#ring.slots)
    if (end <= from) return
    const nowMs = Date.now()
    for (let message = from; message < end; message++) this.#ring.patch(message % this.#ring.slots, message, nowMs)
    this.#sent = end
    this.#notes.sends(this.#order.device, end)
    this.#write(from, end, PUBLISH[this.#qos])
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

/** End of the packet at `at`; behind the bytes when it is not whole. */
function endOf(bytes: Buffer, at: number): number {
  return at + HEAD_BYTES + (bytes[at + 1] ?? bytes.length)
}

/** CONNECT of MQTT 5 that takes its session up, or begins one that is kept. */
function keptConnect(clientId: string): Buffer {
  const id = Buffer.from(clientId)
  const head = [0, 4, ...Buffer.from('MQTT'), 5, 0, 0, 0]
  const expiry = [5, 0x11, 0, 0, SESSION_S >> 8, SESSION_S & 0xff]
  return Buffer.from([0x10, head.length + expiry.length + 2 + id.length, ...head, ...expiry, 0, id.length, ...id])
}
