import type { DuckDBConnection } from '@duckdb/node-api'

/** Database in which the tables `series` and `line_name` stand once more, their texts as enumerations; with its dot, as SQL writes it. */
export const WORDS_SCHEMA = 'words.'

/** The texts of a series. One type a column: each row group of a Parquet file has all words of a type. */
const OF_SERIES = ['plant', 'line', 'device', 'class', 'metric', 'unit']

/**
 * Tells whether the series and lines are those that `words` was made of. Series are forgotten too, so their number says too
 * little; an id is given once, and the newest of as many is another when one of them has been replaced. Lines only grow.
 */
const CONTENTS = 'SELECT count(*), max(id), (SELECT count(*) FROM line_name) FROM series'

/**
 * Brings `words` up to the series and lines of the database. A file is written from it in less than half of the time: an
 * enumeration is a dictionary already, and its order is that of its words, so that sorting compares numbers. In the file
 * they are texts like any others. In memory, a fraction of what the series themselves take.
 */
export async function bringWords(connection: DuckDBConnection): Promise<void> {
  await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS words`)
  await connection.run('CREATE TABLE IF NOT EXISTS words.made_of (series BIGINT, newest BIGINT, lines BIGINT)')
  const same = await connection.runAndReadAll(`SELECT * FROM words.made_of INTERSECT ${CONTENTS}`)
  if (same.currentRowCount > 0) return
  await connection.run('DELETE FROM words.made_of')
  for (const table of ['series', 'line_name']) await connection.run(`DROP TABLE IF EXISTS words.${table}`)
  for (const column of OF_SERIES) await makeType(connection, column, `SELECT DISTINCT ${column} AS word FROM series`)
  await makeType(connection, 'line_name', 'SELECT DISTINCT name AS word FROM line_name')
  const columns = OF_SERIES.map((column) => `${column}::words.${column}_word AS ${column}`)
  await connection.run(`CREATE TABLE words.series AS SELECT id, ${columns.join(', ')} FROM series`)
  await connection.run('CREATE TABLE words.line_name AS SELECT id, name::words.line_name_word AS name FROM line_name')
  await connection.run(`INSERT INTO words.made_of ${CONTENTS}`)
}

async function makeType(connection: DuckDBConnection, of: string, words: string): Promise<void> {
  await connection.run(`DROP TYPE IF EXISTS words.${of}_word`)
  await connection.run(`CREATE TYPE words.${of}_word AS ENUM (SELECT word FROM (${words}) ORDER BY word)`)
}
