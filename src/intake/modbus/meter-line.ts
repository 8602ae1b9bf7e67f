import { connect, type Socket } from 'node:net'
import type { RegisterBlock } from '../../base/modbus.js'

/** Results of asking a meter, the label `result` of `greengauge_modbus_polls_total`. */
export const POLL_RESULTS = ['ok', 'unreachable', 'timeout', 'exception', 'bad_answer', 'held', 'missed'] as const
export type PollResult = (typeof POLL_RESULTS)[number]

/** The reason why a meter was not read. */
export class PollFault extends Error {
  constructor(
    readonly result: 'unreachable' | 'timeout' | 'exception' | 'bad_answer',
    sentence: string,
  ) {
    super(sentence)
  }
}

export interface LineAddress {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** As much of a client of `modbus-serial` as is used. */
interface Client {
  setID(unitId: number): void
  setTimeout(ms: number): void
  readHoldingRegisters(address: number, count: number): Promise<{ readonly buffer: Buffer }>
  readInputRegisters(address: number, count: number): Promise<{ readonly buffer: Buffer }>
}

const REGISTER_BYTES = 2
/** Bytes of an answer before its unit: transaction, protocol, length of what follows. Modbus Messaging on TCP/IP 1.0b §3.1.3 */
const HEAD_BYTES = 6
const PROTOCOL = 0
const LENGTH = { min: 3, max: 254 } as const
/** An answer has at most 260 bytes; what is late or for another question may come besides, but no stream without an end. */
const HEARD_BYTES_MAX = 4 * 260
const TOO_MUCH = `more than ${HEARD_BYTES_MAX} bytes came, which no answer has`

/** One open connection to a meter, or to the gateway of a line of meters. One request at a time. */
export class MeterLine {
  readonly #closed: Promise<never>
  /** Since it was asked last. */
  #heardBytes = 0
  /** Bytes that have come of the next answer. */
  #rest = Buffer.alloc(0)
  /** Fault of bytes that are no answer of Modbus: nothing behind them can be read. Null while none have come. */
  #fault: PollFault | null = null

  private constructor(
    private readonly socket: Socket,
    private readonly client: Client,
    private readonly timeoutMs: number,
  ) {
    this.#closed = new Promise((_resolve, reject) => {
      socket.once('close', () => reject(this.#fault ?? new PollFault('unreachable', 'the connection was closed')))
    })
    this.#closed.catch(() => undefined)
    // Before the library, which would wait for as many bytes as an answer announces, and takes any protocol.
    socket.prependListener('data', (bytes: Buffer) => this.#hear(bytes))
  }

  #hear(bytes: Buffer): void {
    this.#heardBytes += bytes.length
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(0, HEARD_BYTES_MAX)])
    const why = this.#heardBytes > HEARD_BYTES_MAX ? TOO_MUCH : this.#problem()
    if (why === null) return
    this.#fault = new PollFault('bad_answer', `${why}: the connection was closed`)
    this.socket.destroy()
  }

  /** Says why the bytes that have come are no answers of Modbus; null when they are, or may be once the rest has come. */
  #problem(): string | null {
    while (this.#rest.length >= HEAD_BYTES) {
      const [protocol, length] = [this.#rest.readUInt16BE(2), this.#rest.readUInt16BE(4)]
      if (protocol !== PROTOCOL) return `an answer of protocol ${protocol} came, which is not Modbus`
      if (length < LENGTH.min || length > LENGTH.max) return `an answer says that it has ${length} bytes`
      if (this.#rest.length < HEAD_BYTES + length) return null
      this.#rest = this.#rest.subarray(HEAD_BYTES + length)
    }
    return null
  }

  get isOpen(): boolean {
    return !this.socket.destroyed
  }

  static async open(address: LineAddress, signal: AbortSignal): Promise<MeterLine> {
    // Loaded when the first meter is asked: it looks for serial ports, which nobody needs who has no meters.
    const { default: ModbusRTU } = await import('modbus-serial')
    const socket = await connected(address, signal)
    socket.setNoDelay()
    const client = new ModbusRTU.default()
    await client.linkTCP(socket, { port: address.port })
    client.setTimeout(address.timeoutMs)
    return new MeterLine(socket, client, address.timeoutMs)
  }

  /** The registers as hex digits; a `PollFault` when they did not come. */
  async read(unitId: number, { fc, address, count }: RegisterBlock): Promise<string> {
    this.client.setID(unitId)
    this.#heardBytes = 0
    const reading =
      fc === 3 ? this.client.readHoldingRegisters(address, count) : this.client.readInputRegisters(address, count)
    try {
      const { buffer } = await Promise.race([reading, this.#closed])
      if (this.#fault !== null) throw this.#fault
      if (buffer.length !== count * REGISTER_BYTES) {
        const problem = `${count} registers were asked for, and the answer says it has ${buffer.length} bytes of them`
        throw new PollFault('bad_answer', problem)
      }
      return buffer.toString('hex')
    } catch (error) {
      throw this.#faultOf(error, `registers ${address} to ${address + count - 1} of function ${fc}`)
    } finally {
      reading.catch(() => undefined)
    }
  }

  close(): void {
    this.socket.destroy()
  }

  #faultOf(error: unknown, what: string): PollFault {
    if (error instanceof PollFault) return error
    const { message, modbusCode, errno } = error as { message: string; modbusCode?: number; errno?: unknown }
    if (modbusCode !== undefined) return new PollFault('exception', `${what}: ${message}`)
    if (errno === 'ETIMEDOUT') return new PollFault('timeout', `${what}: no answer within ${this.timeoutMs} ms`)
    return new PollFault('bad_answer', `${what}: ${message}`)
  }
}

function connected({ host, port, timeoutMs }: LineAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const fail = (sentence: string): void => {
      socket.destroy()
      reject(new PollFault('unreachable', sentence))
    }
    const timer = setTimeout(() => fail(`no connection to ${host}:${port} within ${timeoutMs} ms`), timeoutMs)
    const stop = (): void => fail('the poller is stopping')
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
    socket.on('error', ({ message }) => fail(message))
    socket.once('close', settle)
  })
}
