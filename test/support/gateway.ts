import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Accounting, HealthCheck, ReadingPoint, ReadingsAnswer } from '../../src/base/wire.js'
import { fetchPinned } from '../../src/commands/client/pinned-fetch.js'
import { watched } from '../bench/measure/processes.js'
import { scratched } from '../bench/measure/scratch.js'
import { LOOPBACK, type Machine } from './machine.js'
import { SOON_MS } from './soon.js'

/** A real gateway for tests: the compiled program as a process of its own, in an empty directory, on free ports. */
export interface TestGateway {
  readonly dir: string
  readonly dataDir: string
  readonly mqttUrl: string
  readonly httpUrl: string
  readonly process: ChildProcess
  /** End of what it has written to stderr so far, 100,000 characters at most. */
  log(): string
  /** Its exit code once it has ended; null after a kill. */
  readonly exited: Promise<number | null>
  /** As from its machine. */
  readonly fetch: Machine['fetch']
  /** Resolves when it answers; rejects when it ends before. */
  up(): Promise<void>
  /** Ends it, with SIGTERM unless told otherwise, waits until it is gone, and gives the exit code; null after a kill. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Starts it again on the same data and ports, with more configuration if there is any, and waits until it answers. */
  restart(config?: Readonly<Record<string, unknown>>): Promise<TestGateway>
  /** The same without waiting. */
  relaunch(config?: Readonly<Record<string, unknown>>): TestGateway
}

export interface GatewayOptions {
  /** Merged over `data_dir`, `mqtt` and `http`. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** Program and arguments before `node`: `strace -f …`. It must leave the gateway the process that was spawned. */
  readonly wrapper?: readonly string[]
  /** Started as a newcomer would: in an empty folder, without a configuration file. Its ports alone are given, by the environment. */
  readonly isBare?: boolean
  /** More arguments of `run`: `--role views`. */
  readonly args?: readonly string[]
  /** The test's own unless told otherwise: then it is reached by `fetch` alone. */
  readonly machine?: Machine | undefined
}

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')

/** Between the look at a port and the start of the gateway somebody else may take it: then it is started with others. */
const STARTS_MAX = 3
const PORT_TAKEN = 'in use by another program'
/** Somebody that it has started may hold the pipe of its log open for longer. */
const LAST_WORDS_MS = 10_000

/** Starts a gateway and resolves when it answers. `removeData(gateway)` cleans up behind it. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  for (let starts = 1; ; starts++) {
    const dir = scratched(mkdtempSync(join(tmpdir(), 'greengauge-')))
    const mqtt = { port: await freePort(), ...(options.config?.mqtt as object) }
    const http = { port: await freePort(), ...(options.config?.http as object) }
    const gateway = run(dir, { data_dir: join(dir, 'data'), ...options.config, mqtt, http }, options)
    try {
      await gateway.up()
      return gateway
    } catch (error) {
      if (starts === STARTS_MAX || !gateway.log().includes(PORT_TAKEN)) throw error
      removeData(gateway)
    }
  }
}

export function removeData(gateway: TestGateway): void {
  rmSync(gateway.dir, { recursive: true, force: true })
}

interface RunConfig {
  readonly data_dir: string
  readonly mqtt: { readonly port: number }
  readonly http: { readonly port: number; readonly tls?: { readonly cert_file: string } }
}

function run(dir: string, config: RunConfig, options: GatewayOptions): TestGateway {
  const { machine = LOOPBACK } = options
  const file = join(dir, 'greengauge.yaml')
  const { isBare = false } = options
  if (!isBare) writeFileSync(file, stringify(config))
  const ports = { GREENGAUGE_HTTP__PORT: `${config.http.port}`, GREENGAUGE_MQTT__PORT: `${config.mqtt.port}` }
  const [program = process.execPath, ...before] = [...(options.wrapper ?? []), ...machine.wrapper, process.execPath]
  const named = isBare ? [] : ['--config', file]
  const child = spawn(program, [...before, CLI, 'run', ...named, ...(options.args ?? [])], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isBare ? { cwd: dir } : {}),
    env: { ...process.env, ...(isBare ? ports : {}), ...options.env },
  })
  watched(child)
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-100_000)
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // It may have ended before the last that it said is read here.
  const saidAll = new Promise((resolve) => child.stderr.once('close', resolve))
  const certFile = config.http.tls?.cert_file ?? null
  const httpUrl = `${certFile === null ? 'http' : 'https'}://127.0.0.1:${config.http.port}`
  const isUp = () =>
    (certFile === null ? machine.fetch(`${httpUrl}/livez`) : fetchPinned(`${httpUrl}/livez`, {}, certFile)).then(
      // Read to its end: the gateway waits for connections with something on the way when it stops.
      async (answer) => (await answer.text()) !== '' && answer.ok,
      () => false,
    )
  const relaunch: TestGateway['relaunch'] = (more) => run(dir, { ...config, ...more }, options)
  return {
    dir,
    dataDir: config.data_dir,
    mqttUrl: `mqtt://127.0.0.1:${config.mqtt.port}`,
    httpUrl,
    process: child,
    log: () => log,
    exited,
    fetch: machine.fetch,
    up: () =>
      until(async () => {
        if (child.exitCode !== null || child.signalCode !== null) {
          await Promise.race([saidAll, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))])
          throw new Error(`the gateway ended with ${child.exitCode ?? child.signalCode}:\n${log}`)
        }
        return isUp()
      }, SOON_MS),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exited
    },
    restart: async (more) => {
      const gateway = relaunch(more)
      await gateway.up()
      return gateway
    },
    relaunch,
  }
}

/** Address of a gateway that is asked over HTTP, from its machine when it says so. */
export type Reached = Pick<TestGateway, 'httpUrl'> & Partial<Pick<TestGateway, 'fetch'>>

/** The JSON answer of a GET; throws with the body when it is not 200. */
export async function getJson<T>(gateway: Reached, path: string): Promise<T> {
  const answer = await (gateway.fetch ?? fetch)(gateway.httpUrl + path)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

export function accounting(gateway: Reached, byDevice = false): Promise<Accounting> {
  return getJson(gateway, `/api/v1/accounting${byDevice ? '?by=device' : ''}`)
}

/** Every reading of one metric of one device, page by page. */
export async function allReadings(
  gateway: Pick<TestGateway, 'httpUrl'>,
  { plant, device, metric }: { plant: string; device: string; metric: string },
): Promise<ReadingPoint[]> {
  const query = `device=${device}&metric=${metric}&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=10000`
  const points: ReadingPoint[] = []
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`
    const page: ReadingsAnswer = await getJson(gateway, `/api/v1/plants/${plant}/readings?${query}${cursor}`)
    points.push(...page.points)
    next = page.next
  }
  return points
}

/** Status and checks with which `/readyz` answers. */
export async function readiness(gateway: TestGateway): Promise<{ status: number; checks: readonly HealthCheck[] }> {
  const answer = await fetch(`${gateway.httpUrl}/readyz`)
  const { checks } = (await answer.json()) as { checks: readonly HealthCheck[] }
  return { status: answer.status, checks }
}

/** Waits until everything acknowledged so far is archived and in the points; returns the accounting then. */
export async function settled(gateway: Pick<TestGateway, 'httpUrl'>, timeoutMs = SOON_MS): Promise<Accounting> {
  // Several times in a row: between two blocks there is a moment in which nothing waits.
  await untilLag(gateway, { maxS: 0, looks: 3, timeoutMs })
  return accounting(gateway)
}

/** Waits until what is to be done has waited no longer than `maxS` at so many looks in a row, five of them a second. */
export async function untilLag(
  gateway: Pick<TestGateway, 'httpUrl'>,
  { maxS, looks, timeoutMs }: { readonly maxS: number; readonly looks: number; readonly timeoutMs: number },
): Promise<void> {
  let quiet = 0
  await until(
    async () => {
      // Between the page that says how far a rebuild is and the API there is a moment without a listener.
      const answer = await fetch(`${gateway.httpUrl}/metrics`).catch(() => null)
      if (answer === null) return false
      const metrics = await answer.text()
      const lag = Number(/^greengauge_pipeline_lag_seconds (\S+)/m.exec(metrics)?.[1])
      quiet = lag <= maxS ? quiet + 1 : 0
      return quiet >= looks
    },
    timeoutMs,
    200,
  )
}

/** Asks again until `condition` holds; throws after `timeoutMs`. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  timeoutMs = SOON_MS,
  everyMs = 50,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so after ${timeoutMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Each process that asks for ports has so many of its own; all of them lie below those that a system gives to connections. */
const PORTS_OF_A_PROCESS = 875
const PROCESSES_MAX = 16
const FIRST_PORT = 18_000
let portsGiven = process.pid % 500
let ownPorts: Promise<number> | undefined

/** A loopback port that nothing listens on now, and that nobody else is given. */
export async function freePort(): Promise<number> {
  ownPorts ??= claimPorts()
  const first = await ownPorts
  for (;;) {
    // The first one is the claim itself.
    const port = first + 1 + (portsGiven++ % (PORTS_OF_A_PROCESS - 1))
    const probe = await listener(port)
    if (probe === null) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}

/**
 * The first of this process's ports, on which it listens for as long as it lives. The numbers that vitest gives to its workers
 * are not theirs alone when they are used for several files.
 */
async function claimPorts(): Promise<number> {
  for (let i = 0; i < PROCESSES_MAX; i++) {
    const first = FIRST_PORT + PORTS_OF_A_PROCESS * i
    const claim = await listener(first)
    claim?.unref()
    if (claim !== null) return first
  }
  throw new Error(`more than ${PROCESSES_MAX} processes ask for ports at a time`)
}

function listener(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1')
  return new Promise((resolve) => {
    server.once('listening', () => resolve(server)).once('error', () => resolve(null))
  })
}
