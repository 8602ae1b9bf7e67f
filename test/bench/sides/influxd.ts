import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, until } from '../../support/gateway.js'
import { findServer } from '../../support/servers.js'
import { versionOf } from '../measure/machine.js'
import { end, start } from '../measure/processes.js'
import { removeScratch, scratchDir } from '../measure/scratch.js'

const START_MS = 60_000

interface QueryAnswer {
  readonly results: readonly {
    readonly error?: string
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>
      readonly values: readonly (readonly unknown[])[]
    }[]
  }[]
}

/** A real InfluxDB 1.x with its default settings, in an empty directory, on a port of its own. */
export class Influxd {
  readonly #dir = scratchDir('influxd')
  #process: ChildProcess | null = null

  private constructor(
    readonly port: number,
    private readonly rpcPort: number,
  ) {}

  static async start(): Promise<Influxd> {
    const influxd = new Influxd(await freePort(), await freePort())
    await influxd.resume()
    return influxd
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    if (this.#process === null) throw new Error('influxd does not run')
    return this.#process.pid!
  }

  /** Ends the process; its data stay. */
  async pause(): Promise<void> {
    if (this.#process !== null) await end(this.#process)
    this.#process = null
  }

  async resume(): Promise<void> {
    const config = join(this.#dir, 'influxdb.conf')
    const dir = (name: string) => JSON.stringify(join(this.#dir, name))
    writeFileSync(
      config,
      `reporting-disabled = true
bind-address = "127.0.0.1:${this.rpcPort}"
[meta]
dir = ${dir('meta')}
[data]
dir = ${dir('data')}
wal-dir = ${dir('wal')}
[http]
bind-address = "127.0.0.1:${this.port}"
log-enabled = false
`,
    )
    const program = findServer('influxd')
    if (program === null) throw new Error('without influxd there is nothing to measure')
    this.#process = start(program, ['-config', config])
    await until(
      () =>
        fetch(`${this.url}/ping`).then(
          (answer) => answer.ok,
          () => false,
        ),
      START_MS,
    )
  }

  async query(text: string, database?: string): Promise<QueryAnswer['results'][number]> {
    const body = new URLSearchParams({ q: text, epoch: 'ms', ...(database === undefined ? {} : { db: database }) })
    const answer = await fetch(`${this.url}/query`, { method: 'POST', body })
    const [result] = ((await answer.json()) as QueryAnswer).results
    if (result === undefined || result.error !== undefined) throw new Error(`${text}: ${result?.error ?? 'no answer'}`)
    return result
  }

  createDatabase(name: string): Promise<unknown> {
    return this.query(`CREATE DATABASE "${name}"`)
  }

  async databases(): Promise<readonly string[]> {
    const { series } = await this.query('SHOW DATABASES')
    return (series?.[0]?.values ?? []).map(([name]) => String(name))
  }

  /** Points that have this field. */
  async count(database: string, measurement: string, field: string): Promise<number> {
    const { series } = await this.query(`SELECT count("${field}") FROM "${measurement}"`, database)
    return Number(series?.[0]?.values[0]?.[1] ?? 0)
  }

  /** Time of the newest point of each device, or of one, epoch ms. What is not on its disk yet is copied for it, device by device. */
  async newest(database: string, measurement: string, field: string, device?: string): Promise<readonly number[]> {
    const where = device === undefined ? '' : `WHERE "device" = '${device}' `
    const select = `SELECT last("${field}") FROM "${measurement}" ${where}GROUP BY "device"`
    const { series } = await this.query(select, database)
    return (series ?? []).map(({ values }) => Number(values[0]?.[0]))
  }

  async close(): Promise<void> {
    await this.pause()
    removeScratch(this.#dir)
  }
}

export function influxdVersion(): string {
  return versionOf(findServer('influxd') ?? 'influxd', 'version')
}
