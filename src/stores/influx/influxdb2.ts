import { readSecret } from '../../access/secret.js'
import type { StoreSurroundings } from '../server-kind.js'
import type { Busy, WindowRef } from '../store.js'
import { hindrance } from './answer.js'
import { type InfluxDialect, type InfluxServer, InfluxStore } from './influx-store.js'
import type { Influxdb2Options } from './options.js'
import { kpiMeasurement, streamTags } from './schema.js'
import { windowRunsOf } from './window-runs.js'

/** A store on InfluxDB 2.x, Cloud, or 3.x by its v2 door. Nothing is sent before it is asked to do something. */
export function openInfluxdb2(options: Influxdb2Options, surroundings: StoreSurroundings): InfluxStore {
  return new InfluxStore(options, new Influxdb2(options, surroundings.name), surroundings)
}

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
  async erase({ http, answer }: InfluxServer, windows: readonly WindowRef[]): Promise<'erased' | 'unable' | Busy> {
    const path = this.#path('delete', this.#options.kpi_bucket ?? this.#options.bucket)
    for (const { stream, fromMs, lastMs } of windowRunsOf(windows)) {
      const tags = { _measurement: kpiMeasurement(stream.window), ...streamTags(stream) }
      const predicate = Object.entries(tags)
        .map(([key, value]) => `${key}=${quoted(value)}`)
        .join(' AND ')
      const start = new Date(fromMs).toISOString()
      // No window starts within the millisecond after another one, whether the end is taken in or not.
      const stop = new Date(lastMs + 1).toISOString()
      const reply = await http.post(path, JSON.stringify({ start, stop, predicate }), 'application/json')
      if ('status' in reply && isWithoutDelete(reply)) return 'unable'
      const said = answer(reply)
      // Windows that it will never delete are written over instead.
      if (said.kind === 'refused') return 'unable'
      if (said.kind !== 'taken') return hindrance(said, { store: this.#store, version: this.version })
    }
    return 'erased'
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
