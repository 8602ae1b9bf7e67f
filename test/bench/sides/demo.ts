import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoConfig } from '../../../src/commands/demo.js'
import { freePort, until } from '../../support/gateway.js'
import { childrenOf } from '../../support/process-tree.js'
import { end, start } from '../measure/processes.js'
import { removeScratch, scratchDir } from '../measure/scratch.js'

const CLI = join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'cli.js')
const START_MS = 60_000

/** The demo as `npm start` begins it: its gateway, and the process of its simulators. */
export interface Demo {
  readonly pid: number
  readonly httpUrl: string
  /** Number of the simulators' process; null when it is not there (yet). */
  simulators(): number | null
  close(): Promise<void>
}

/** Starts the demo on ports and a folder of its own, and resolves when it is ready. */
export async function startDemo(env: Readonly<Record<string, string>> = {}): Promise<Demo> {
  const [httpPort, dataDir] = [await freePort(), scratchDir('demo')]
  const settings = { 'http.port': httpPort, 'mqtt.port': await freePort(), data_dir: dataDir }
  const args = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const child = start(process.execPath, [CLI, 'demo', '--config', demoConfig, ...args], {
    env: { ...process.env, ...env },
  })
  const httpUrl = `http://127.0.0.1:${httpPort}`
  const ask = () => fetch(`${httpUrl}/readyz`).catch(() => null)
  await until(async () => (await ask())?.ok === true, START_MS)
  return {
    pid: child.pid!,
    httpUrl,
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
