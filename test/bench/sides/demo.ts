import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { demoConfig } from '../../../src/commands/demo.js'
import { freePort, until } from '../../support/gateway.js'
import { childrenOf } from '../../support/process-tree.js'
import { end, start } from '../measure/processes.js'
import { removeScratch, scratchDir } from '../measure/scratch.js'

const CLI = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'cli.js')
const START_MS = 60_000
/** The simulators say it when all of the longer past is under way. */
const ALL_SENT = /: all \d+ days sent\b/

/** The demo as `npm start` begins it: its gateway, and the process of its simulators. */
export interface Demo {
  readonly pid: number
  readonly httpUrl: string
  /** From the start of the process until its page answered, s. */
  readonly pageSeconds: number
  /** Seconds since that start. */
  sinceStart(): number
  /** All of its longer past has been sent; always true of a demo without one. */
  isPastSent(): boolean
  /** Number of the simulators' process; null when it is not there (yet). */
  simulators(): number | null
  close(): Promise<void>
}

/** Starts the demo on ports and a folder of its own, with its longer past where that is asked for, and resolves when it is ready. */
export async function startDemo(env: Readonly<Record<string, string>> = {}, isWithPast = false): Promise<Demo> {
  const [httpPort, dataDir] = [await freePort(), scratchDir('demo')]
  const settings = { 'http.port': httpPort, 'mqtt.port': await freePort(), data_dir: dataDir }
  const args = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const past = isWithPast ? ['--past'] : []
  const startedMs = performance.now()
  const sinceStart = () => (performance.now() - startedMs) / 1000
  const child = start(process.execPath, [CLI, 'demo', ...past, '--config', demoConfig, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let isPastSent = !isWithPast
  createInterface({ input: child.stderr! }).on('line', (line) => {
    isPastSent ||= ALL_SENT.test(line)
  })
  const httpUrl = `http://127.0.0.1:${httpPort}`
  const ask = (path: string) => fetch(`${httpUrl}${path}`).catch(() => null)
  await until(async () => (await ask('/'))?.ok === true, START_MS, 50)
  const pageSeconds = sinceStart()
  await until(async () => (await ask('/readyz'))?.ok === true, START_MS)
  return {
    pid: child.pid!,
    httpUrl,
    pageSeconds,
    sinceStart,
    isPastSent: () => isPastSent,
    simulators: () => childrenOf(child.pid!).find((pid) => argumentsOf(pid).includes('simulate')) ?? null,
    close: async () => {
      await end(child)
      removeScratch(dataDir)
    },
  }
}

/** None when the process has just ended. */
function argumentsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
