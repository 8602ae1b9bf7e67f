import { relative } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Database } from '../database.js'
import { type Forgetting, forgettingKey } from '../forget.js'
import { nextGeneration } from './compaction.js'
import { type RecordFile, readingParquet, recordFileFault, writeParquet } from './files.js'
import { cameFrom, cameNotFrom, dayOf, inSeriesOrder, rowsOfDay } from './kinds.js'
import {
  type DayFile,
  type DayOfKind,
  type DeltaFile,
  type EndedRemoval,
  type GoingRemoval,
  isSameDay,
  NO_REMOVALS,
  type RecordManifest,
  type RecordRemovals,
} from './manifest.js'
import { nameOfDay, nameOfDelta } from './names.js'
import type { LastingRecord } from './record.js'
import type { TouchedDay } from './removal-search.js'

/** Takes rows that a person has removed out of the files of the record, a kind and day at a time, by new files in the place of those that hold them. */

/** The note on an order that is under way; undefined before its first day. */
export function goingOf({ removals = NO_REMOVALS }: RecordManifest, order: Forgetting): GoingRemoval | undefined {
  const key = forgettingKey(order)
  return removals.going.find(({ act }) => act === key)
}

/** The note on an order that is over; undefined while it is not. */
export function endedOf({ removals = NO_REMOVALS }: RecordManifest, order: Forgetting): EndedRemoval | undefined {
  const key = forgettingKey(order)
  return removals.ended.find(({ act }) => act === key)
}

/** Writes the files of a day without the rows of an order beside those that count, and notes which these are. */
export async function noteRemoval(
  record: LastingRecord,
  database: Pick<Database, 'write'>,
  order: Forgetting,
  { kind, plant, day, holders }: TouchedDay,
): Promise<void> {
  await record.change(async (manifest) => {
    const made = await database.write((connection) => filesWithout(connection, record.dir, manifest, order, holders))
    const replaced = holders.map(({ name }) => name)
    const note = { act: forgettingKey(order), kind, plant, day, replaced, made }
    return { next: withRemovals(manifest, (removals) => ({ ...removals, note })), made }
  })
}

async function filesWithout(
  connection: DuckDBConnection,
  dir: string,
  manifest: RecordManifest,
  order: Forgetting,
  holders: readonly DayFile[],
): Promise<readonly DayFile[]> {
  const made: DayFile[] = []
  for (const old of holders) {
    const { kind } = old
    const generation = nextGeneration({ ...manifest, days: [...manifest.days, ...made] }, old, kind)
    const rows = `SELECT * FROM ${readingParquet(dir, [old])} WHERE ${cameNotFrom(order)}`
    const file = await writeParquet(connection, dir, nameOfDay(kind, old, generation), inSeriesOrder(kind, rows))
    if (file !== null) made.push({ ...old, ...file, generation })
  }
  return made
}

/**
 * Takes the note back, with the files that were made for it: nothing was touched.
 * @param isTold the ledger knows the new files and not the old ones: then it is these that go
 */
export async function dropNote(record: LastingRecord, isTold = false): Promise<void> {
  await record.change(async (manifest) => {
    const days = isTold ? daysBehind(manifest) : manifest.days
    return { next: withRemovals({ ...manifest, days }, withoutNote), made: [] }
  })
}

/** Files of days with those of the note in the place of those that hold the rows. */
function daysBehind({ days, removals }: RecordManifest): readonly DayFile[] {
  const { replaced = [], made = [] } = removals?.note ?? {}
  return [...days.filter(({ name }) => !replaced.includes(name)), ...made]
}

/**
 * Puts what the note has into the place of the files of its day that hold rows of the order, and takes the same rows out of deltas;
 * without a note, of a day of which only deltas hold some, the latter alone. Afterwards no file that can be used has any of that day. The database has to follow.
 */
export async function takeDayOut(
  record: LastingRecord,
  database: Pick<Database, 'write'>,
  order: Forgetting,
  passed: DayOfKind,
): Promise<void> {
  const { kind, plant, day } = passed
  await record.change(async (manifest) => {
    const { dir } = record
    const deltas = manifest.deltas.filter((delta) => delta.kind === kind && !record.isUnusable(delta.name))
    const files = manifest.days.filter((file) => isSameDay(file, passed) && !record.isUnusable(file.name))
    const { readings, written } = await database.write(async (connection) => {
      const holders = await deltasWith(connection, record, order, { day, deltas })
      const sources: readonly (DayFile | DeltaFile)[] = [...files, ...holders]
      const counted = (whole: typeof sources) => standing(connection, dir, order, { day, sources: whole })
      return {
        readings: kind === 'reading' ? await ofWhole(record, sources, counted) : 0,
        written: await deltasWithout(connection, dir, manifest.sequence, order, { day, deltas: holders }),
      }
    })
    const days = daysBehind(manifest)
    const next = {
      ...manifest,
      sequence: manifest.sequence + written.size,
      days,
      deltas: manifest.deltas.flatMap((delta) => {
        const now = written.get(delta.name)
        return now === undefined ? [delta] : now === null ? [] : [now]
      }),
    }
    const of = { kind, plant, day }
    const without = (removals: RecordRemovals) => withStep(withoutNote(removals), order, of, readings)
    return {
      next: withRemovals({ ...next, removals: withGeneration(manifest, days, of) }, without),
      made: [...written.values()].flatMap((file) => file ?? []),
    }
  })
}

/** Deltas that hold rows of the order on a day, be it that the day was taken out of them already; those that are damaged are left. */
async function deltasWith(
  connection: DuckDBConnection,
  record: LastingRecord,
  order: Forgetting,
  { day, deltas }: { readonly day: number; readonly deltas: readonly DeltaFile[] },
): Promise<readonly DeltaFile[]> {
  return ofWhole(record, deltas, (whole) => searched(connection, record.dir, order, { day, deltas: whole }))
}

/** Reads files; where that fails, those of them that are whole. */
async function ofWhole<F extends RecordFile, T>(
  record: LastingRecord,
  files: readonly F[],
  read: (files: readonly F[]) => Promise<T>,
): Promise<T> {
  try {
    return await read(files)
  } catch (error) {
    const whole: F[] = []
    // One may have gone bad since it was found whole.
    for (const file of files) if ((await recordFileFault(record.dir, file)) === '') whole.push(file)
    if (whole.length === files.length) throw error
    return read(whole)
  }
}

async function searched(
  connection: DuckDBConnection,
  dir: string,
  order: Forgetting,
  { day, deltas }: { readonly day: number; readonly deltas: readonly DeltaFile[] },
): Promise<readonly DeltaFile[]> {
  const [first] = deltas
  if (first === undefined) return []
  const source = readingParquet(dir, deltas, ', filename = true')
  const goes = `${cameFrom(order)} AND ${dayOf(first.kind)} = ${day}`
  const found = await connection.runAndReadAll(`SELECT DISTINCT filename FROM ${source} WHERE ${goes}`)
  const names = new Set(found.getRows().map(([path]) => relative(dir, String(path))))
  return deltas.filter(({ name }) => names.has(name))
}

/** Counts the readings of the order that stand in files of a day: of those with one key the one that came last. */
async function standing(
  connection: DuckDBConnection,
  dir: string,
  order: Forgetting,
  { day, sources }: { readonly day: number; readonly sources: readonly (DayFile | DeltaFile)[] },
): Promise<number> {
  if (sources.length === 0) return 0
  const { plant } = order
  const rows = rowsOfDay('reading', readingParquet(dir, sources), { plant, day }, false)
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${rows}) WHERE ${cameFrom(order)}`)
  return Number(counted.getRows()[0]?.[0] ?? 0)
}

/** Writes deltas without the rows of an order on a day, by the name of the old one; null where nothing is left. */
async function deltasWithout(
  connection: DuckDBConnection,
  dir: string,
  sequence: number,
  order: Forgetting,
  { day, deltas }: { readonly day: number; readonly deltas: readonly DeltaFile[] },
): Promise<ReadonlyMap<string, DeltaFile | null>> {
  const written = new Map<string, DeltaFile | null>()
  for (const old of deltas) {
    const { kind } = old
    const goes = `${cameFrom(order)} AND ${dayOf(kind)} = ${day}`
    const source = readingParquet(dir, [old])
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source} WHERE ${goes}`)
    const gone = Number(counted.getRows()[0]?.[0] ?? 0)
    const parts = old.parts
      .map((part) => (part.plant === order.plant && part.day === day ? { ...part, rows: part.rows - gone } : part))
      .filter(({ rows }) => rows > 0)
    const name = nameOfDelta(sequence + written.size + 1, kind)
    const rows = `SELECT * FROM ${source} WHERE (${goes}) IS NOT TRUE`
    const file = parts.length === 0 ? null : await writeParquet(connection, dir, name, rows)
    written.set(old.name, file === null ? null : { ...old, ...file, parts })
  }
  return written
}

/** Notes that an order is over. @param failure reason why something stayed; absent when all is gone */
export async function endRemoval(record: LastingRecord, order: Forgetting, failure?: string): Promise<void> {
  await record.change(async (manifest) => {
    const act = forgettingKey(order)
    const { steps = 0, readings = 0 } = goingOf(manifest, order) ?? {}
    const { plant, atMs = 0 } = order
    const ended = { act, plant, atMs, steps, readings, ...(failure !== undefined && { failure }) }
    const next = withRemovals(manifest, (removals) => ({
      ...removals,
      ended: [...removals.ended, ended],
      going: removals.going.filter((one) => one.act !== act),
    }))
    return { next, made: [] }
  })
}

function withRemovals(manifest: RecordManifest, change: (removals: RecordRemovals) => RecordRemovals): RecordManifest {
  return { ...manifest, removals: change(manifest.removals ?? NO_REMOVALS) }
}

function withoutNote({ note: _, ...removals }: RecordRemovals): RecordRemovals {
  return removals
}

function withStep(removals: RecordRemovals, order: Forgetting, last: DayOfKind, readings: number): RecordRemovals {
  const act = forgettingKey(order)
  const before = removals.going.find((one) => one.act === act)
  const now = { act, last, steps: (before?.steps ?? 0) + 1, readings: (before?.readings ?? 0) + readings }
  return { ...removals, going: [...removals.going.filter((one) => one !== before), now] }
}

/** Removals with the newest generation that a day has had, where no file of it is left that has it. */
function withGeneration(before: RecordManifest, days: readonly DayFile[], of: DayOfKind): RecordRemovals {
  const removals = before.removals ?? NO_REMOVALS
  const generation = nextGeneration(before, of, of.kind) - 1
  const isHad = days.some((file) => isSameDay(file, of) && file.generation >= generation)
  const others = removals.generations.filter((one) => !isSameDay(one, of))
  return { ...removals, generations: isHad || generation < 1 ? others : [...others, { ...of, generation }] }
}
