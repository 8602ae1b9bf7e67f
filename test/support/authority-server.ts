import { createServer, type Server, type Socket } from 'node:net'
import { freePort } from './gateway.js'

/** A frame as the authority took it: the fields of its head, and those of its CP in order. */
export interface TakenFrame {
  readonly text: string
  readonly head: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  /** By name, such as `a21026-Avg`. */
  readonly fields: Readonly<Record<string, string>>
}

/** Treatment of the next frames of data. `close` breaks the connection instead of answering. */
export type Manner = 'answer' | 'silent' | 'late' | 'close' | 'refuse'

/**
 * An authority that does not exist: no program of one can be installed. It reads frames by a reader of its own, written
 * from the standard's words and not from ours, and lets a test fail that hands it a wrong one.
 */
export class FakeAuthority {
  readonly port: number
  /** Every sound frame of data, in the order of arrival; one that is sent again is there again. */
  readonly taken: TakenFrame[] = []
  /** Frames that an authority sends data for: the answers to its own commands. */
  readonly replies: TakenFrame[] = []
  /** Lines that were no frames, each with the reason. */
  readonly faults: string[] = []
  manner: Manner = 'answer'
  /** Hears of each frame of data before it is answered. */
  onFrame: (frame: TakenFrame) => void = () => undefined
  connections = 0
  readonly #sockets = new Set<Socket>()
  /** Answers that are held back, by the manner `late`. */
  #held: (() => void)[] = []
  #server: Server | null = null

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<FakeAuthority> {
    const authority = new FakeAuthority(await freePort())
    await authority.open()
    return authority
  }

  /** Listens (again) on its port. */
  async open(): Promise<void> {
    const server = createServer((socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      let rest = ''
      socket.on('data', (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\r\n')
        rest = lines.pop()!
        for (const line of lines) this.#take(socket, line)
      })
    })
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    for (const socket of this.#sockets) socket.destroy()
    if (server !== null) await new Promise((resolve) => server.close(resolve))
  }

  /** Lets go the answers that were held back. */
  letGo(): void {
    for (const answer of this.#held.splice(0)) answer()
  }

  /** Sends a command to whoever is connected. */
  command(segment: string): void {
    for (const socket of this.#sockets) socket.write(framed(segment))
  }

  /** The frames of one command, those that were sent again left out. */
  of(command: string): readonly TakenFrame[] {
    const seen = new Set<string>()
    return this.taken.filter(({ head }) => {
      if (head.CN !== command || seen.has(head.QN!)) return false
      seen.add(head.QN!)
      return true
    })
  }

  #take(socket: Socket, line: string): void {
    const frame = taken(line)
    if (typeof frame === 'string') {
      this.faults.push(`${frame}: ${line}`)
      return
    }
    if (frame.head.ST === '91') {
      this.replies.push(frame)
      return
    }
    this.taken.push(frame)
    this.onFrame(frame)
    const { QN, PW, MN, Flag } = frame.head
    if ((Number(Flag) & 1) === 0) return
    const edition = Number(Flag) & 0xfc
    const answer = () => socket.write(framed(`QN=${QN};ST=91;CN=9014;PW=${PW};MN=${MN};Flag=${edition};CP=&&&&`))
    if (this.manner === 'answer') answer()
    else if (this.manner === 'late') this.#held.push(answer)
    else if (this.manner === 'close') socket.destroy()
    else if (this.manner === 'refuse') {
      socket.write(framed(`QN=${QN};ST=91;CN=9011;PW=${PW};MN=${MN};Flag=${edition};CP=&&QnRtn=3&&`))
    }
  }
}

const DATA_BYTES_MAX = 1024

/** Reads a line as a frame; a text as the answer says what is wrong with it. */
export function taken(line: string): TakenFrame | string {
  if (!line.startsWith('##')) return 'does not begin with ##'
  const text = line.slice(6, -4)
  if (line.slice(2, 6) !== String(text.length).padStart(4, '0')) return 'has another length than it says'
  if (text.length > DATA_BYTES_MAX) return 'is longer than 1024'
  if (line.slice(-4) !== checkSum(text)) return `has the check sum ${checkSum(text)}`
  if (/[^\x20-\x7e]/.test(text)) return 'has a byte that is not printed'
  const parts = /^(.*);CP=&&(.*)&&$/.exec(text)
  if (parts === null) return 'has no CP=&&…&&'
  const head = Object.fromEntries(parts[1]!.split(';').map((field) => field.split('=') as [string, string]))
  for (const name of ['QN', 'ST', 'CN', 'PW', 'MN', 'Flag']) if (!head[name]) return `has no ${name}`
  if (!/^\d{17}$/.test(head.QN!)) return 'has no QN of 17 digits'
  const groups = parts[2]!.split(';')
  const pairs = groups.flatMap((group) => group.split(',')).map((field) => field.split('=') as [string, string])
  for (const [name, value] of pairs) {
    if (name === undefined || value === undefined || value === '') return `has the field ${name} without a value`
    if (name.endsWith('-Flag') ? !/^[NFMSDCTB]$/.test(value) : !/^-?\d+(\.\d{1,4})?$/.test(value)) {
      return `has ${name}=${value}`
    }
  }
  return { text, head, groups, fields: Object.fromEntries(pairs) }
}

export function framed(segment: string): string {
  return `##${String(segment.length).padStart(4, '0')}${segment}${checkSum(segment)}\r\n`
}

/** The CRC of HJ 212 by a table: the high half of the register, shifted down, meets each byte. */
function checkSum(text: string): string {
  let register = 0xffff
  for (let i = 0; i < text.length; i++) {
    const index = (register >> 8) ^ text.charCodeAt(i)
    register = TABLE[index]!
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}

/** Results of eight shifts of a register; after `(register >> 8) ^ byte` it has no more than eight bits. */
const TABLE = Array.from({ length: 256 }, (_, byte) =>
  Array.from({ length: 8 }).reduce<number>(
    (register) => (register & 1 ? (register >> 1) ^ 0xa001 : register >> 1),
    byte,
  ),
)
