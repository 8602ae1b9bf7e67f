import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './gateway.js'
import { LOOPBACK, type Machine } from './machine.js'
import { SOON_MS } from './soon.js'

/** A real server for tests, as a process of its own in an empty folder on free loopback ports. */
export interface TestServer {
  readonly url: string
  readonly dir: string
  /** Id of the process that runs now. */
  pid(): number
  /** The end of what it has said. */
  log(): string
  /** Takes connections and answers nothing from here on. */
  pause(): void
  resume(): void
  /**
   * Lets it make no file longer than this, as on a disk that is full; null lifts that. Needs no rights: the limit is soft,
   * and the kernel's.
   */
  limitFiles(bytes: number | null): void
  /** Ends it and waits until it is gone; `SIGKILL` unless told otherwise. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same folder and ports, and waits until it answers. */
  start(): Promise<void>
  /** Ends it for good and removes its folder. */
  remove(): Promise<void>
}

function isStopped(pid: number | undefined): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return /\) [TZX] /.test(stat)
}

/** Ends a server with the thread that started it, also when that is killed or its test fails; where Linux offers it. */
const TOGETHER = ['/usr/bin/setpriv', '--pdeathsig', 'KILL']
const canEndTogether = existsSync(TOGETHER[0] ?? '')

/** Elsewhere servers end with the process, when it ends in good order. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function answersPing(url: string): Promise<boolean> {
  return fetch(`${url}/ping`).then(
    (answer) => answer.ok,
    () => false,
  )
}

/** Starts a server in an empty folder and waits until it answers. */
export async function startServer(of: {
  readonly parent: string
  readonly url: string
  command(dir: string): readonly [program: string, ...rest: string[]]
  /** The test's own unless told otherwise. */
  readonly machine?: Machine | undefined
  /** True when it answers; when absent, `GET /ping` is asked instead. */
  isUp?(): Promise<boolean>
  readonly env?: NodeJS.ProcessEnv
}): Promise<TestServer> {
  const { machine = LOOPBACK } = of
  const dir = mkdtempSync(join(of.parent, 'greengauge-server-'))
  const [program = '', ...rest] = [...(canEndTogether ? TOGETHER : []), ...machine.wrapper, ...of.command(dir)]
  let child: ChildProcess
  let log = ''
  const start = async () => {
    child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...of.env } })
    running.add(child)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-20_000)
      })
    }
    child.once('exit', () => running.delete(child))
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${log}`)
      return of.isUp?.() ?? answersPing(of.url)
    }, SOON_MS)
  }
  const kill: TestServer['kill'] = async (signal = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await exited
  }
  await start()
  return {
    url: of.url,
    dir,
    pid: () => child.pid!,
    log: () => log,
    start,
    kill,
    pause: () => {
      child.kill('SIGSTOP')
      // It answers on another core until the signal has reached it.
      while (existsSync(`/proc/${child.pid}/stat`) && !isStopped(child.pid)) {}
    },
    resume: () => child.kill('SIGCONT'),
    limitFiles: (bytes) => {
      execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes ?? 'unlimited'}:unlimited`])
    },
    remove: async () => {
      await kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
