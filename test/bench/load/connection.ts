import { connect, type Socket } from 'node:net'
import { connectPacket, type PacketRing } from './packets.js'

const CONNACK = 0x20
const PUBACK = 0x40
/** CONNACK and PUBACK are all that comes, and both have this size. */
const ANSWER_BYTES = 4

/** One device on a socket of its own: as many messages in flight as its ring has slots. */
export class Connection {
  readonly #socket: Socket
  #rest: Buffer | null = null
  #sent = 0
  #acknowledged = 0
  /** Messages that may have been sent by now. */
  #allowed = 0
  #connected: () => void = () => undefined
  /** Resolves when the broker has accepted it, rejects when something breaks, then or later. */
  readonly accepted: Promise<void>

  constructor(
    port: number,
    clientId: string,
    private readonly ring: PacketRing,
    private readonly onAcknowledged: (count: number) => void,
    onBroken: (error: Error) => void,
  ) {
    this.accepted = new Promise((resolve) => {
      this.#connected = resolve
    })
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('error', onBroken)
    this.#socket.on('close', () => onBroken(new Error(`${clientId}: the broker closed the connection`)))
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        this.#take(chunk)
      } catch (error) {
        onBroken(error as Error)
      }
    })
    this.#socket.write(connectPacket(clientId))
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Sends up to message number `allowed`, as far as the window lets it; the rest follows when there is room. */
  allow(allowed: number): void {
    this.#allowed = allowed
    this.#send()
  }

  close(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  #send(): void {
    const end = Math.min(this.#allowed, this.#acknowledged + this.ring.slots)
    while (this.#sent < end) {
      const slot = this.#sent % this.ring.slots
      const count = Math.min(end - this.#sent, this.ring.slots - slot)
      for (let i = 0; i < count; i++) this.ring.patch(slot + i, this.#sent + i)
      this.#sent += count
      this.#socket.write(this.ring.packets(slot, count))
    }
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    const whole = bytes.length - (bytes.length % ANSWER_BYTES)
    const before = this.#acknowledged
    for (let at = 0; at < whole; at += ANSWER_BYTES) this.#answer(bytes, at)
    this.#rest = whole < bytes.length ? bytes.subarray(whole) : null
    if (this.#acknowledged > before) this.onAcknowledged(this.#acknowledged - before)
    this.#send()
  }

  #answer(bytes: Buffer, at: number): void {
    if (bytes[at] === CONNACK && bytes[at + 3] === 0) {
      this.#connected()
      return
    }
    // [MQTT-4.6.0-2] PUBACKs come in the order of the PUBLISH packets.
    const id = (this.#acknowledged % this.ring.slots) + 1
    if (bytes[at] !== PUBACK || bytes.readUInt16BE(at + 2) !== id) {
      throw new Error(`expected PUBACK ${id}, got ${bytes.toString('hex', at, at + ANSWER_BYTES)}`)
    }
    this.#acknowledged++
  }
}
