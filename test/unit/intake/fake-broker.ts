import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { vi } from 'vitest'
import { SOON } from '../../support/soon.js'
import { number16, packet, text } from './packets.js'

const [CONNECT, PUBACK, SUBSCRIBE] = [0x10, 0x40, 0x82]
export const PUBLISH_RETAINED = 0x33

/** A broker of one client that answers CONNECT and SUBSCRIBE as it is told to, acknowledges, and keeps all that it is sent. */
export class FakeBroker {
  /** Answers to CONNECT and SUBSCRIBE. */
  sessionPresent = false
  connackCode = 0
  subackCodes = [1, 1]
  /** False for a broker that is slow with its PUBACKs. */
  acknowledges = true
  /** Packets received: the first byte, and the rest behind the length, which has one byte in all that is sent here. */
  readonly packets: { readonly first: number; readonly body: Buffer }[] = []
  #socket: Socket | null = null

  private constructor(
    private readonly server: Server,
    readonly version: 4 | 5,
  ) {
    server.on('connection', (socket) => this.#serve(socket))
  }

  static async open(version: 4 | 5): Promise<FakeBroker> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FakeBroker(server, version)
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Ids of the PUBACKs, in order. */
  get acknowledged(): number[] {
    return this.packets.filter(({ first }) => first === PUBACK).map(({ body }) => body.readUInt16BE(0))
  }

  get connects(): number {
    return this.packets.filter(({ first }) => first === CONNECT).length
  }

  async subscribed(times = 1): Promise<void> {
    await vi.waitUntil(() => this.packets.filter(({ first }) => first === SUBSCRIBE).length >= times, SOON)
  }

  send(...packets: Buffer[]): void {
    this.#socket!.write(Buffer.concat(packets))
  }

  publish(id: number, payload: string, topic = 'plants/p/l/d/energy', retain = false): void {
    const properties = this.version === 5 ? Buffer.of(0) : Buffer.alloc(0)
    this.send(packet(retain ? PUBLISH_RETAINED : 0x32, text(topic), number16(id), properties, Buffer.from(payload)))
  }

  /** Ends the connection, and waits until the client has come back. */
  async drop(): Promise<void> {
    const before = this.connects
    this.#socket!.destroy()
    await vi.waitUntil(() => this.connects > before, SOON)
  }

  close(): void {
    this.#socket?.destroy()
    this.server.close()
  }

  #serve(socket: Socket): void {
    this.#socket = socket
    let held = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 2 && held.length >= 2 + held[1]!) {
        const end = 2 + held[1]!
        this.#take(socket, held[0]!, held.subarray(2, end))
        held = held.subarray(end)
      }
    })
  }

  #take(socket: Socket, first: number, body: Buffer): void {
    this.packets.push({ first, body })
    const properties = this.version === 5 ? [Buffer.of(0)] : []
    if (first === CONNECT)
      socket.write(packet(0x20, Buffer.of(this.sessionPresent ? 1 : 0, this.connackCode), ...properties))
    if (first === SUBSCRIBE) {
      const codes = this.subackCodes.slice(0, filtersIn(body.subarray(this.version === 5 ? 3 : 2)))
      socket.write(packet(0x90, body.subarray(0, 2), ...properties, Buffer.from(codes)))
    }
    if (first === PUBLISH_RETAINED && this.acknowledges) {
      const idAt = 2 + body.readUInt16BE(0)
      socket.write(packet(PUBACK, body.subarray(idAt, idAt + 2)))
    }
    if (first === 0xc0) socket.write(packet(0xd0))
  }
}

/** Each is a text with its length, and a byte of options. */
function filtersIn(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at += 3 + bytes.readUInt16BE(at)) count += 1
  return count
}
