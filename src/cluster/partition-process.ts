import { type ChildProcess, fork } from 'node:child_process'
import type { FromPartition, ToPartition } from './partition-messages.js'

/** Time that an end in good order may take, with the files brought to the next owner. */
const STOP_MS = 60_000

export interface PartitionEnd {
  /** Reason of the end, as the process has said itself, or as it looks from outside. */
  readonly reason: string
  /** Another owner writes. */
  readonly isFenced: boolean
}

/** The gateway of one partition, as a process of its own: it can be ended at once, whatever it is doing. */
export class PartitionProcess {
  readonly exited: Promise<PartitionEnd>
  readonly #child: ChildProcess
  #httpPort: number | null = null

  constructor(program: URL, start: Extract<ToPartition, { type: 'start' }>, ready: (httpPort: number) => void) {
    this.#child = fork(program, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    })
    let said: PartitionEnd | null = null
    this.#child.on('message', (message: FromPartition) => {
      if (message.type === 'failed') said = message
      else {
        this.#httpPort = message.httpPort
        ready(message.httpPort)
      }
    })
    // A message to a process that has just ended; its end is what counts.
    this.#child.on('error', () => {})
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        resolve(said ?? { reason: `it ended with ${signal ?? code}`, isFenced: false })
      })
    })
    this.#tell(start)
  }

  /** On loopback; null before it serves. */
  get httpPort(): number | null {
    return this.#httpPort
  }

  tell(message: Exclude<ToPartition, { type: 'start' | 'stop' }>): void {
    this.#tell(message)
  }

  /** Ends it in good order, by force after a minute; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#tell({ type: 'stop' })
    const late = setTimeout(() => this.kill(), STOP_MS)
    await this.exited
    clearTimeout(late)
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #tell(message: ToPartition): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
