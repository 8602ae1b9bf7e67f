import { saveProgress } from '../archive.js'
import type { Database } from '../database.js'
import { type Forgetting, type ForgettingsLeft, forgetAgain, forgetFiguresAgain } from '../forget.js'
import { FIGURE_KINDS, type FigureFile } from './figure-files.js'
import { restoringFigures } from './figures.js'
import type { RecordFile } from './files.js'
import { isReading, RECORD_KINDS, type RecordKind, restoring, rowsOfDay } from './kinds.js'
import type { RecordManifest } from './manifest.js'
import type { LastingRecord } from './record.js'
import { endedOf, goingOf } from './removal.js'

/** More rows of one plant and day are put back in several turns, so that memory does not grow with the plant. */
const TURN_ROWS_MAX = 1_000_000

/** A stop came while the database was rebuilt. */
export class RebuildStopped extends Error {}

/** One plant and day, with the files that hold a part of it. */
export interface RecordDay {
  readonly plant: string
  readonly day: number
  readonly files: RecordFile[]
  rows: number
}

/**
 * Fills an empty database with what the files of the record hold: afterwards it is as it was when the newest delta was cut, with
 * the KPI points of days that are not in it any more and without others; the journal behind the manifest's cursor is the
 * pipeline's to read. Files that are missing or damaged are left out and told by `record.problems`. Throws `RebuildStopped` when
 * `signal` is aborted.
 */
export async function rebuild(
  database: Database,
  record: LastingRecord,
  signal: AbortSignal,
  tell: (progress: string) => void,
): Promise<void> {
  const { manifest } = record
  const days = RECORD_KINDS.map((kind) => [kind, filesByDay(manifest, kind)] as const)
  const total = days.reduce((sum, [, list]) => sum + list.reduce((rows, day) => rows + day.rows, 0), 0)
  let done = 0
  for (const [kind, list] of days) {
    for (const day of list) {
      tell(`${done} of ${total} rows are back`)
      if (signal.aborted) throw new RebuildStopped('the gateway was stopped while its database was rebuilt')
      const whole: RecordFile[] = []
      for (const file of day.files) if (await record.isWhole(file)) whole.push(file)
      if (whole.length > 0) await restoreDay(database, record, kind, { ...day, files: whole })
      done += day.rows
    }
  }
  const whole = async (file: RecordFile | null | undefined) =>
    file != null && (await record.isWhole(file)) ? file : null
  const { progress, left } = progressOfFiles(manifest)
  const [senders, states] = [await whole(manifest.senders), await whole(manifest.states)]
  await database.transaction(async (connection) => {
    if (senders !== null) await connection.run(`INSERT INTO sender BY NAME SELECT * FROM ${record.source([senders])}`)
    if (states !== null) {
      await connection.run(`INSERT INTO decoder_state BY NAME SELECT * FROM ${record.source([states])}`)
    }
    if (progress !== null) await saveProgress(connection, 'journal', progress)
    await forgetAgain(connection, left)
    await saveProgress(connection, 'expired', manifest.expired)
  })
  await restoreFigures(database, record, left)
}

interface ForgetProgress {
  readonly forgetting?: readonly Forgetting[]
  readonly readingsForgotten?: number
}

/**
 * The progress of a manifest, brought to where its files are: orders that are over are no longer waiting, and what others have taken out
 * of the files since that progress was written counts as forgotten.
 */
function progressOfFiles(manifest: RecordManifest) {
  const saved = manifest.progress as ForgetProgress | null
  const { ended = [], going = [] } = manifest.removals ?? {}
  const seen = new Set([...ended, ...going].map(({ act }) => act))
  const failed = new Set([...ended.filter(({ failure }) => failure !== undefined), ...going].map(({ act }) => act))
  let { readingsForgotten = 0 } = saved ?? {}
  const waiting: Forgetting[] = []
  for (const order of saved?.forgetting ?? []) {
    const [over, under] = [endedOf(manifest, order), goingOf(manifest, order)]
    const { steps, readings } = over ?? under ?? { steps: 0, readings: 0 }
    readingsForgotten += readings - (order.done?.readings ?? 0)
    const range = order.done?.range ?? null
    if (over === undefined) waiting.push(under === undefined ? order : { ...order, done: { steps, readings, range } })
  }
  const isBehind = (saved?.forgetting ?? []).length > 0
  const progress = isBehind ? { ...saved, readingsForgotten, forgetting: waiting } : saved
  return { progress, left: { waiting, seen, failed } }
}

/** Puts back what the files know of days that were let go of. */
async function restoreFigures(database: Database, record: LastingRecord, left: ForgettingsLeft): Promise<void> {
  const whole: FigureFile[] = []
  for (const file of record.figures.files) if (await record.isWhole(file)) whole.push(file)
  await database.transaction(async (connection) => {
    for (const kind of FIGURE_KINDS) {
      const files = whole.filter((file) => file.kind === kind)
      if (files.length === 0) continue
      for (const statement of restoringFigures(kind, record.dir, files)) await connection.run(statement)
    }
    await forgetFiguresAgain(connection, left)
    const counted = await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM kpi_point WHERE NOT provisional')
    const finalPoints = Number(counted.getRows()[0]?.[0] ?? 0)
    const progress = { position: -1, watermarks: {}, versions: 0, finalPoints, ...record.figures.made }
    if (finalPoints > 0) await saveProgress(connection, 'kpi', progress)
  })
}

async function restoreDay(database: Database, record: LastingRecord, kind: RecordKind, day: RecordDay): Promise<void> {
  const source = record.source(day.files)
  const turns = isReading(kind) ? Math.ceil(day.rows / TURN_ROWS_MAX) : 1
  for (let turn = 0; turn < turns; turn++) {
    // Series by series, so that readings with one key come in one turn.
    const share = turns === 1 ? source : `(SELECT * FROM ${source} WHERE hash(device, metric) % ${turns} = ${turn})`
    const all = rowsOfDay(kind, share, day, true)
    const rows = rowsOfDay(kind, share, day, day.files.length === 1)
    await database.transaction(async (connection) => {
      for (const statement of restoring(kind, rows, all)) await connection.run(statement)
    })
  }
}

/** Files of a kind by day and plant, oldest first. */
export function filesByDay(manifest: RecordManifest, kind: RecordKind): readonly RecordDay[] {
  const days = new Map<string, RecordDay>()
  const add = (file: RecordFile, part: { plant: string; day: number; rows: number }) => {
    const key = `${part.plant}/${part.day}`
    const day = days.get(key) ?? { plant: part.plant, day: part.day, files: [], rows: 0 }
    day.files.push(file)
    day.rows += part.rows
    days.set(key, day)
  }
  for (const file of manifest.days) if (file.kind === kind) add(file, file)
  for (const file of manifest.deltas) if (file.kind === kind) for (const part of file.parts) add(file, part)
  return [...days.values()].sort((a, b) => a.day - b.day || (a.plant < b.plant ? -1 : 1))
}
