import { setImmediate as turn } from 'node:timers/promises'
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  blobValue,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api'

/** DuckDB takes data in chunks of this many rows. */
export const CHUNK_ROWS = 2048

/** Types of columns, each with the cell that a JavaScript value becomes. */
const CELLS = {
  integer: { type: INTEGER as DuckDBType, cell: (v: unknown) => v as DuckDBValue },
  bigint: { type: BIGINT as DuckDBType, cell: (v: unknown) => (v === null ? null : BigInt(v as number)) },
  double: { type: DOUBLE as DuckDBType, cell: (v: unknown) => v as DuckDBValue },
  boolean: { type: BOOLEAN as DuckDBType, cell: (v: unknown) => v as DuckDBValue },
  quality: { type: UTINYINT as DuckDBType, cell: (v: unknown) => v as DuckDBValue },
  text: { type: VARCHAR as DuckDBType, cell: (v: unknown) => v as DuckDBValue },
  blob: { type: BLOB as DuckDBType, cell: (v: unknown) => blobValue(v as Uint8Array) },
} as const

export type CellKind = keyof typeof CELLS

/** The columns of a table with how each is filled from a row object, in the table's order. */
export type Columns<Row> = readonly (readonly [kind: CellKind, of: (row: Row) => unknown])[]

/** Appends rows to a table in columnar chunks: several times as fast as row by row. */
export async function appendRows<Row>(
  connection: DuckDBConnection,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const appender = await connection.createAppender(table)
  const chunk = DuckDBDataChunk.create(columns.map(([kind]) => CELLS[kind].type))
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const part = rows.slice(from, from + CHUNK_ROWS)
    chunk.reset()
    chunk.setColumns(
      columns.map(([kind, of]) => {
        const { cell } = CELLS[kind]
        return part.map((row) => cell(of(row)))
      }),
    )
    appender.appendDataChunk(chunk)
    if (from > 0) await turn()
  }
  appender.closeSync()
}
