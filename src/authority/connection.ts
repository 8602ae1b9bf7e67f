import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../base/clock.js'
import { readFlag, writeFlag } from '../base/hj212/flag.js'
import { frameFaults, readFrame, writeFrame } from '../base/hj212/frame.js'
import { fieldsOf, readSegment, type Segment, writeSegment } from '../base/hj212/segment.js'
import type { Sending } from './message.js'

/** No connection takes longer to come about. */
const CONNECT_MS = 10_000
/** Bytes that came and are no whole frame yet: the longest frame that four digits can say, twice. */
const RECEIVED_BYTES_MAX = 20_480
/** Bytes that the other side may leave unread; beyond it it is as good as gone. */
const UNREAD_BYTES_MAX = 65_536
const LINE_FEED = 0x0a

/** Result of sending a frame: of `refused` and `broken` with the reason. */
export type FrameOutcome =
  | { readonly kind: 'answered' | 'unanswered' }
  | { readonly kind: 'refused' | 'broken'; readonly detail: string }

export interface Address {
  readonly host: string
  readonly port: number
  /** null without TLS; `ca` null for the certificates of the system. */
  readonly tls: { readonly ca: string | null } | null
}

/** Source: HJ 212-2017, what 9011 says of a request, as public repositories quote it: 1 is "will be done". */
const REFUSALS: Readonly<Record<string, string>> = {
  '2': 'the request is refused',
  '3': 'the password is wrong',
  '4': 'the MN is wrong',
  '5': 'the system code ST is wrong',
  '6': 'the Flag is wrong',
  '7': 'the QN is wrong',
  '8': 'the command CN is wrong',
  '9': 'the check sum is wrong',
  '100': 'for an unknown reason',
}
const ACCEPTED = '1'
const REJECTED = '2'
const SYSTEM = '91'

/**
 * One connection to an authority, with one frame at a time on its way. Answers are told apart by their QN. What the
 * authority asks for is answered with 9011 "refused" where it wants an answer: nothing here is controlled from outside.
 */
export class AuthorityConnection {
  readonly #clock: Clock
  readonly #asked: (command: string, qn: string | null) => void
  #socket: Socket | null = null
  #received: Buffer = Buffer.alloc(0)
  #waiting: { readonly qn: string; done(outcome: FrameOutcome): void } | null = null
  #why = ''

  /** @param asked hears of commands that were refused */
  constructor(clock: Clock, asked: (command: string, qn: string | null) => void) {
    this.#clock = clock
    this.#asked = asked
  }

  get isOpen(): boolean {
    return this.#socket !== null
  }

  /** Reason for which the last connection is gone. */
  get why(): string {
    return this.#why
  }

  /** '' once connected, else why it is not. */
  async connect({ host, port, tls }: Address, signal: AbortSignal): Promise<string> {
    this.close('')
    const socket =
      tls === null
        ? connectTcp({ host, port })
        : // SNI has names alone, no addresses (RFC 6066 §3); the certificate is checked against either.
          connectTls({
            host,
            port,
            servername: isIP(host) === 0 ? host : '',
            ...(tls.ca === null ? {} : { ca: tls.ca }),
          })
    const ended = new AbortController()
    const why = await Promise.race([
      new Promise<string>((resolve) => {
        socket.once(tls === null ? 'connect' : 'secureConnect', () => resolve(''))
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
        socket.once('close', () => resolve('it was closed at once'))
      }),
      this.#clock.sleep(CONNECT_MS, AbortSignal.any([signal, ended.signal])).then(() => 'no connection in 10 s'),
    ])
    ended.abort()
    if (why !== '' || signal.aborted) {
      socket.destroy()
      return why === '' ? 'the gateway is being stopped' : why
    }
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(socket, chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => this.#lost(socket, error.code ?? error.message))
    socket.on('close', () => this.#lost(socket, 'the other side has closed the connection'))
    this.#socket = socket
    this.#received = Buffer.alloc(0)
    return socket.destroyed ? 'it was closed at once' : ''
  }

  /** Sends a frame and waits for its answer. */
  async exchange({ qn, frame }: Sending, timeoutMs: number, signal: AbortSignal): Promise<FrameOutcome> {
    const socket = this.#socket
    if (socket === null) return { kind: 'broken', detail: this.#why }
    if (socket.writableLength > UNREAD_BYTES_MAX) {
      this.close('the other side does not read')
      return { kind: 'broken', detail: 'the other side does not read' }
    }
    const over = new AbortController()
    const answered = new Promise<FrameOutcome>((resolve) => {
      this.#waiting = { qn, done: resolve }
    })
    socket.write(frame)
    const outcome = await Promise.race([
      answered,
      this.#clock
        .sleep(timeoutMs, AbortSignal.any([signal, over.signal]))
        .then((): FrameOutcome => (signal.aborted ? { kind: 'broken', detail: 'stopped' } : { kind: 'unanswered' })),
    ])
    over.abort()
    this.#waiting = null
    return outcome
  }

  close(why: string): void {
    const socket = this.#socket
    if (socket === null) return
    this.#lost(socket, why)
    socket.destroy()
  }

  #lost(socket: Socket, why: string): void {
    if (this.#socket !== socket) return
    this.#socket = null
    this.#why = why
    this.#waiting?.done({ kind: 'broken', detail: why })
  }

  #take(socket: Socket, chunk: Buffer): void {
    if (this.#socket !== socket) return
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    for (let end = this.#received.indexOf(LINE_FEED); end >= 0; end = this.#received.indexOf(LINE_FEED)) {
      const line = this.#received.subarray(0, end > 0 && this.#received[end - 1] === 0x0d ? end - 1 : end)
      this.#received = this.#received.subarray(end + 1)
      const frame = readFrame(line)
      if (frame !== null && frameFaults(frame).length === 0) this.#hear(readSegment(frame.segment))
    }
    if (this.#received.length > RECEIVED_BYTES_MAX) this.close('what the other side sends are no frames')
  }

  #hear(segment: Segment): void {
    const { head, groups } = segment
    const command = head.get('CN') ?? ''
    const { plain } = fieldsOf(groups)
    // In 2005 the answer to data has its QN in the CP.
    const qn = head.get('QN') ?? plain.get('QN') ?? null
    const isOurs = this.#waiting !== null && qn === this.#waiting.qn
    if (command === '9014') {
      if (isOurs) this.#waiting!.done({ kind: 'answered' })
    } else if (command === '9011' || command === '9012') {
      const code = plain.get('QnRtn') ?? ACCEPTED
      if (isOurs && code !== ACCEPTED) {
        this.#waiting!.done({ kind: 'refused', detail: `QnRtn=${code}: ${REFUSALS[code] ?? 'unknown code'}` })
      }
    } else if (!command.startsWith('9')) {
      this.#refuse(segment)
      this.#asked(command, qn)
    }
  }

  /** Source: HJ 212-2017: a request that is not going to be done is answered with 9011, and no result 9012 follows. */
  #refuse({ head }: Segment): void {
    const flag = readFlag(head.get('Flag'))
    const [qn, pw, mn] = [head.get('QN'), head.get('PW'), head.get('MN')]
    if (flag === null || !flag.wantsAnswer || flag.edition === null) return
    if (qn === undefined || pw === undefined || mn === undefined) return
    const answer = writeSegment(
      [
        ['QN', qn],
        ['ST', SYSTEM],
        ['CN', '9011'],
        ['PW', pw],
        ['MN', mn],
        ['Flag', writeFlag(flag.edition)],
      ],
      [`QnRtn=${REJECTED}`],
    )
    if ((this.#socket?.writableLength ?? Infinity) < UNREAD_BYTES_MAX) this.#socket!.write(writeFrame(answer))
  }
}
