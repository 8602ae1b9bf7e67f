import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Accounting } from '../../src/base/wire.js'

/** A real gateway for tests: the compiled program as a process of its own, in an empty directory, on free ports. */
export interface TestGateway {
  readonly dir: string
  readonly dataDir: string
  readonly mqttUrl: string
  readonly httpUrl: string
  readonly process: ChildProcess
  /** What it has written to stderr so far. */
  log(): string
  /** Ends it, with SIGTERM unless told otherwise, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data, ports and configuration. */
  restart(): Promise<TestGateway>
}

export interface GatewayOptions {
  /** Merged over `data_dir`, `mqtt` and `http`. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** Program and arguments before `node`: `strace -f …`. */
  readonly wrapper?: readonly string[]
}

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const START_MS = 30_000

/** Starts a gateway and resolves when it answers. `removeData(gateway)` cleans up behind it. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  const config = {
    data_dir: join(dir, 'data'),
    mqtt: { port: await freePort() },
    http: { port: await freePort() },
    ...options.config,
  }
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, stringify(config))
  return run(dir, file, config, options)
}

export function removeData(gateway: TestGateway): void {
  rmSync(gateway.dir, { recursive: true, force: true })
}

async function run(
  dir: string,
  file: string,
  config: { data_dir: string; mqtt: { port: number }; http: { port: number } },
  options: GatewayOptions,
): Promise<TestGateway> {
  const [program = process.execPath, ...before] = [...(options.wrapper ?? []), process.execPath]
  const child = spawn(program, [...before, CLI, 'run', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-100_000)
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const httpUrl = `http://127.0.0.1:${config.http.port}`
  const gateway: TestGateway = {
    dir,
    dataDir: config.data_dir,
    mqttUrl: `mqtt://127.0.0.1:${config.mqtt.port}`,
    httpUrl,
    process: child,
    log: () => log,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await exited
    },
    restart: () => run(dir, file, config, options),
  }
  const isUp = () =>
    fetch(`${httpUrl}/livez`).then(
      (answer) => answer.ok,
      () => false,
    )
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${log}`)
    return isUp()
  }, START_MS)
  return gateway
}

/** The JSON answer of a GET; throws with the body when it is not 200. */
export async function getJson<T>(gateway: TestGateway, path: string): Promise<T> {
  const answer = await fetch(gateway.httpUrl + path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

export function accounting(gateway: TestGateway, byDevice = false): Promise<Accounting> {
  return getJson(gateway, `/api/v1/accounting${byDevice ? '?by=device' : ''}`)
}

/** Waits until everything acknowledged so far is archived and its points are written; returns the accounting then. */
export async function settled(gateway: TestGateway, timeoutMs = 60_000): Promise<Accounting> {
  let last = ''
  let same = 0
  await until(
    async () => {
      const now = await accounting(gateway)
      const text = JSON.stringify(now)
      same = text === last && now.messages.undecoded === 0 && now.readings.pending === 0 ? same + 1 : 0
      last = text
      return same >= 4
    },
    timeoutMs,
    500,
  )
  return JSON.parse(last) as Accounting
}

/** Asks again until `condition` holds; throws after `timeoutMs`. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 20_000,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
