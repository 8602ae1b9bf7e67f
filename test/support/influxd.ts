import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './gateway.js'
import { LOOPBACK, type Machine } from './machine.js'
import { startServer, type TestServer } from './test-server.js'

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
  /** Directory in which its folder is made: a small tmpfs, where a full disk is wanted. */
  readonly parent?: string
  /** The test's own unless told otherwise. */
  readonly machine?: Machine | undefined
}

/** Starts an InfluxDB 1.x; `path` as `findServer('influxd')` gives it. */
export async function startInfluxd(path: string, options: InfluxdOptions = {}): Promise<Influxd> {
  const port = await freePort()
  const rpcPort = await freePort()
  const { auth, machine = LOOPBACK } = options
  const server = await startServer({
    parent: options.parent ?? tmpdir(),
    url: `http://${machine.host}:${port}`,
    machine,
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

function configuration(dir: string, port: number, rpcPort: number, options: InfluxdOptions): string {
  const { auth, data, http, machine = LOOPBACK } = options
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
bind-address = "${machine.host}:${port}"
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
