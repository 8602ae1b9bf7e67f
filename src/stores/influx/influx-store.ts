import { withoutSecrets } from '../../access/secret.js'
import type { Clock } from '../../base/clock.js'
import type { StoreTrial } from '../../base/store-trial.js'
import type { ProbeResult, StoreServer, StoreSurroundings } from '../server-kind.js'
import type {
  Busy,
  History,
  ItemRefusal,
  Store,
  StoreBatch,
  StoredReadingsQuery,
  StreamQuery,
  WindowRef,
  WriteOutcome,
} from '../store.js'
import { answerOf, hindrance, type ReplyOutcome, type ServerWords } from './answer.js'
import { bodiesOf, readingLines, refusalsOf, type WriteRequestBody } from './batch-lines.js'
import type { InfluxDialect, InfluxServer, ServerCredentials } from './dialect.js'
import { influxHistory } from './history.js'
import { Http, isLoopback } from './http.js'
import { Influxql, measurementIn, QueryFailure, tagged } from './influxql.js'
import { Isolator } from './isolate.js'
import { LineBytes, type Lines, SpareMemory } from './line-bytes.js'
import { LineProtocolWriter, MARK_MEASUREMENT, markLine } from './schema.js'
import { tryInflux } from './trial.js'

/** The settings that all servers have in common, see `server-kind.ts`. */
export interface DeliveredOptions {
  readonly url: string
  readonly timeout_s: number
  readonly batch_bytes: number
  readonly in_flight: number
  readonly gzip: 'auto' | 'on' | 'off'
}

/** The gateway stops, or is configured otherwise. */
const CLOSED = 'the gateway has closed the connection'

/** Batches with less than this need no memory kept for them: it has caught up. */
const SPARE_BYTES_MIN = 128 * 1024

/** Readings and KPI points in an InfluxDB of any version. */
export class InfluxStore implements StoreServer {
  readonly name: string
  readonly type: Store['type']
  readonly #options: DeliveredOptions
  readonly #dialect: InfluxDialect
  readonly #clock: Clock
  readonly #words: ServerWords
  readonly #writer = new LineProtocolWriter()
  readonly #spare = new SpareMemory()
  readonly #isolators = new Map<string, Isolator>()
  readonly #history: History
  #credentials: ServerCredentials | null = null
  #server: InfluxServer | null = null
  #isClosed = false

  constructor(options: DeliveredOptions, dialect: InfluxDialect, { name, clock, units }: StoreSurroundings) {
    this.name = name
    this.type = dialect.version === 1 ? 'influxdb1' : 'influxdb2'
    this.#options = options
    this.#dialect = dialect
    this.#clock = clock
    this.#words = { store: name, version: dialect.version }
    this.#history = influxHistory({ influxql: () => this.#open().influxql, places: dialect.places, units })
  }

  async prepare(mark: string, leftAtMs = -Infinity): ReturnType<Store['prepare']> {
    let server: InfluxServer
    try {
      server = this.#open(this.#dialect.credentials())
    } catch (error) {
      return { kind: 'busy', retryAfterMs: null, reason: `store ${this.name}: ${(error as Error).message}` }
    }
    try {
      const missing = await this.#dialect.prepare(server)
      if (missing !== null) return missing
      for (const path of this.#paths()) {
        // A body without a line changes nothing, and yet everything is checked that stands before the lines.
        const answer = server.answer(await server.http.post(path, ''))
        if (answer.kind !== 'taken' && answer.kind !== 'refused') return hindrance(answer, this.#words)
      }
      return { kind: 'ready', isMarked: await this.#isMarked(server, mark, leftAtMs) }
    } catch (error) {
      return this.#hindranceOf(server, error)
    }
  }

  /** Asks as whoever writes would be asked, and changes nothing at the server. */
  async look(): Promise<ProbeResult> {
    let server: InfluxServer
    try {
      server = this.#open(this.#dialect.credentials())
    } catch (error) {
      return { kind: 'denied', reason: (error as Error).message }
    }
    try {
      if (!(await this.#dialect.isThere(server))) {
        const reason = (await this.#dialect.whyNotMade?.(server)) ?? ''
        return reason === '' ? { kind: 'ready', isMissing: true } : { kind: 'denied', reason }
      }
      for (const path of this.#paths()) {
        const answer = server.answer(await server.http.post(path, ''))
        if (answer.kind !== 'taken' && answer.kind !== 'refused') return this.#hindered(answer)
      }
      return { kind: 'ready', isMissing: false }
    } catch (error) {
      if (!(error instanceof QueryFailure)) throw error
      const answer = server.answer(error.reply)
      return answer.kind === 'taken' ? { kind: 'away', reason: error.message } : this.#hindered(answer)
    }
  }

  async tryOut(): Promise<StoreTrial> {
    let credentials: ServerCredentials
    let http: InfluxServer
    try {
      credentials = this.#dialect.credentials()
      http = this.#open(credentials)
    } catch (error) {
      const detail = error instanceof URIError ? WRONG_ESCAPE : (error as Error).message
      return { isMade: false, steps: [{ step: 'reach', result: 'failed', detail }] }
    }
    const { isMade, steps } = await tryInflux(http, this.#dialect, {
      clock: this.#clock,
      reasonOf: (answer) => hindrance(answer, this.#words).reason,
    })
    const secrets = secretsIn(credentials, this.#options.url)
    const shown = (detail: string) => withoutSecrets(this.#withoutName(detail), secrets)
    return { isMade, steps: steps.map((one) => ({ ...one, detail: shown(one.detail) })) }
  }

  #hindered(answer: Exclude<ReplyOutcome, { kind: 'taken' }>): ProbeResult {
    const kind = answer.kind === 'denied' ? 'denied' : 'away'
    return { kind, reason: this.#withoutName(hindrance(answer, this.#words).reason) }
  }

  #withoutName(reason: string): string {
    return reason.replace(`store ${this.name}: `, '')
  }

  async leaveMark(mark: string): ReturnType<Store['leaveMark']> {
    if (this.#isClosed) return this.#closed
    const server = this.#open()
    const atMs = this.#clock.nowMs()
    const line = markLine(mark, atMs)
    for (const path of this.#paths()) {
      const answer = server.answer(await server.http.post(path, line))
      if (answer.kind !== 'taken') return hindrance(answer, this.#words)
    }
    return { kind: 'ready', atMs }
  }

  async write(batch: StoreBatch): Promise<WriteOutcome> {
    if (this.#isClosed) return this.#closed
    const server = this.#open()
    const erased = await this.#erase(server, batch.erased)
    if (typeof erased === 'object') return erased
    const packing = {
      writer: this.#writer,
      bytesMax: this.#options.batch_bytes,
      spare: this.#spare,
      paths: this.#dialect.writePaths,
      isMarkingRemoved: erased === 'unable',
    }
    const refused: ItemRefusal[] = []
    const bodies = bodiesOf(batch, packing, refused)
    let busy: Busy | null = null
    let bytes = 0
    // Each takes the next body as soon as its last one is answered, so that `in_flight` are under way and none is alone.
    const worker = async () => {
      while (busy === null) {
        const { value: body, done } = bodies.next()
        if (done === true) return
        const outcome = await this.#writeBody(server, body, batch)
        bytes += body.lines.byteLength
        body.lines.release()
        if (outcome.kind === 'busy') busy ??= outcome
        else refused.push(...outcome.refused)
      }
    }
    await Promise.all(Array.from({ length: this.#options.in_flight }, worker))
    if (bytes < SPARE_BYTES_MIN) this.#spare.clear()
    return busy ?? { kind: 'stored', refused }
  }

  points(query: StreamQuery): ReturnType<History['points']> {
    return this.#read(() => this.#history.points(query))
  }

  readings(query: StoredReadingsQuery): ReturnType<History['readings']> {
    return this.#read(() => this.#history.readings(query))
  }

  close(): void {
    this.#isClosed = true
    this.#disconnect()
  }

  #disconnect(): void {
    this.#server?.http.close()
    this.#server?.influxql.close()
    this.#server = null
  }

  async #erase(server: InfluxServer, windows: readonly WindowRef[]): Promise<'erased' | 'unable' | Busy> {
    if (windows.length === 0) return 'erased'
    try {
      return await this.#dialect.erase(server, windows)
    } catch (error) {
      const isRefused = error instanceof QueryFailure && server.answer(error.reply).kind === 'refused'
      return isRefused ? 'unable' : this.#hindranceOf(server, error)
    }
  }

  /** Writes a body; samples that are refused come again reading by reading, so that only those that spoil them are. */
  async #writeBody(server: InfluxServer, body: WriteRequestBody, batch: StoreBatch): Promise<WriteOutcome> {
    const isolator = this.#isolatorOf(server, body.path)
    const first = await isolator.write(body.lines)
    if (first.kind !== 'done') return hindrance(first, this.#words)
    if (first.culprits.length === 0) return { kind: 'stored', refused: [] }
    const { parts, whole } = readingLines(batch, first.culprits, body, this.#writer)
    const second = await isolator.write(parts.lines)
    if (second.kind !== 'done') return hindrance(second, this.#words)
    return { kind: 'stored', refused: [...whole, ...refusalsOf(batch, second.culprits, parts)] }
  }

  #isolatorOf(server: InfluxServer, path: string): Isolator {
    const known = this.#isolators.get(path)
    if (known !== undefined) return known
    const isolator = new Isolator({
      store: this.name,
      send: async (lines) => server.answer(await server.http.post(path, bodyOf(lines))),
      probe: () => markLine('probe', this.#clock.nowMs()),
    })
    this.#isolators.set(path, isolator)
    return isolator
  }

  get #closed(): Busy {
    return { kind: 'busy', retryAfterMs: null, reason: `store ${this.name}: ${CLOSED}` }
  }

  /** The connections of now, or others when the secrets have changed. Throws once it is closed. */
  #open(credentials = this.#credentials ?? this.#dialect.credentials()): InfluxServer {
    if (this.#isClosed) throw new Error(CLOSED)
    const isSame = JSON.stringify(credentials) === JSON.stringify(this.#credentials)
    if (this.#server !== null && isSame) return this.#server
    this.#disconnect()
    this.#isolators.clear()
    this.#credentials = credentials
    const { url, timeout_s, in_flight, gzip } = this.#options
    const { authorization, user } = credentials
    const timeoutMs = timeout_s * 1000
    const isCompressed = gzip === 'on' || (gzip === 'auto' && !isLoopback(url))
    this.#server = {
      http: new Http({ url, authorization, timeoutMs, connectionsMax: in_flight, isCompressed }),
      influxql: new Influxql({
        url,
        user,
        authorization: user === null ? authorization : '',
        database: this.#dialect.places.readings.database,
        timeoutMs,
      }),
      answer: (reply) => answerOf(reply, this.#words, this.#clock.nowMs()),
    }
    return this.#server
  }

  #paths(): ReadonlySet<string> {
    return new Set(Object.values(this.#dialect.writePaths))
  }

  /**
   * Each place has its own mark: one may be emptied without the other. A mark older than the last that was left is one of
   * a backup. True also where nothing can be read: then nothing can be said, and starting over would never end.
   */
  async #isMarked({ influxql }: InfluxServer, mark: string, leftAtMs: number): Promise<boolean> {
    const { readings, points } = this.#dialect.places
    const places = this.#paths().size === 1 ? [readings] : [readings, points]
    for (const place of places) {
      const from = measurementIn(place, MARK_MEASUREMENT)
      const latest = `SELECT "since" FROM ${from} WHERE ${tagged({ mark })} ORDER BY time DESC LIMIT 1`
      try {
        const [first] = await influxql.select(latest, place.database)
        // A server that answers with anything but times is no InfluxDB, and says nothing.
        if (first !== undefined && first.columns[0] !== 'time') continue
        const foundAtMs = first?.values[0]?.[0]
        if (foundAtMs === undefined || Number(foundAtMs) < leftAtMs) return false
      } catch (error) {
        if (!(error instanceof QueryFailure) || !('status' in error.reply) || error.reply.status >= 500) throw error
      }
    }
    return true
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      if (error instanceof QueryFailure && this.#server !== null) {
        throw new Error(this.#hindranceOf(this.#server, error).reason)
      }
      throw new Error(`store ${this.name}: ${(error as Error).message}`)
    }
  }

  /** Rethrows what no server has said. */
  #hindranceOf(server: InfluxServer, error: unknown): Busy {
    if (!(error instanceof QueryFailure)) throw error
    const answer = server.answer(error.reply)
    if (answer.kind === 'taken') throw error
    return hindrance(answer, this.#words)
  }
}

const WRONG_ESCAPE = 'the user name or password in url has a % that begins no escape: write %25 for it'

/** All that a server could say again of what it was shown. */
function secretsIn({ authorization, user }: ServerCredentials, address: string): readonly string[] {
  const { username, password } = new URL(address)
  const parts = [authorization.split(' ').at(-1), user?.password, password, decodeURIComponent(password), username]
  return parts.filter((part) => part !== undefined && part !== '') as string[]
}

function bodyOf(lines: Lines): Buffer | string {
  if (lines instanceof LineBytes) return lines.bytes
  return Array.from({ length: lines.length }, (_, index) => lines.at(index)).join('\n')
}
