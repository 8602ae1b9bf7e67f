/** Signals by which a process is asked to stop. */
const STOPS = ['SIGTERM', 'SIGINT'] as const

/** The process as this file needs it. */
export interface Signalled {
  readonly pid: number
  on(signal: NodeJS.Signals, heard: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, heard: (signal: NodeJS.Signals) => void): unknown
  kill(pid: number, signal: NodeJS.Signals): unknown
}

/**
 * Keeps a request to stop that comes while a start is going on, which would end the process in the middle of it: the gateway
 * already answers and acknowledges before the last step of its start. A second one, or a start that takes longer than `waitMs`
 * from the first on, ends it as if nobody had listened: the journal loses nothing either way.
 */
export class EarlyStop {
  readonly #process: Signalled
  readonly #waitMs: number
  readonly #say: (line: string) => void
  #timer: NodeJS.Timeout | undefined

  constructor(process: Signalled, waitMs: number, log: (line: string) => void) {
    this.#process = process
    this.#waitMs = waitMs
    this.#say = log
    for (const signal of STOPS) process.on(signal, this.#heard)
  }

  /** The start is over, and whoever calls listens from now on: true when there was a request to stop. */
  release(): boolean {
    for (const signal of STOPS) this.#process.off(signal, this.#heard)
    const wasAsked = this.#timer !== undefined
    clearTimeout(this.#timer)
    return wasAsked
  }

  readonly #heard = (signal: NodeJS.Signals): void => {
    const end = () => {
      this.release()
      this.#process.kill(this.#process.pid, signal)
    }
    if (this.#timer !== undefined) {
      end()
      return
    }
    this.#timer = setTimeout(end, this.#waitMs)
    this.#say(
      `${signal} came during the start: the stop follows it, at the latest in ${this.#waitMs / 1000} s, or at once when it comes again`,
    )
  }
}
