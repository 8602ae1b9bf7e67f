import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { watched } from '../../bench/measure/processes.js'
import type { LedgerOrder, LedgerQuestion, LedgerState } from './order.js'

/** Messages of one device that were sent and that were acknowledged: those with smaller numbers. */
export interface Booked {
  readonly sent: number
  readonly acknowledged: number
}

/** The process that sends and keeps the ledger, as the test has it. Ask one thing at a time. */
export class Ledger {
  readonly #file: string
  readonly #process: ChildProcess
  readonly #ended: Promise<never>

  constructor(order: LedgerOrder) {
    this.#file = order.file
    this.#process = fork(new URL('./process.ts', import.meta.url), [JSON.stringify(order)], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    watched(this.#process)
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`the process with the ledger ended with ${code}`)
    })
    this.#ended.catch(() => undefined)
  }

  state(): Promise<LedgerState> {
    return this.#ask('state')
  }

  /** Sends as much at once as the gateway takes, for a while. */
  burst(): Promise<LedgerState> {
    return this.#ask('burst')
  }

  /** Sends nothing new; resolves when everything that was ever sent is acknowledged. */
  stop(): Promise<LedgerState> {
    return this.#ask('stop')
  }

  /** Ends it, whatever is in flight. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** Reads the numbers of messages sent and acknowledged, by device. Throws where a line takes back what was said before it. */
  booked(): Map<string, Booked> {
    const found = new Map<string, Booked>()
    for (const line of readFileSync(this.#file, 'utf8').trimEnd().split('\n')) {
      const [what = '', device = '', text] = line.split(' ')
      const before = found.get(device) ?? { sent: 0, acknowledged: 0 }
      const after = { ...before, [what === 'sends' ? 'sent' : 'acknowledged']: Number(text) }
      if (after.acknowledged > after.sent || after.sent < before.sent || after.acknowledged < before.acknowledged) {
        throw new Error(`the ledger contradicts itself: ${line} after ${JSON.stringify(before)}`)
      }
      found.set(device, after)
    }
    return found
  }

  async #ask(question: LedgerQuestion): Promise<LedgerState> {
    const answer = once(this.#process, 'message') as Promise<[LedgerState]>
    this.#process.send(question)
    const [state] = await Promise.race([answer, this.#ended])
    return state
  }
}
