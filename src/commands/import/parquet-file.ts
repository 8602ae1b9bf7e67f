import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { quoted } from '../../archive/record/kinds.js'
import {
  columnPositions,
  type HistoryCell,
  type HistoryFile,
  type HistoryRow,
  ListedRow,
  UnreadableHistory,
} from './history-file.js'

const MEMORY_LIMIT = '256MB'

/** Types whose values are taken as they are; all others come as text, whole numbers of 64 bits too, which a double would round. */
const AS_THEY_ARE = /^(BOOLEAN|U?TINYINT|U?SMALLINT|U?INTEGER|FLOAT|DOUBLE|VARCHAR)$/

/** A Parquet file, some rows at a time, read by DuckDB. An instant is text of RFC 3339, a time without zone that of a wall clock. */
export class ParquetFile implements HistoryFile {
  readonly placeName = 'row'
  readonly #file: string
  #rows = 0
  #rowsMax = 0

  constructor(file: string) {
    this.#file = file
  }

  share(): number {
    return this.#rowsMax === 0 ? 0 : this.#rows / this.#rowsMax
  }

  async *rows(): AsyncGenerator<readonly HistoryRow[]> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: MEMORY_LIMIT })
    try {
      yield* this.#read(await instance.connect())
    } catch (error) {
      const why = (error as Error).message.split('\n')[0]
      throw new UnreadableHistory(`${this.#file} cannot be read as Parquet: ${why}`)
    } finally {
      instance.closeSync()
    }
  }

  async *#read(connection: DuckDBConnection): AsyncGenerator<readonly HistoryRow[]> {
    const source = `read_parquet(${quoted(this.#file)})`
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`)
    const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source}`)
    this.#rowsMax = Number(counted.getRows()[0]![0])
    const positions = columnPositions(columns.map(({ name }) => name))
    const result = await connection.stream(`SELECT ${columns.map(cellSql).join(', ')} FROM ${source}`)
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      const first = this.#rows + 1
      this.#rows += chunk.rowCount
      yield chunk.getRows().map((cells, i) => new ListedRow(first + i, positions, cells as readonly HistoryCell[]))
    }
  }
}

function cellSql({ name, type }: { readonly name: string; readonly type: string }): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (AS_THEY_ARE.test(type)) return column
  if (type !== 'TIMESTAMP WITH TIME ZONE') return `CAST(${column} AS VARCHAR)`
  return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%gZ')`
}
