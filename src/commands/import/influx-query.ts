import { type FluxTableMetaData, flux, fluxDateTime, HttpError, InfluxDB } from '@influxdata/influxdb-client'
import { readSecret, withoutSecrets } from '../../access/secret.js'
import { HOUR_MS } from '../../base/durations.js'
import { identifier } from '../../stores/influx/influxql.js'
import { type HistoryCell, type HistoryFile, type HistoryRow, UnreadableHistory } from './history-file.js'
import type { InfluxSection } from './influx-mapping.js'

/** Rows of one piece of an answer. */
const ROWS_TOGETHER = 1_000
/** A piece that is longer is no answer of rows. */
const PIECE_CHARS_MAX = 64 * 2 ** 20
const TIMEOUT_MS = 300_000

type Cells = Readonly<Record<string, HistoryCell>>

/**
 * An InfluxDB that runs, asked slice by slice, oldest first. Rows are those of its export: columns `_measurement`, `_time` in
 * nanoseconds, tags and fields; of InfluxDB 2.x a row has one field.
 */
export class InfluxQuery implements HistoryFile {
  readonly placeName = 'row'
  readonly #url: string
  readonly #section: InfluxSection
  /** Password and token as they are sent: no sentence repeats them. */
  #secrets: readonly string[] = []
  #done = 0
  #slices = 0

  /** Throws `UnreadableHistory` for an address that is none, or may hold a password: it is kept in the progress. */
  constructor(url: string, section: InfluxSection) {
    if (!URL.canParse(url)) throw new UnreadableHistory('an address of an InfluxDB is such as http://influx:8086')
    const { username, password, search, hash } = new URL(url)
    if (search !== '' || hash !== '') throw new UnreadableHistory('an address of an InfluxDB has nothing behind ? or #')
    if (username !== '' || password !== '') {
      throw new UnreadableHistory(
        'an address holds no user and no password: influxdb.username says one, the environment the other',
      )
    }
    this.#url = url.replace(/\/$/, '')
    this.#section = section
  }

  share(): number {
    return this.#slices === 0 ? 0 : this.#done / this.#slices
  }

  async *rows(): AsyncGenerator<readonly HistoryRow[]> {
    const { version, measurements } = this.#section
    const slices = slicesOf(this.#section)
    this.#slices = slices.length * measurements.length
    this.#done = 0
    const client = this.#client()
    let number = 0
    for (const measurement of measurements) {
      for (const [fromMs, toMs] of slices) {
        const some = version === 1 ? this.#byInfluxql : this.#byFlux
        try {
          for await (const cells of some.call(this, client, measurement, fromMs, toMs)) {
            yield cells.map((one) => ({
              number: ++number,
              problem: '',
              cell: (column) => one[column],
              names: () => Object.keys(one),
            }))
          }
        } catch (error) {
          throw this.#failure(error)
        }
        this.#done++
      }
    }
  }

  #client(): InfluxDB {
    const { version, username } = this.#section
    const transport = { url: this.#url, timeout: TIMEOUT_MS }
    if (version === 2) {
      const token = secretOf('GREENGAUGE_INFLUX_TOKEN')
      this.#secrets = [token]
      return new InfluxDB({ ...transport, token })
    }
    if (username === undefined) return new InfluxDB(transport)
    const password = secretOf('GREENGAUGE_INFLUX_PASSWORD')
    const credentials = Buffer.from(`${username}:${password}`).toString('base64')
    this.#secrets = [password, credentials]
    return new InfluxDB({ ...transport, headers: { authorization: `Basic ${credentials}` } })
  }

  async *#byInfluxql(
    client: InfluxDB,
    measurement: string,
    fromMs: number,
    toMs: number,
  ): AsyncGenerator<readonly Cells[]> {
    const { database = '', retention_policy: policy } = this.#section
    const when = `time >= ${fromMs}ms AND time < ${toMs}ms`
    const asked = new URLSearchParams({
      q: `SELECT * FROM ${identifier(measurement)} WHERE ${when} GROUP BY *`,
      db: database,
      ...(policy === undefined ? {} : { rp: policy }),
      ...{ epoch: 'ms', chunked: 'true', chunk_size: String(ROWS_TOGETHER) },
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = client.transport.iterate('/query', asked.toString(), { method: 'POST', headers })
    for await (const line of linesOf(answer)) yield* rowsOfPiece(line)
  }

  async *#byFlux(
    client: InfluxDB,
    measurement: string,
    fromMs: number,
    toMs: number,
  ): AsyncGenerator<readonly Cells[]> {
    const { bucket = '', org = '' } = this.#section
    const [start, stop] = [fromMs, toMs].map((ms) => fluxDateTime(new Date(ms).toISOString()))
    const query = flux`from(bucket: ${bucket}) |> range(start: ${start}, stop: ${stop}) |> filter(fn: (r) => r._measurement == ${measurement})`
    let some: Cells[] = []
    for await (const { values, tableMeta } of client.getQueryApi({ org, gzip: true }).iterateRows(query)) {
      const fault = faultOfTable(values, tableMeta)
      if (fault !== null) throw new UnreadableHistory(`InfluxDB says: ${fault}`)
      some.push(cellsOfTable(values, tableMeta))
      if (some.length < ROWS_TOGETHER) continue
      yield some
      some = []
    }
    if (some.length > 0) yield some
  }

  #failure(error: unknown): Error {
    const said =
      error instanceof HttpError ? `${error.statusCode} ${error.body || error.message}` : (error as Error).message
    const told = withoutSecrets(said, this.#secrets)
    if (error instanceof UnreadableHistory) return new UnreadableHistory(told)
    return new UnreadableHistory(`${this.#url} does not answer the question: ${told}`)
  }
}

function secretOf(name: 'GREENGAUGE_INFLUX_TOKEN' | 'GREENGAUGE_INFLUX_PASSWORD'): string {
  return readSecret({ value: process.env[name], file: process.env[`${name}_FILE`], fileSetting: `${name}_FILE` })
}

function slicesOf({ from, to, slice_h }: InfluxSection): [fromMs: number, toMs: number][] {
  const slices: [number, number][] = []
  const endMs = Date.parse(to)
  const sliceMs = Math.round(slice_h * HOUR_MS)
  for (let ms = Date.parse(from); ms < endMs; ms += sliceMs) slices.push([ms, Math.min(ms + sliceMs, endMs)])
  return slices
}

async function* linesOf(answer: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let left = ''
  for await (const chunk of answer) {
    const lines = (left + decoder.decode(chunk, { stream: true })).split('\n')
    left = lines.pop()!
    if (left.length > PIECE_CHARS_MAX) throw new UnreadableHistory('what answers is no InfluxDB: its answer has no end')
    for (const line of lines) if (line.trim() !== '') yield line
  }
  if (left.trim() !== '') yield left
}

interface Piece {
  readonly error?: string
  readonly results?: readonly {
    readonly error?: string
    readonly series?: readonly {
      readonly name: string
      readonly tags?: Readonly<Record<string, string>>
      readonly columns: readonly string[]
      readonly values: readonly (readonly HistoryCell[])[]
    }[]
  }[]
}

/** Rows of one piece of a chunked answer, which is a whole document of its own. */
function* rowsOfPiece(line: string): Generator<readonly Cells[]> {
  let piece: Piece
  try {
    piece = JSON.parse(line) as Piece
  } catch {
    throw new UnreadableHistory('what answers is no InfluxDB, or broke off: a piece of its answer is no JSON')
  }
  const error = piece.error ?? piece.results?.find((one) => one.error !== undefined)?.error
  if (error !== undefined) throw new UnreadableHistory(`InfluxDB says: ${error}`)
  for (const { series = [] } of piece.results ?? []) {
    for (const { name, tags = {}, columns, values } of series) {
      const named = Object.entries(tags).filter(([, tag]) => tag !== '')
      yield values.map((row) => {
        const fields = columns.slice(1).map((column, i): [string, HistoryCell] => [column, row[i + 1]])
        return cellsOf([...named, ...fields], name, `${row[0]}000000`)
      })
    }
  }
}

/** A question that fails after its answer has begun ends in a table of its own, with status 200; null for any other row. */
function faultOfTable(values: string[], table: FluxTableMetaData): string | null {
  const isFault = table.columns.some(({ label }) => label === 'error') && table.column('_time', false).label === ''
  return isFault ? String(table.get(values, 'error')) : null
}

/** Columns that tell of the answer and not of the point. */
const OF_ANSWER = ['', 'result', 'table', '_start', '_stop', '_time', '_measurement', '_field', '_value']

function cellsOfTable(values: string[], table: FluxTableMetaData): Cells {
  const of = (column: string): HistoryCell => table.get(values, column) as HistoryCell
  const tags = table.columns
    .map(({ label }): [string, HistoryCell] => [label, of(label)])
    .filter(([label, tag]) => !OF_ANSWER.includes(label) && tag !== '')
  const ms = Date.parse(String(of('_time')))
  return cellsOf([...tags, [String(of('_field')), of('_value')]], String(of('_measurement')), `${ms}000000`)
}

/** Names come from a database: `__proto__` is a name like any other. */
function cellsOf(named: readonly (readonly [string, HistoryCell])[], measurement: string, time: string): Cells {
  const cells = Object.create(null) as Record<string, HistoryCell>
  for (const [name, cell] of named) cells[name] = cell
  cells._measurement = measurement
  cells._time = time
  return cells
}
