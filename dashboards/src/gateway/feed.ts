import type { Clock } from '../../../src/base/clock.js'
import type { FeedMessage, SubscribeMessage } from '../../../src/base/wire.js'

/** Part of a WebSocket that the feed needs, so that a test can be the gateway. */
export interface Socket {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number }) => void) | null
  send(text: string): void
  close(): void
}

export type Connection =
  /** The first try of a page that has just been opened. */
  | { readonly kind: 'connecting' }
  /** `resumed`: after a break, and every update of the break was caught up. */
  | { readonly kind: 'live'; readonly resumed: boolean }
  /** `asOfMs`: the last word from the gateway, null when there was none. A try is under way when `nextTryMs` is past. */
  | { readonly kind: 'lost'; readonly asOfMs: number | null; readonly nextTryMs: number }

/** Subscription to what one view shows, and no more: every point of it is sent, parsed and kept. */
export type Wanted = {
  readonly [Name in Exclude<keyof SubscribeMessage, 'type' | 'since'>]-?: NonNullable<SubscribeMessage[Name]>
}

export interface FeedOptions {
  readonly open: () => Socket
  /** Waited for before each further try: where nobody is signed in, nobody knocks. */
  readonly mayConnect?: () => Promise<void>
  readonly wanted: Wanted
  readonly clock: Clock
  /** 0 to 1, for the jitter: dashboards that lost one gateway must not come back as one. */
  readonly random: () => number
  readonly onMessage: (message: FeedMessage) => void
  readonly onConnection: (connection: Connection) => void
}

const RETRY_FIRST_MS = 1_000
const RETRY_LAST_MS = 30_000

/** Half of the doubled wait is certain, half is chance. */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(RETRY_FIRST_MS * 2 ** attempt, RETRY_LAST_MS)
  return full / 2 + (full / 2) * random
}

/**
 * One subscription to the gateway, kept up over breaks: it resumes after the last `seq` it has seen. It may come to want
 * something else; then it starts anew from a snapshot.
 */
export class Feed {
  readonly #options: FeedOptions
  #socket: Socket | null = null
  #isOpen = false
  #wanted: Wanted
  /**
   * True until the snapshot of a new subscription: what comes before it belongs to the one before, and nothing can be
   * resumed from it.
   */
  #awaitsSnapshot = false
  #since: { readonly epoch: string; readonly seq: number } | null = null
  #epoch = ''
  #asOfMs: number | null = null
  #attempt = 0
  #wait: AbortController | null = null
  #stopped = false

  constructor(options: FeedOptions) {
    this.#options = options
    this.#wanted = options.wanted
  }

  start(): void {
    this.#options.onConnection({ kind: 'connecting' })
    this.#connect()
  }

  /** Asks for something else from now on, on the same connection where there is one. */
  want(wanted: Wanted): void {
    this.#wanted = wanted
    this.#since = null
    this.#awaitsSnapshot = this.#isOpen
    if (this.#isOpen) this.#subscribe(null)
  }

  stop(): void {
    this.#stopped = true
    this.#wait?.abort()
    // One that is not open yet closes itself then: browsers complain of a socket that is given up half-way.
    if (this.#isOpen) this.#socket?.close()
  }

  /** The other side is gone though nobody has hung up: a dead network closes nothing. Nothing happens while it is not open. */
  lost(): void {
    const socket = this.#socket
    if (!this.#isOpen || socket === null) return
    socket.onmessage = null
    socket.onclose = null
    socket.close()
    this.#closed()
  }

  /** Does not wait for the next try. Nothing happens while connected or while a try is under way. */
  tryNow(): void {
    this.#wait?.abort()
  }

  #connect(): void {
    const socket = this.#options.open()
    let asked = this.#since
    this.#socket = socket
    socket.onopen = () => {
      if (this.#stopped) return socket.close()
      this.#isOpen = true
      asked = this.#since
      this.#subscribe(asked)
    }
    socket.onmessage = ({ data }) => this.#take(JSON.parse(String(data)) as FeedMessage, asked?.epoch)
    socket.onclose = () => this.#closed()
  }

  #closed(): void {
    this.#isOpen = false
    this.#awaitsSnapshot = false
    void this.#retry()
  }

  #subscribe(since: SubscribeMessage['since'] | null): void {
    const message: SubscribeMessage = { type: 'subscribe', ...this.#wanted, since: since ?? undefined }
    this.#socket?.send(JSON.stringify(message))
  }

  #take(message: FeedMessage, epochAsked: string | undefined): void {
    this.#asOfMs = this.#options.clock.nowMs()
    if (message.type === 'hello') {
      this.#epoch = message.epoch
      // The same epoch resumes, unless a `gap` takes it back in the next message.
      this.#options.onConnection({ kind: 'live', resumed: message.epoch === epochAsked })
    } else if (message.type === 'gap') {
      this.#options.onConnection({ kind: 'live', resumed: false })
    } else if (message.type !== 'error') {
      // Only data end the back-off: a gateway that greets and hangs up is not well.
      this.#attempt = 0
      if (message.type === 'snapshot') this.#awaitsSnapshot = false
      if (!this.#awaitsSnapshot) this.#since = { epoch: this.#epoch, seq: message.seq }
    }
    this.#options.onMessage(message)
  }

  async #retry(): Promise<void> {
    if (this.#stopped) return
    const { clock, random, onConnection, mayConnect } = this.#options
    const delayMs = retryDelayMs(this.#attempt++, random())
    onConnection({ kind: 'lost', asOfMs: this.#asOfMs, nextTryMs: clock.nowMs() + delayMs })
    this.#wait = new AbortController()
    await clock.sleep(delayMs, this.#wait.signal)
    this.#wait = null
    await mayConnect?.()
    if (!this.#stopped) this.#connect()
  }
}
