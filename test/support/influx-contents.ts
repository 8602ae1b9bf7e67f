import { DuckDBInstance } from '@duckdb/node-api'
import { flagsOf } from '../../src/base/flags.js'
import type { Influxd, QueryAnswer } from './influxd.js'
import { PLANT, readingKey } from './plant-load.js'

type Cell = string | number | boolean | null
/** A point of a KPI with all its fields, by the names that InfluxDB knows. */
export type PointFields = Readonly<Record<string, Cell>>

const TAGS = new Set(['name', 'time', 'plant', 'line', 'device', 'quality'])

/** Every reading that the server holds, asked from it in its own language. Rejects when one is there twice. */
export async function readingsIn(
  server: Influxd,
  database: string,
  plants: readonly string[] = [PLANT],
): Promise<Map<string, Cell>> {
  const readings = new Map<string, Cell>()
  for (const row of await rowsOf(server, database, ['energy', 'robot', 'production', 'emissions'])) {
    if (!plants.includes(String(row.plant))) throw new Error(`a reading of another plant: ${JSON.stringify(row)}`)
    for (const [metric, value] of Object.entries(row)) {
      if (TAGS.has(metric) || value === null) continue
      const key = readingKey(String(row.device), metric, Number(row.time))
      if (readings.has(key)) throw new Error(`${key} is there twice: on ${row.line} and on another line`)
      readings.set(key, value)
    }
  }
  return readings
}

/** Every KPI point that the server holds, by stream and start. */
export async function pointsIn(server: Influxd, database: string): Promise<Map<string, PointFields>> {
  const windows = ['kpi_1m', 'kpi_15m', 'kpi_1h', 'kpi_1d', 'kpi_1mo', 'kpi_shift']
  const points = new Map<string, PointFields>()
  for (const { name, time, plant, scope, id, kpi, ...fields } of await rowsOf(server, database, windows)) {
    const key = [name, plant, scope, id, kpi, time].join(' ')
    if (points.has(key)) throw new Error(`${key} is there twice`)
    points.set(key, fields)
  }
  return points
}

/** The same of the embedded database of a gateway that does not run. */
export async function pointsInDatabase(path: string): Promise<Map<string, PointFields>> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1' })
  const connection = await instance.connect()
  try {
    const found = await connection.runAndReadAll(
      `SELECT s."window", s.plant, s.scope, s.scope_id, s.kpi, p.start::DOUBLE AS start, p."end"::DOUBLE AS "end",
         p.value, p.value IS NOT NULL AS valid, p.reason, p.numerator, p.denominator, p.coverage, p.estimated_share,
         p.provisional, p.rev, p.flags, p.factors
       FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream`,
    )
    return new Map(
      found.getRowObjects().map((row) => {
        const { window, plant, scope, scope_id, kpi, start, flags, ...fields } = row as Record<string, Cell>
        const key = [`kpi_${window}`, plant, scope, scope_id, kpi, start].join(' ')
        return [key, { ...fields, flags: flagsOf(Number(flags)).join(',') }]
      }),
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Entries missing, wrong or foreign: counts and the first three, for a message that can be read when there are thousands. */
export function differences(expected: ReadonlyMap<string, unknown>, found: ReadonlyMap<string, unknown>) {
  const isSame = (a: unknown, b: unknown) => a === b || sorted(a) === sorted(b)
  const missing = [...expected].filter(([key]) => !found.has(key))
  const wrong = [...expected].filter(([key, value]) => found.has(key) && !isSame(value, found.get(key)))
  const foreign = [...found].filter(([key]) => !expected.has(key))
  return {
    missing: { count: missing.length, first: missing.slice(0, 3) },
    wrong: { count: wrong.length, first: wrong.slice(0, 3).map(([key, value]) => [key, value, found.get(key)]) },
    foreign: { count: foreign.length, first: foreign.slice(0, 3) },
  }
}

export const NO_DIFFERENCES = {
  missing: { count: 0, first: [] },
  wrong: { count: 0, first: [] },
  foreign: { count: 0, first: [] },
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function rowsOf(server: Influxd, database: string, measurements: readonly string[]) {
  const names = measurements.map((name) => `"${name}"`).join(', ')
  const answers: readonly QueryAnswer[] = await server.query(`SELECT * FROM ${names}`, database)
  return answers.flat().flatMap(({ name, columns, values }) =>
    values.map((row): Record<string, Cell> => {
      const cells = columns.map((column, i): [string, Cell] => [column, row[i] ?? null])
      return { ...Object.fromEntries(cells), name: name ?? '' }
    }),
  )
}
