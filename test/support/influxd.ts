import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, until } from './gateway.js'

/** A real server for tests, as a process of its own in an empty folder on free loopback ports. */
export interface TestServer {
  readonly url: string
  readonly dir: string
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

export interface Influxd extends TestServer {
  /** Runs statements, with the user that was made when `auth` is on. Times in ms. Rejects with the server's words. */
  query(statements: string, database?: string): Promise<QueryAnswer[]>
  /** Points of a measurement that have the field; 0 when there is no such thing. */
  count(database: string, measurement: string, field: string, policy?: string): Promise<number>
}

/** One statement's series. */
export type QueryAnswer = readonly {
  readonly name?: string
  readonly columns: readonly string[]
  readonly values: readonly (readonly (string | number | boolean | null)[])[]
}[]

export interface InfluxdOptions {
  /** Asks for user and password; an administrator of this name is made. */
  readonly auth?: { readonly username: string; readonly password: string }
  /** More of the configuration's sections `[data]` and `[http]`, such as `max-series-per-database = 10`. */
  readonly data?: string
  readonly http?: string
  /** Where its folder is made: a small tmpfs, where a full disk is wanted. */
  readonly parent?: string
}

/** Starts an InfluxDB 1.x; `path` as `findServer('influxd')` gives it. */
export async function startInfluxd(path: string, options: InfluxdOptions = {}): Promise<Influxd> {
  const port = await freePort()
  const rpcPort = await freePort()
  const { auth } = options
  const server = await startServer({
    parent: options.parent ?? tmpdir(),
    url: `http://127.0.0.1:${port}`,
    command: (dir) => {
      const file = join(dir, 'influxdb.conf')
      writeFileSync(file, configuration(dir, port, rpcPort, options))
      return [path, '-config', file]
    },
  })
  const headers: Record<string, string> =
    auth === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
  const query: Influxd['query'] = async (statements, database = '') => {
    const body = new URLSearchParams({ q: statements, db: database, epoch: 'ms' })
    const answer = await fetch(`${server.url}/query`, { method: 'POST', body, headers })
    const said = (await answer.json()) as { results?: { error?: string; series?: QueryAnswer }[]; error?: string }
    const error = said.error ?? said.results?.find((result) => result.error !== undefined)?.error
    if (error !== undefined) throw new Error(error)
    return (said.results ?? []).map(({ series }) => series ?? [])
  }
  if (auth !== undefined) {
    await query(`CREATE USER "${auth.username}" WITH PASSWORD '${auth.password}' WITH ALL PRIVILEGES`)
  }
  return {
    ...server,
    query,
    count: async (database, measurement, field, policy) => {
      const place = policy === undefined ? `"${measurement}"` : `"${policy}"."${measurement}"`
      const [series] = await query(`SELECT count("${field}") FROM ${place}`, database)
      return Number(series?.[0]?.values[0]?.[1] ?? 0)
    },
  }
}

function configuration(dir: string, port: number, rpcPort: number, { auth, data, http }: InfluxdOptions): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${dir}/meta"
[data]
dir = "${dir}/data"
wal-dir = "${dir}/wal"
query-log-enabled = false
${data ?? ''}
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
auth-enabled = ${auth !== undefined}
${http ?? ''}
[monitor]
store-enabled = false
[continuous_queries]
enabled = false
`
}

/** A line of what VictoriaMetrics exports: one field of one series. */
export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
  readonly timestamps: readonly number[]
}

export interface VictoriaMetrics extends TestServer {
  /** All it holds, each field as a series named `measurement_field`. */
  export(): Promise<ExportedSeries[]>
}

/** Starts a VictoriaMetrics, which takes `/api/v2/write`; `path` as `findServer('victoria-metrics')` gives it. */
export async function startVictoriaMetrics(path: string): Promise<VictoriaMetrics> {
  const port = await freePort()
  const server = await startServer({
    parent: tmpdir(),
    url: `http://127.0.0.1:${port}`,
    command: (dir) => [
      path,
      `-storageDataPath=${dir}/data`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-memory.allowedBytes=64MB',
    ],
  })
  return {
    ...server,
    export: async () => {
      await fetch(`${server.url}/internal/force_flush`)
      const answer = await fetch(`${server.url}/api/v1/export?match[]={__name__!=""}`)
      const lines = (await answer.text()).split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as ExportedSeries)
    },
  }
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

const START_MS = 30_000

async function startServer(of: {
  readonly parent: string
  readonly url: string
  command(dir: string): readonly [program: string, ...rest: string[]]
}): Promise<TestServer> {
  const dir = mkdtempSync(join(of.parent, 'greengauge-server-'))
  const [program = '', ...rest] = [...(canEndTogether ? TOGETHER : []), ...of.command(dir)]
  let child: ChildProcess
  let log = ''
  const start = async () => {
    child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-20_000)
      })
    }
    child.once('exit', () => running.delete(child))
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${log}`)
      return fetch(`${of.url}/ping`).then(
        (answer) => answer.ok,
        () => false,
      )
    }, START_MS)
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
