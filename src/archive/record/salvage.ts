import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { utcDayStartMs } from '../../base/utc-day.js'
import { attach, NAME } from '../file/check.js'
import { copiesOf } from '../file/marks.js'
import { missingFigures } from './figures.js'
import { quoted } from './kinds.js'
import type { LastingRecord } from './record.js'

/** Looking into a copy takes no more memory than this. */
const MEMORY = '300MB'

/**
 * Takes out of databases that were set aside what no file of the record has: the figures of days that were let go of, as an
 * older program has done without writing them, and restatements. What is in no copy either is noted as missing.
 * @param path of the database
 * @param faultOf what is wrong with a file, '' when nothing is
 */
export async function salvage(
  path: string,
  record: LastingRecord,
  faultOf: (path: string) => Promise<string>,
  tell: (progress: string) => void,
): Promise<void> {
  const missing = () => missingFigures(record.figures, record.manifest.expired.keptFrom)
  const [newest] = copiesOf(path)
  for (const copy of copiesOf(path)) {
    const mayHaveMore = missing().length > 0 || (copy === newest && record.figures.restatedTo === 0)
    if (!mayHaveMore) break
    tell(`figures that only ${copy} has are being looked for`)
    if ((await faultOf(copy)) !== '') continue
    await onCopy(copy, async (connection) => {
      const database = { write: <T>(work: (connection: DuckDBConnection) => Promise<T>) => work(connection) }
      for (const one of missing()) if (await hasFigures(connection, one)) await record.keepFigures(database, one)
      await record.keepRestatements(database)
    })
  }
  await record.noteMissing(missing())
}

async function onCopy(path: string, work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: MEMORY })
  try {
    await attach(instance, path, true)
    const connection = await instance.connect()
    try {
      await connection.run(`USE ${NAME}`)
      await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** One that was rebuilt itself has nothing of these days. */
async function hasFigures(
  connection: DuckDBConnection,
  { plant, before }: { readonly plant: string; readonly before: number },
): Promise<boolean> {
  const found = await connection.runAndReadAll(
    `SELECT 1 FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream
     WHERE s.plant = ${quoted(plant)} AND p.start < ${utcDayStartMs(before)} LIMIT 1`,
  )
  return found.currentRowCount > 0
}
