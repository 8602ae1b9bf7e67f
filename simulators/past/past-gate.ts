import type { Send, SendFault } from '../sends.js'

/** Steps behind the one that is open that may still be on their way: as many messages as a device has in flight, and one. */
const UNSURE_STEPS = 5

export interface PastGateOptions {
  /** Number of devices that go through. */
  readonly devices: number
  /** Event time at which what is live begins, epoch ms. */
  readonly liveFromMs: number
  readonly signal: AbortSignal
  /** Resolves when the next step may be sent. */
  ready(): Promise<void>
  /** Everything before this event time, epoch ms, has been acknowledged. */
  onSent(toMs: number): void
  /** The next messages are of what is live. */
  onPresent(): void
}

/**
 * Lets the past of several devices through in common steps, oldest first: none is ahead of the others by more than a message, and a step
 * begins when the gateway has computed the one before. What is live goes through as it comes.
 */
export class PastGate {
  readonly #options: PastGateOptions
  readonly #waiting: (() => void)[] = []
  /** Starts of the last steps, in order. */
  readonly #steps: number[] = []
  #nextMs = Number.POSITIVE_INFINITY
  #present = 0

  constructor(options: PastGateOptions) {
    this.#options = options
    options.signal.addEventListener('abort', () => this.#release(), { once: true })
  }

  /** The messages of one device, each when its step is due. */
  readonly through: SendFault = (sends) => this.#through(sends)

  async *#through(sends: AsyncIterable<Send>): AsyncGenerator<Send> {
    const { liveFromMs } = this.#options
    let openMs = Number.NEGATIVE_INFINITY
    for await (const send of sends) {
      if (send.atMs !== openMs && openMs < liveFromMs) {
        await this.#step(send.atMs)
        openMs = send.atMs
      }
      yield send
    }
  }

  /** Resolves when all devices have come as far, and the gateway is ready for more. */
  async #step(atMs: number): Promise<void> {
    const { devices, signal } = this.#options
    if (signal.aborted) return
    this.#nextMs = Math.min(this.#nextMs, atMs)
    const opened = new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#waiting.length === devices) void this.#open()
    await opened
  }

  async #open(): Promise<void> {
    const { liveFromMs, ready, onSent, onPresent } = this.#options
    await ready()
    this.#steps.push(this.#nextMs)
    const sentToMs = this.#steps.length > UNSURE_STEPS ? this.#steps.shift() : undefined
    if (sentToMs !== undefined) onSent(sentToMs + 1)
    if (this.#nextMs >= liveFromMs && this.#present++ === 0) onPresent()
    this.#nextMs = Number.POSITIVE_INFINITY
    this.#release()
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
