import { readSecret } from '../../access/secret.js'
import type { StoreSurroundings } from '../server-kind.js'
import type { Busy, WindowRef } from '../store.js'
import { hindrance } from './answer.js'
import type { InfluxDialect, InfluxServer } from './dialect.js'
import { InfluxStore } from './influx-store.js'
import type { Influxdb2Options } from './options.js'
import { kpiMeasurement, streamTags, TRIAL_MEASUREMENT } from './schema.js'
import { windowRunsOf } from './window-runs.js'

/** A store on InfluxDB 2.x, Cloud, or 3.x by its v2 door. Nothing is sent before it is asked to do something. */
export function openInfluxdb2(options: Influxdb2Options, surroundings: StoreSurroundings): InfluxStore {
  return new InfluxStore(options, new Influxdb2(options, surroundings.name), surroundings)
}

/** Later than any clock that a test is made by, within what a server can hold. */
const LATEST_MS = Date.UTC(2200, 0, 1)

class Influxdb2 implements InfluxDialect {
  readonly version = 2
  readonly writePaths: InfluxDialect['writePaths']
  readonly places: InfluxDialect['places']
  readonly #options: Influxdb2Options
  readonly #store: string

  constructor(options: Influxdb2Options, store: string) {
    this.#options = options
    this.#store = store
    const points = options.kpi_bucket ?? options.bucket
    this.writePaths = { readings: this.#path('write', options.bucket), points: this.#path('write', points) }
    // To InfluxQL each bucket is a database of its own name.
    this.places = {
      readings: { database: options.bucket, policy: null },
      points: { database: points, policy: null },
    }
  }

  credentials() {
    const { token, token_file } = this.#options
    const secret = readSecret({ value: token, file: token_file, fileSetting: 'token_file' })
    return { authorization: secret === '' ? '' : `Token ${secret}`, user: null }
  }

  async isThere(): Promise<true> {
    return true
  }

  /** Nothing is created here: the empty write that follows says what is missing. */
  async prepare(): Promise<null> {
    return null
  }

  /** One request an interval: a predicate knows no OR. */
  async erase(server: InfluxServer, windows: readonly WindowRef[]): Promise<'erased' | 'unable' | Busy> {
    const path = this.#path('delete', this.#options.kpi_bucket ?? this.#options.bucket)
    for (const { stream, fromMs, lastMs } of windowRunsOf(windows)) {
      const tags = { _measurement: kpiMeasurement(stream.window), ...streamTags(stream) }
      // No window starts within the millisecond after another one, whether the end is taken in or not.
      const outcome = await this.#delete(server, path, tags, { fromMs, toMs: lastMs + 1 })
      // Windows that it will never delete are written over instead.
      if (outcome !== 'erased') return outcome
    }
    return 'erased'
  }

  async eraseTrial(server: InfluxServer, mark: string): Promise<'erased' | 'unable' | Busy> {
    const { bucket, kpi_bucket = bucket } = this.#options
    const tags = { _measurement: TRIAL_MEASUREMENT, test: mark }
    for (const one of new Set([bucket, kpi_bucket])) {
      const outcome = await this.#delete(server, this.#path('delete', one), tags, { fromMs: 0, toMs: LATEST_MS })
      if (outcome !== 'erased') return outcome
    }
    return 'erased'
  }

  async #delete(
    { http, answer }: InfluxServer,
    path: string,
    tags: Readonly<Record<string, string>>,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  ): Promise<'erased' | 'unable' | Busy> {
    const predicate = Object.entries(tags)
      .map(([key, value]) => `${key}=${quoted(value)}`)
      .join(' AND ')
    const [start, stop] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
    const reply = await http.post(path, JSON.stringify({ start, stop, predicate }), 'application/json')
    if ('status' in reply && isWithoutDelete(reply)) return 'unable'
    const said = answer(reply)
    if (said.kind === 'refused') return 'unable'
    return said.kind === 'taken' ? 'erased' : hindrance(said, { store: this.#store, version: this.version })
  }

  #path(verb: 'write' | 'delete', bucket: string): string {
    const query = new URLSearchParams({
      org: this.#options.org,
      bucket,
      ...(verb === 'write' ? { precision: 'ms' } : {}),
    })
    return `/api/v2/${verb}?${query}`
  }
}

/** True for a server that has no such door; one that has it and misses the bucket says so. */
function isWithoutDelete({ status, body }: { readonly status: number; readonly body: string }): boolean {
  if (status === 404) return !/(bucket|organi[sz]ation|database).*not found/i.test(body)
  return status === 405 || status === 501 || /unsupported path/i.test(body)
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
