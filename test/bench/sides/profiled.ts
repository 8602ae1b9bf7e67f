import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestGateway, until } from '../../support/gateway.js'

const PROFILER = new URL('../measure/profiler.mjs', import.meta.url)
const LEAVE_MS = 10_000
/** Until a signal has reached all threads. */
const SIGNAL_MS = 100

/** Processor profiles of all threads of one gateway, in a folder of their own below the one that was asked for. */
export class ProfiledRun {
  readonly #dir: string
  #isLeft = false

  constructor(parent: string) {
    mkdirSync(parent, { recursive: true })
    this.#dir = join(parent, `${RUN}${String(runsOf(parent).length + 1).padStart(4, '0')}`)
    mkdirSync(this.#dir)
  }

  get env(): Readonly<Record<string, string>> {
    return { PROFILE_DIR: this.#dir }
  }

  /** Node's own options have to come before the program's file. */
  get wrapper(): readonly string[] {
    return ['sh', '-c', `shift; exec "${process.execPath}" --import "${PROFILER.href}" "$@"`, 'sh']
  }

  /** Begins the profiles: what is done from now on is in them. Only once. */
  async begin(gateway: TestGateway): Promise<void> {
    gateway.process.kill('SIGWINCH')
    await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS))
  }

  /** Resolves when each thread has written down what it found; one that was ended from outside leaves nothing. */
  async leave(gateway: TestGateway): Promise<void> {
    if (this.#isLeft || gateway.process.exitCode !== null || gateway.process.signalCode !== null) return
    this.#isLeft = true
    gateway.process.kill('SIGWINCH')
    const isLeft = () => !readdirSync(this.#dir).some((entry) => entry.endsWith('.open'))
    await until(isLeft, LEAVE_MS).catch(() => undefined)
  }
}

const RUN = 'run-'

/** The folder of the profiles that were begun last. */
export function newestRun(parent: string): string {
  const newest = runsOf(parent).at(-1)
  if (newest === undefined) throw new Error(`there is no profile in ${parent}`)
  return join(parent, newest)
}

function runsOf(parent: string): string[] {
  return readdirSync(parent)
    .filter((entry) => entry.startsWith(RUN))
    .sort()
}
