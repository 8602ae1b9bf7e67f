import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { ReadingBlock } from '../base/reading-block.js'
import { CHUNK_ROWS } from './rows.js'

/** Types of the columns of the reading table, in its order. */
const TYPES = [INTEGER, INTEGER, BIGINT, DOUBLE, VARCHAR, UTINYINT, DOUBLE, BIGINT, BOOLEAN, BIGINT]
const VALUE = 3
const WORD = 4
const SEQ = 6
const TWO_32 = 2 ** 32

/**
 * Fills the reading table from the columns of a block. Rows are sorted by what they lack, a number or a word, a counter
 * or none, so that each column of a chunk is either full or empty and is handed over as one piece of memory.
 */
export class ReadingTableWriter {
  readonly #kinds = [new Chunk(false, false), new Chunk(false, true), new Chunk(true, false), new Chunk(true, true)]

  async append(connection: DuckDBConnection, block: ReadingBlock, rows: Int32Array): Promise<void> {
    if (rows.length === 0) return
    const appender = await connection.createAppender('reading')
    const { value, seq, words } = block
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const word = Number.isNaN(value[row]) ? words.get(row) : undefined
      const kind = (word === undefined ? 0 : 2) + (Number.isNaN(seq[row]) ? 0 : 1)
      this.#kinds[kind]!.add(block, row, word, appender)
    }
    for (const chunk of this.#kinds) chunk.flush(appender)
    appender.closeSync()
  }
}

/** Rows of one kind on their way into the table. */
class Chunk {
  readonly #hasWords: boolean
  readonly #hasSeqs: boolean
  readonly #chunk = DuckDBDataChunk.create(TYPES)
  readonly #vectors = TYPES.map((_, column) => duckdb.data_chunk_get_vector(this.#chunk.chunk, column))
  readonly #series = new Int32Array(CHUNK_ROWS)
  readonly #line = new Int32Array(CHUNK_ROWS)
  readonly #ts = new Int32Array(2 * CHUNK_ROWS)
  readonly #value = new Float64Array(CHUNK_ROWS)
  readonly #words: string[] = []
  readonly #quality = new Uint8Array(CHUNK_ROWS)
  readonly #seq = new Float64Array(CHUNK_ROWS)
  readonly #receivedAt = new Int32Array(2 * CHUNK_ROWS)
  readonly #assumed = new Uint8Array(CHUNK_ROWS)
  readonly #position = new Int32Array(2 * CHUNK_ROWS)
  #length = 0

  constructor(hasWords: boolean, hasSeqs: boolean) {
    this.#hasWords = hasWords
    this.#hasSeqs = hasSeqs
    this.#leaveEmpty()
  }

  add(block: ReadingBlock, row: number, word: string | undefined, appender: DuckDBAppender): void {
    const at = this.#length++
    const { seriesId, lineId } = block.sources[row]!
    this.#series[at] = seriesId
    this.#line[at] = lineId
    setBigInt(this.#ts, at, block.ts[row]!)
    this.#value[at] = block.value[row]!
    if (word !== undefined) this.#words[at] = word
    this.#quality[at] = block.quality[row]!
    this.#seq[at] = block.seq[row]!
    setBigInt(this.#receivedAt, at, block.receivedAt[row]!)
    this.#assumed[at] = block.assumed[row]!
    setBigInt(this.#position, at, block.position[row]!)
    if (this.#length === CHUNK_ROWS) this.flush(appender)
  }

  flush(appender: DuckDBAppender): void {
    const length = this.#length
    if (length === 0) return
    this.#length = 0
    if (this.#hasWords) this.#writeWords(length)
    const value = this.#hasWords ? null : this.#value
    const seq = this.#hasSeqs ? this.#seq : null
    const [series, line, ts, quality] = [this.#series, this.#line, this.#ts, this.#quality]
    const columns = [series, line, ts, value, null, quality, seq, this.#receivedAt, this.#assumed, this.#position]
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      if (column === null || column === undefined) continue
      duckdb.copy_data_to_vector(this.#vectors[i]!, 0, column.buffer, 0, (column.byteLength / CHUNK_ROWS) * length)
    }
    this.#chunk.rowCount = length
    appender.appendDataChunk(this.#chunk)
  }

  #writeWords(length: number): void {
    // Words that were written before would stay in memory otherwise.
    this.#chunk.reset()
    this.#leaveEmpty()
    const vector = this.#vectors[WORD]!
    for (let i = 0; i < length; i++) duckdb.vector_assign_string_element(vector, i, this.#words[i]!)
    this.#words.length = 0
  }

  /** Marks the columns that hold nothing as null. They stay so from one filling to the next: nothing writes there. */
  #leaveEmpty(): void {
    const empty = new BigUint64Array(CHUNK_ROWS / 64)
    const columns = [this.#hasWords ? VALUE : WORD, ...(this.#hasSeqs ? [] : [SEQ])]
    for (const column of columns) {
      const vector = this.#vectors[column]!
      duckdb.vector_ensure_validity_writable(vector)
      duckdb.copy_data_to_vector_validity(vector, 0, empty.buffer, 0, empty.byteLength)
    }
  }
}

/** Writes a whole number below 2^53 as the two halves of 64 bits: a BigInt each would be an object each. */
function setBigInt(halves: Int32Array, at: number, value: number): void {
  halves[2 * at] = value
  halves[2 * at + 1] = Math.floor(value / TWO_32)
}
