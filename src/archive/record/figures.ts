import type { DuckDBConnection } from '@duckdb/node-api'
import { SLIDING_DEMAND } from '../../base/sliding-demand.js'
import { utcDayStartMs } from '../../base/utc-day.js'
import { STEP_ROWS_MAX } from './compaction.js'
import { type FigureFile, type FigureFileSet, type FigureKind, monthsOf } from './figure-files.js'
import { readingParquet, writeParquet } from './files.js'
import { firstReadings } from './first-readings.js'
import { NEXT_SERIES, NO_PLANT, quoted } from './kinds.js'
import { nameOfFigures, nameOfMerged } from './names.js'

/** More files of one kind and plant than this are merged, as far as a step can hold them. */
const FILES_MAX = 32

/** Windows behind the days that go cannot be made again either where they look back into them. */
const LOOKS_BACK_MS = `if(s.kpi = ${quoted(SLIDING_DEMAND.kpi)}, ${SLIDING_DEMAND.looksBackMs}, 0)`

const STREAM = 'plant, scope, scope_id, kpi, "window"'

/**
 * Writes what is known of the days of a plant before one, and not in files yet. Windows that went on behind the days that
 * were written before are written again: of several points the one in the last file is right.
 */
export async function keptFigures(
  connection: DuckDBConnection,
  dir: string,
  sequence: number,
  known: FigureFileSet,
  { plant, before }: { readonly plant: string; readonly before: number },
): Promise<FigureFileSet> {
  const figures = await merged(connection, dir, known)
  const had = figures.kept[plant]
  const write = async (kind: FigureKind, query: string): Promise<FigureFile[]> => {
    const file = await writeParquet(connection, dir, nameOfFigures(sequence, plant, kind), query)
    return file === null ? [] : [{ ...file, kind, plant }]
  }
  const toMs = utcDayStartMs(before)
  const news = had === undefined ? '' : `AND p."end" > ${utcDayStartMs(had)}`
  const points = await write(
    'point',
    `SELECT s.* EXCLUDE (id), p.* EXCLUDE (stream) FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream
     WHERE s.plant = ${quoted(plant)} AND p.start < ${toMs} + ${LOOKS_BACK_MS} ${news}
     ORDER BY s.kpi, s.scope, s.scope_id, s."window", p.start`,
  )
  const alarms = await write(
    'alarm',
    `SELECT * FROM alarm WHERE plant = ${quoted(plant)}
       AND regexp_extract(content, '"firstMs":(-?[0-9]+)', 1)::BIGINT < ${toMs} ORDER BY id`,
  )
  const changes = await write('alarm_change', changesOfAlarms(plant, toMs))
  // The first one behind the days that go, or the last one there is: from it a walk goes on as if all were there.
  const checkpoints = await write(
    'checkpoint',
    `SELECT s.* EXCLUDE (id), c.* EXCLUDE (series) FROM checkpoint c JOIN series s ON s.id = c.series
     WHERE s.plant = ${quoted(plant)}
     QUALIFY row_number() OVER (PARTITION BY c.series ORDER BY abs(c.from_ms - ${toMs}) + if(c.from_ms < ${toMs}, 1e15, 0)) = 1
     ORDER BY s.device, s.metric`,
  )
  const boundaries = (await hasTable(connection, 'boundary_state'))
    ? await write(
        'boundary',
        `SELECT s.* EXCLUDE (id), b.* EXCLUDE (series) FROM boundary_state b JOIN series s ON s.id = b.series
         WHERE s.plant = ${quoted(plant)} ORDER BY s.device, s.metric, b.from_ms`,
      )
    : []
  const firsts = (await hasTable(connection, 'first_reading'))
    ? await write(
        'first',
        `SELECT s.* EXCLUDE (id), f.ts FROM (${firstReadings(plant, before)}) f JOIN series s ON s.id = f.series
         ORDER BY s.device, s.metric`,
      )
    : []
  const months = await write('month', `SELECT * FROM progress WHERE name = ${quoted(monthsOf(plant))}`)
  const rest = figures.files.filter((file) => file.plant !== plant || file.kind === 'point')
  return {
    ...figures,
    files: [...rest, ...points, ...alarms, ...changes, ...checkpoints, ...boundaries, ...firsts, ...months],
    kept: { ...figures.kept, [plant]: before },
    ...(await madeBy(connection)),
  }
}

/** False in a copy of a database that an older program has made. */
async function hasTable(connection: DuckDBConnection, table: 'boundary_state' | 'first_reading'): Promise<boolean> {
  const found = await connection.runAndReadAll(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND table_name = '${table}'`,
  )
  return found.currentRowCount > 0
}

/** Rules that made the points, as the progress of the engine has them. */
async function madeBy(connection: DuckDBConnection): Promise<Pick<FigureFileSet, 'made'>> {
  const [row] = (await connection.runAndReadAll(`SELECT content FROM progress WHERE name = 'kpi'`)).getRows()
  if (typeof row?.[0] !== 'string') return {}
  const { rules, factors, kept } = JSON.parse(row[0]) as Record<string, unknown>
  return rules === undefined ? {} : { made: { rules, factors, ...(kept === undefined ? {} : { kept }) } }
}

/**
 * Query for what became of alarms before an instant, and since of those that began before it, for servers that are filled again:
 * of more than one step can hold the newest.
 */
function changesOfAlarms(plant: string, toMs: number): string {
  const subject = `regexp_replace(id, '[.]-?[0-9]+$', '')`
  return `WITH begun AS (
      SELECT ${subject} AS subject, regexp_extract(content, '"firstMs":(-?[0-9]+)', 1)::BIGINT AS first_ms,
        lead(first_ms) OVER (PARTITION BY subject ORDER BY first_ms) AS next_ms
      FROM alarm WHERE plant = ${quoted(plant)}),
    known AS (
      SELECT c.* FROM alarm_change c WHERE c.plant = ${quoted(plant)} AND (c.at_ms < ${toMs} OR EXISTS (
        SELECT 1 FROM begun b WHERE b.first_ms < ${toMs} AND c.at_ms >= b.first_ms
          AND (b.next_ms IS NULL OR c.at_ms < b.next_ms)
          AND b.subject IN (c.rule || '.plant.' || c.id, c.rule || '.line.' || c.id, c.rule || '.device.' || c.id)))
      ORDER BY c.change DESC LIMIT ${STEP_ROWS_MAX})
    SELECT * FROM known ORDER BY change`
}

/** Writes the restatements that are not in files yet; the same figures when there are none. */
export async function keptRestatements(
  connection: DuckDBConnection,
  dir: string,
  sequence: number,
  known: FigureFileSet,
): Promise<FigureFileSet> {
  const [last] = (await connection.runAndReadAll('SELECT max(number)::DOUBLE FROM restatement')).getRows()
  const restatedTo = Number(last?.[0] ?? 0)
  if (restatedTo <= known.restatedTo) return known
  const figures = await merged(connection, dir, known)
  const name = nameOfFigures(sequence, NO_PLANT, 'restatement')
  const query = `SELECT * FROM restatement WHERE number > ${figures.restatedTo} ORDER BY number`
  const file = await writeParquet(connection, dir, name, query)
  const added: FigureFile[] = file === null ? [] : [{ ...file, kind: 'restatement', plant: NO_PLANT }]
  return { ...figures, files: [...figures.files, ...added], restatedTo }
}

/** Statements that put files of a kind into a database that has none of their rows, but has its series. */
export function restoringFigures(kind: FigureKind, dir: string, files: readonly FigureFile[]): readonly string[] {
  const source = readingParquet(dir, files)
  if (kind === 'alarm' || kind === 'restatement') return [`INSERT INTO ${kind} BY NAME SELECT * FROM ${source}`]
  if (kind === 'alarm_change') {
    const numbered = 'SELECT * REPLACE (row_number() OVER (ORDER BY at_ms, plant, change) AS change)'
    return [`INSERT INTO alarm_change BY NAME ${numbered} FROM ${source}`]
  }
  if (kind === 'month') return [`INSERT INTO progress BY NAME SELECT * FROM ${source}`]
  if (kind === 'point') {
    return [
      `INSERT INTO kpi_stream BY NAME SELECT (row_number() OVER (ORDER BY ${STREAM}) - 1)::INTEGER AS id, *
       FROM (SELECT DISTINCT ${STREAM} FROM ${source})`,
      `INSERT INTO kpi_point BY NAME
       SELECT s.id AS stream, f.* EXCLUDE (${STREAM}, change), row_number() OVER (ORDER BY f.start) AS change
       FROM (${newest(dir, files)}) f JOIN kpi_stream s USING (${STREAM})`,
    ]
  }
  const own = {
    first: 'INSERT INTO first_reading BY NAME SELECT s.id AS series, f.ts',
    checkpoint: 'INSERT INTO checkpoint BY NAME SELECT s.id AS series, f.day, f.from_ms, f.state',
    boundary:
      'INSERT INTO boundary_state BY NAME SELECT s.id AS series, f.from_ms, f.newest_ts, f.sampled_quarters, f.state',
  }
  return [
    `INSERT INTO series BY NAME
     SELECT ${NEXT_SERIES} AS id,
       plant, line, device, class, metric, unit
     FROM ${source} f ANTI JOIN series s USING (plant, device, metric)`,
    `${own[kind]} FROM ${source} f JOIN series s USING (plant, device, metric)`,
  ]
}

/** The plants of which days were let go whose figures are in no file, with the first day that is kept. */
export function missingFigures(
  figures: FigureFileSet,
  keptFrom: Readonly<Record<string, number>>,
): readonly { readonly plant: string; readonly before: number }[] {
  return Object.entries(keptFrom)
    .filter(([plant, day]) => (figures.kept[plant] ?? -Infinity) < day)
    .map(([plant, before]) => ({ plant, before }))
}

/** Merges the small files of a kind and plant of which there are too many. */
async function merged(connection: DuckDBConnection, dir: string, figures: FigureFileSet): Promise<FigureFileSet> {
  let { files } = figures
  for (const kind of ['point', 'restatement'] as const) {
    for (const plant of new Set(files.map((file) => file.plant))) {
      const taken = longestRun(files.filter((file) => file.kind === kind && file.plant === plant))
      const last = taken.at(-1)
      if (last === undefined || taken.length <= FILES_MAX) continue
      const rows = kind === 'point' ? newest(dir, taken) : `SELECT * FROM ${readingParquet(dir, taken)} ORDER BY number`
      const file = await writeParquet(connection, dir, nameOfMerged(last.name), rows)
      // In the place of the last one: what came after it comes after it still.
      files = files.flatMap((one) => {
        if (one === last) return file === null ? [] : [{ ...file, kind, plant }]
        return taken.includes(one) ? [] : [one]
      })
    }
  }
  return { ...figures, files }
}

/** The most small files that follow one another and that one step can hold. */
function longestRun(files: readonly FigureFile[]): readonly FigureFile[] {
  let longest: readonly FigureFile[] = []
  let run: FigureFile[] = []
  let rows = 0
  for (const file of files) {
    if (rows + file.rows > STEP_ROWS_MAX) {
      run = []
      rows = 0
    }
    run.push(file)
    rows += file.rows
    if (run.length > longest.length) longest = [...run]
  }
  return longest
}

/** Each window once, as it is in the last of the files; their names are in their order. */
export function newest(dir: string, files: readonly FigureFile[]): string {
  const source = readingParquet(dir, files, ', filename = true')
  return `SELECT * EXCLUDE (filename) FROM ${source}
    QUALIFY row_number() OVER (PARTITION BY ${STREAM}, start ORDER BY filename DESC) = 1
    ORDER BY ${STREAM}, start`
}
