import { readSecret } from '../../access/secret.js'
import type { StoreSurroundings } from '../server-kind.js'
import type { Busy, WindowRef } from '../store.js'
import type { InfluxDialect, InfluxServer } from './dialect.js'
import { InfluxStore } from './influx-store.js'
import { identifier, instantLiteral, QueryFailure, tagged } from './influxql.js'
import type { Influxdb1Options } from './options.js'
import { kpiMeasurement, streamTags, TRIAL_MEASUREMENT } from './schema.js'
import { windowRunsOf } from './window-runs.js'

/** Statements in one request: what a server takes in well below a second. */
const STATEMENTS_MAX = 100

/** A store on InfluxDB 1.x. Nothing is sent before it is asked to do something. */
export function openInfluxdb1(options: Influxdb1Options, surroundings: StoreSurroundings): InfluxStore {
  return new InfluxStore(options, new Influxdb1(options, surroundings.name), surroundings)
}

class Influxdb1 implements InfluxDialect {
  readonly version = 1
  readonly writePaths: InfluxDialect['writePaths']
  readonly places: InfluxDialect['places']
  readonly #options: Influxdb1Options
  readonly #store: string

  constructor(options: Influxdb1Options, store: string) {
    this.#options = options
    this.#store = store
    const readings = policyOf(options.readings_retention)
    const points = policyOf(options.kpi_retention)
    this.writePaths = { readings: this.#writePath(readings), points: this.#writePath(points) }
    const { database } = options
    this.places = { readings: { database, policy: readings }, points: { database, policy: points } }
  }

  credentials() {
    const { username, password, password_file } = this.#options
    if (username === undefined) return { authorization: '', user: null }
    const secret = readSecret({ value: password, file: password_file, fileSetting: 'password_file' })
    const authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`
    return { authorization, user: { name: username, password: secret } }
  }

  async isThere({ influxql }: Pick<InfluxServer, 'influxql'>): Promise<boolean> {
    const [databases] = await influxql.change(['SHOW DATABASES'])
    return databases?.[0]?.values.some(([name]) => name === this.#options.database) === true
  }

  /** Only an administrator may list users, and only an administrator may make databases. */
  async whyNotMade({ influxql, answer }: Pick<InfluxServer, 'influxql' | 'answer'>): Promise<string> {
    const { database, username } = this.#options
    if (username === undefined) return ''
    try {
      await influxql.change(['SHOW USERS'])
      return ''
    } catch (error) {
      if (!(error instanceof QueryFailure) || answer(error.reply).kind !== 'denied') throw error
      return `there is no database ${database} that ${username} may use, and ${username} may make none: as an administrator, CREATE DATABASE ${identifier(database)} and GRANT ALL ON ${identifier(database)} TO ${identifier(username)}`
    }
  }

  async prepare({ influxql }: InfluxServer): Promise<Busy | null> {
    if (!(await this.isThere({ influxql }))) {
      await influxql.change([`CREATE DATABASE ${identifier(this.#options.database)}`])
    }
    const wanted = new Set([this.#options.readings_retention, this.#options.kpi_retention])
    wanted.delete('none')
    if (wanted.size === 0) return null
    const [policies] = await influxql.change([`SHOW RETENTION POLICIES ON ${identifier(this.#options.database)}`])
    const lengths = new Map(policies?.[0]?.values.map(([name, duration]) => [String(name), String(duration)]))
    for (const days of wanted) {
      const policy = policyOf(days) ?? ''
      const length = lengths.get(policy)
      if (length === undefined) {
        await influxql.change([
          `CREATE RETENTION POLICY ${identifier(policy)} ON ${identifier(this.#options.database)} DURATION ${days} REPLICATION 1`,
        ])
      } else if (length !== `${Number.parseInt(days, 10) * 24}h0m0s`) {
        return this.#differs(policy, days, length)
      }
    }
    return null
  }

  /** One statement an interval: InfluxQL has no OR for times, and DELETE knows no retention policy. */
  async erase({ influxql }: InfluxServer, windows: readonly WindowRef[]): Promise<'erased'> {
    const all = windowRunsOf(windows).map(({ stream, fromMs, lastMs }) => {
      const when = `time >= ${instantLiteral(fromMs)} AND time <= ${instantLiteral(lastMs)}`
      return `DELETE FROM ${identifier(kpiMeasurement(stream.window))} WHERE ${tagged(streamTags(stream))} AND ${when}`
    })
    for (let i = 0; i < all.length; i += STATEMENTS_MAX) await influxql.change(all.slice(i, i + STATEMENTS_MAX))
    return 'erased'
  }

  async eraseTrial({ influxql }: InfluxServer, mark: string): Promise<'erased'> {
    await influxql.change([`DROP SERIES FROM ${identifier(TRIAL_MEASUREMENT)} WHERE ${tagged({ test: mark })}`])
    return 'erased'
  }

  #writePath(policy: string | null): string {
    const rp = policy === null ? '' : `&rp=${encodeURIComponent(policy)}`
    return `/write?db=${encodeURIComponent(this.#options.database)}${rp}&precision=ms`
  }

  #differs(policy: string, days: string, length: string): Busy {
    const remedy = `it is not changed: drop it, or write its length into readings_retention or kpi_retention`
    const reason = `store ${this.#store}: retention policy ${policy} keeps ${length} instead of ${days}; ${remedy}`
    return { kind: 'busy', retryAfterMs: null, reason }
  }
}

/** Name of the policy that keeps so many days; null for the database's default. */
function policyOf(days: string): string | null {
  return days === 'none' ? null : `greengauge_${days}`
}
