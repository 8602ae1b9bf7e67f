import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Value of every reading in the embedded database of a gateway that does not run, by device, metric and event time. A
 * reading that is there twice is in `twice`, one that contradicts another in `conflicts`.
 */
export async function storedReadings(path: string): Promise<{
  readonly readings: Map<string, number | string>
  readonly twice: readonly string[]
  readonly conflicts: number
}> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1' })
  const connection = await instance.connect()
  try {
    const found = await connection.runAndReadAll(
      `SELECT s.device, s.metric, r.ts::DOUBLE, r.value, r.word FROM reading r JOIN series s ON s.id = r.series`,
    )
    const readings = new Map<string, number | string>()
    const twice: string[] = []
    for (const [device, metric, ts, value, word] of found.getRows()) {
      const key = `${device} ${metric} ${ts}`
      if (readings.has(key)) twice.push(key)
      readings.set(key, (word ?? value) as number | string)
    }
    const [counted] = (await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM conflict')).getRows()
    return { readings, twice, conflicts: Number(counted?.[0]) }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
