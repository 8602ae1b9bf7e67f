import { connect, createServer, type Server, type Socket } from 'node:net'

/** Record of what went over TCP between an MQTT 5 broker and its client. */
export interface MqttTap {
  /** For the client. */
  readonly url: string
  /** Payloads of QoS 1 that the client has been given, and whose PUBACK has gone back to the broker, in that order. */
  readonly acknowledged: readonly string[]
  /** Most messages that were on their way at once, given and not acknowledged. */
  readonly inFlightMax: number
  close(): Promise<void>
}

const PUBLISH = 3
const PUBACK = 4

/** Listens in on the connections to a broker, and holds nothing back. */
export async function openMqttTap(target: string): Promise<MqttTap> {
  const acknowledged: string[] = []
  let inFlightMax = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    const broker = connect(Number(new URL(target).port), '127.0.0.1')
    const given = new Map<number, string>()
    const [fromBroker, fromClient] = [new PacketReader(), new PacketReader()]
    broker.on('data', (bytes: Buffer) => {
      for (const { type, flags, body } of fromBroker.read(bytes)) {
        if (type !== PUBLISH || (flags & 6) !== 2) continue
        const idAt = 2 + body.readUInt16BE(0)
        // The properties of what is sent here are none, or shorter than 128 bytes.
        given.set(body.readUInt16BE(idAt), body.toString('utf8', idAt + 3 + body[idAt + 2]!))
        inFlightMax = Math.max(inFlightMax, given.size)
      }
      client.write(bytes)
    })
    client.on('data', (bytes: Buffer) => {
      broker.write(bytes)
      for (const { type, body } of fromClient.read(bytes)) {
        if (type !== PUBACK) continue
        const id = body.readUInt16BE(0)
        acknowledged.push(given.get(id)!)
        given.delete(id)
      }
    })
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    acknowledged,
    get inFlightMax() {
      return inFlightMax
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Packet {
  readonly type: number
  readonly flags: number
  readonly body: Buffer
}

/** Cuts a stream of bytes into packets. */
class PacketReader {
  #bytes = Buffer.alloc(0)

  read(chunk: Buffer): Packet[] {
    const packets: Packet[] = []
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    for (;;) {
      let length = 0
      let at = 1
      for (let shift = 0; ; shift += 7) {
        const digit = this.#bytes[at++]
        if (digit === undefined) return packets
        length |= (digit & 0x7f) << shift
        if (digit < 0x80) break
      }
      if (this.#bytes.length < at + length) return packets
      const first = this.#bytes[0]!
      packets.push({ type: first >> 4, flags: first & 15, body: this.#bytes.subarray(at, at + length) })
      this.#bytes = this.#bytes.subarray(at + length)
    }
  }
}
