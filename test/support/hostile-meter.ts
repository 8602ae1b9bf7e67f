import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Answers one request to a meter on its socket. */
export type MeterAnswer = (asked: Buffer, socket: Socket) => void

/** An answer to each register, a float that is `value` where it begins on an even one. Modbus Messaging on TCP/IP 1.0b §3.1.3 */
export function answerOf(asked: Buffer, value: number): Buffer {
  const count = asked.readUInt16BE(10)
  const said = Buffer.alloc(9 + 2 * count)
  asked.copy(said, 0, 0, 8)
  said.writeUInt16BE(3 + 2 * count, 4)
  said[8] = 2 * count
  for (let at = 9; at + 4 <= said.length; at += 4) said.writeFloatBE(value, at)
  return said
}

export const rightly =
  (value: number): MeterAnswer =>
  (asked, socket) =>
    socket.write(answerOf(asked, value))

/** An answer with other bytes in its head. */
const headed =
  (change: (said: Buffer) => void): MeterAnswer =>
  (asked, socket) => {
    const said = answerOf(asked, 666)
    change(said)
    socket.write(said)
  }

/** Every value in them is 666. */
export const ATTACKS: readonly (readonly [name: string, answer: MeterAnswer])[] = [
  ['that answers for another unit', headed((said) => said.writeUInt8(9, 6))],
  ['that answers other questions', headed((said) => said.writeUInt16BE((said.readUInt16BE(0) + 7) % 65_536, 0))],
  ['that speaks another protocol', headed((said) => said.writeUInt16BE(0xffff, 2))],
  ['that announces 65,535 bytes', headed((said) => said.writeUInt16BE(0xffff, 4))],
  ['that announces none', headed((said) => said.writeUInt16BE(0, 4))],
  ['that answers another function', headed((said) => said.writeUInt8(0x2b, 7))],
  ['that says more registers than were asked for', headed((said) => said.writeUInt8(0xff, 8))],
  [
    'that answers without an end',
    (asked, socket) => {
      const answers = Buffer.concat(Array.from({ length: 1000 }, () => headless(asked)))
      const go = (): void => {
        if (!socket.destroyed) socket.write(answers, () => setImmediate(go))
      }
      go()
    },
  ],
]

/** An answer to a question that nobody has asked. */
function headless(asked: Buffer): Buffer {
  const said = answerOf(asked, 666)
  said.writeUInt16BE((said.readUInt16BE(0) + 1000) % 65_536, 0)
  return said
}

/** A server of Modbus TCP that answers as it is told. */
export class HostileMeter {
  answer: MeterAnswer = () => undefined
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #questions = 0

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('data', (asked) => {
        this.#questions += 1
        this.answer(asked, socket)
      })
    })
  }

  static async start(): Promise<HostileMeter> {
    const server = createServer()
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return new HostileMeter(server)
  }

  /** Resolves when it was asked so many times more. */
  async asked(times: number): Promise<void> {
    for (const until = this.#questions + times; this.#questions < until; ) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
