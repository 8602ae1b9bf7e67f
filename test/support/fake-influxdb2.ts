import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { PLANT, readingKey } from './plant-load.js'

type Cell = string | number | boolean

interface HeldPoint {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly ts: number
  readonly fields: Map<string, Cell>
}

const READINGS = new Set(['energy', 'robot', 'production', 'emissions'])

/**
 * A fake: it says what the references of InfluxDB 2.x and 3.x say at the doors that a store uses, and holds points as they do, one
 * for each measurement, tags and time. It is no server, and proves nothing of theirs.
 */
export class FakeInfluxdb2 {
  readonly #version: 2 | 3
  readonly #token: string
  readonly #server: Server
  readonly #buckets = new Map<string, Map<string, HeldPoint>>()
  /** Requests with a wrong token, without a bucket that is there, or of a door that it has not. */
  readonly refused: string[] = []

  private constructor(version: 2 | 3, token: string) {
    this.#version = version
    this.#token = token
    this.#server = createServer(async (request, response) => {
      const { status, body } = this.#answer(request, await textOf(request))
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  }

  static async start(of: { readonly version: 2 | 3; readonly token: string; readonly buckets: readonly string[] }) {
    const fake = new FakeInfluxdb2(of.version, of.token)
    for (const bucket of of.buckets) fake.#buckets.set(bucket, new Map())
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Every reading of a bucket. Throws when one is there twice. */
  readings(bucket: string): Map<string, Cell> {
    const found = new Map<string, Cell>()
    for (const { measurement, tags, ts, fields } of this.#buckets.get(bucket)?.values() ?? []) {
      if (!READINGS.has(measurement)) continue
      if (tags.plant !== PLANT) throw new Error(`a reading of another plant: ${tags.plant}`)
      for (const [metric, value] of fields) {
        if (metric === 'quality') continue
        const key = readingKey(tags.device ?? '', metric, ts)
        if (found.has(key)) throw new Error(`${key} is there twice: on ${tags.line} and on another line`)
        found.set(key, value)
      }
    }
    return found
  }

  /** Takes all points of some measurements out of a bucket. */
  drop(bucket: string, measurements: readonly string[]): void {
    const points = this.#buckets.get(bucket) ?? new Map<string, HeldPoint>()
    for (const [key, { measurement }] of points) if (measurements.includes(measurement)) points.delete(key)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, text: string): { readonly status: number; readonly body: string } {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake')
    const refuse = (status: number, body: object) => {
      this.refused.push(`${status} ${pathname}?${searchParams}`)
      return { status, body: JSON.stringify(body) }
    }
    if (request.headers.authorization !== `Token ${this.#token}`) return refuse(401, { code: 'unauthorized' })
    const name = searchParams.get('bucket') ?? searchParams.get('db') ?? ''
    const points = this.#buckets.get(name)
    const isV2 = this.#version === 2
    if (points === undefined || (isV2 && pathname.startsWith('/api/v2/') && searchParams.get('org') !== 'works')) {
      return refuse(404, { code: 'not found', message: `bucket "${name}" not found` })
    }
    if (pathname === '/api/v2/write') {
      for (const line of text.split('\n')) if (line !== '') put(points, line)
      return { status: 204, body: '' }
    }
    if (pathname === '/query')
      return { status: 200, body: JSON.stringify(marksIn(points, searchParams.get('q') ?? '')) }
    if (pathname === '/api/v2/delete' && isV2) {
      erase(points, JSON.parse(text))
      return { status: 204, body: '' }
    }
    // A 3.x has no door to delete points at.
    if (pathname === '/api/v2/delete') return { status: 404, body: 'Not found' }
    return refuse(404, { error: 'Not found' })
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
}

/** Takes a line in: a field that is there already at this time is written over. */
function put(points: Map<string, HeldPoint>, line: string): void {
  const [, head = '', body = '', time = ''] = /^((?:\\.|[^\\ ])+) (.*) (-?\d+)$/s.exec(line) ?? []
  const [measurement = '', ...tags] = head.split(/(?<!\\),/)
  const key = `${measurement} ${[...tags].sort().join(',')} ${time}`
  const known = points.get(key) ?? {
    measurement: plain(measurement),
    tags: Object.fromEntries(tags.map((tag) => tag.split(/(?<!\\)=/).map(plain))),
    ts: Number(time),
    fields: new Map<string, Cell>(),
  }
  points.set(key, known)
  for (const [, name = '', value = ''] of body.matchAll(/((?:\\.|[^\\=,])+)=("(?:\\.|[^"\\])*"|[^,]+)/gs)) {
    known.fields.set(plain(name), cellOf(value))
  }
}

function cellOf(value: string): Cell {
  if (value.startsWith('"')) return value.slice(1, -1).replace(/\\(["\\])/g, '$1')
  if (/^[tf]/i.test(value)) return /^t/i.test(value)
  return Number(value.replace(/i$/, ''))
}

function plain(text: string): string {
  return text.replace(/\\([ ,=])/g, '$1')
}

/** The one statement that is answered: the newest mark of a gateway. */
function marksIn(points: ReadonlyMap<string, HeldPoint>, statement: string): object {
  const [, mark] = /"greengauge_store".*'([^']+)'/.exec(statement) ?? []
  const found = [...points.values()]
    .filter(({ measurement, tags }) => measurement === 'greengauge_store' && tags.mark === mark)
    .sort((a, b) => b.ts - a.ts)
    .slice(0, 1)
  const values = found.map(({ ts, fields }) => [ts, fields.get('since') ?? null])
  const series = values.length === 0 ? [] : [{ name: 'greengauge_store', columns: ['time', 'since'], values }]
  return { results: [{ statement_id: 0, ...(series.length === 0 ? {} : { series }) }] }
}

interface Erased {
  readonly start: string
  readonly stop: string
  readonly predicate: string
}

function erase(points: Map<string, HeldPoint>, { start, stop, predicate }: Erased): void {
  const wanted = [...predicate.matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)].map(([, name, value]) => [name, value] as const)
  for (const [key, { measurement, tags, ts }] of points) {
    const isIn = Date.parse(start) <= ts && ts < Date.parse(stop)
    const isWanted = wanted.every(([name, value]) => (name === '_measurement' ? measurement : tags[name!]) === value)
    if (isIn && isWanted) points.delete(key)
  }
}
