import type { DuckDBInstance } from '@duckdb/node-api'
import { utcDayOf } from '../../base/utc-day.js'

import { dayLines } from '../ledger/day-lines.js'
import type { DayBody } from '../ledger/entry.js'
import { MerkleTree } from '../ledger/merkle.js'
import { headOf } from '../ledger/rows.js'
import { BundleFault } from './fault.js'
import { dayName } from './format.js'

/**
 * The CSV file of a sealed day in pieces, out of its Parquet files below `archiveDir`. At its end it is known whether these
 * are the rows that were sealed: throws `BundleFault` when they are not.
 */
export async function* dayPieces(instance: DuckDBInstance, archiveDir: string, day: DayBody): AsyncGenerator<Buffer> {
  const tree = new MerkleTree()
  const connection = await instance.connect()
  try {
    yield Buffer.from(`${headOf(day.rows_of)}\n`)
    const state = { kind: day.rows_of, plant: day.plant, day: utcDayOf(Date.parse(day.day)), files: day.files }
    for await (const lines of dayLines(connection, archiveDir, state)) {
      for (const line of lines) tree.add(line)
      yield Buffer.from(`${lines.join('\n')}\n`)
    }
  } finally {
    connection.closeSync()
  }
  if (tree.size === day.rows && tree.root() === day.root) return
  throw new BundleFault('root', dayName({ ...day, kind: day.rows_of }), {
    en: `its ${tree.size} rows are not the ${day.rows} that the ledger has sealed: put the files of the day back from a backup`,
    zh: `其 ${tree.size} 行与账本封存的 ${day.rows} 行不符：请从备份恢复当日文件`,
  })
}
