import { readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { NewerFormat } from '../../base/unfit-data.js'
import { type Cursor, positionOf } from '../../journal/cursor.js'
import { nodeDisk } from '../../journal/disk.js'
import { UNFINISHED } from '../../program/durable-file.js'
import type { Database } from '../database.js'
import { type Compaction, compacted, nextCompaction, nextGeneration } from './compaction.js'
import { type FigureFileSet, NO_FIGURES } from './figure-files.js'
import { keptFigures, keptRestatements } from './figures.js'
import { fileSizeOf, isOfDisk, type RecordFile, readingParquet, recordFileFault, writeParquet } from './files.js'
import {
  inSeriesOrder,
  isOfDay,
  isReading,
  partsOfFile,
  RECORD_KINDS,
  type RecordKind,
  rowsBetween,
  rowsOfDay,
} from './kinds.js'
import {
  type DayFile,
  type DayPart,
  type DeltaFile,
  EMPTY,
  type Expired,
  filesOfManifest,
  type RecordManifest,
  readManifest,
  writeManifest,
} from './manifest.js'
import { type MissingFigures, missingText, readMissing, writeMissing } from './missing.js'
import { nameOfDay, nameOfDelta, nameOfSenders, nameOfStates } from './names.js'
import { bringWords, WORDS_SCHEMA } from './words.js'

/** A manifest, and the files that were written for it. */
export interface ManifestChange {
  readonly next: RecordManifest
  readonly made: readonly RecordFile[]
}

/** So many readings of a day that is over become a file of that day at once; fewer wait in a delta for more of them. */
const MANY_ROWS = 50_000

/**
 * The lasting record behind the journal: immutable Parquet files, and a manifest that says which of them count.
 *
 *     archive/manifest.json                                    the commit point, replaced as a whole
 *             deltas/00000012-reading.parquet                  what one range of the journal came to
 *             reading/plant=suzhou-1/day=2026-11-24/gen-1.parquet   one plant and day of event time (UTC), compacted
 *             senders/00000012.parquet                         the devices as the newest delta left them
 *             states/00000012.parquet                          what the decoder remembered then
 *             figures/plant=suzhou-1/00000013-point.parquet    KPI points of days whose readings were let go of
 *
 * A file is written under another name, synced, renamed, and its folder synced; then the manifest names it; only then
 * may what it takes the place of be deleted, be it segments of the journal, deltas, or smaller generations. No file
 * that the manifest names is ever written to: late readings make a delta, and later a further generation.
 */
export class LastingRecord {
  readonly dir: string
  #manifest: RecordManifest
  /** Keyed by name: what is wrong with files that cannot be used. */
  readonly #faults = new Map<string, string>()
  /** Files whose checksum was found right since the start. */
  readonly #verified = new Set<string>()
  /** A commit of which the disk has refused a part. */
  #unfinished: { readonly next: RecordManifest; readonly made: readonly RecordFile[] } | null = null
  /** Figures that nobody has any more. */
  #missing: readonly MissingFigures[]
  /** Damage of the record as a whole, '' when there is none. */
  #damage = ''

  private constructor(dir: string, manifest: RecordManifest) {
    this.dir = dir
    this.#manifest = manifest
    this.#missing = readMissing(dirname(dir))
  }

  /**
   * Reads the manifest, looks for files that are missing, and removes what no manifest names. A folder whose manifest
   * cannot be read is set aside: a new record is begun, and `problems` says so.
   */
  static async open(dir: string, nowMs: number): Promise<LastingRecord> {
    // The journal is trimmed on the word of what lies in here: the folder itself has to be durable too.
    nodeDisk.makeDirectory(dir)
    let record: LastingRecord
    try {
      record = new LastingRecord(dir, readManifest(dir))
    } catch (error) {
      // A disk that refuses to read it says nothing against it.
      if (error instanceof NewerFormat || isOfDisk(error)) throw error
      return setAside(dir, nowMs, error instanceof Error ? error.message : String(error))
    }
    // Files of the very first cut may stand there without one: it was killed before its manifest.
    const hasHistory = parquetIn(dir).some((name) => !name.includes('/00000001'))
    if (record.#manifest === EMPTY && hasHistory)
      return setAside(dir, nowMs, `${join(dir, 'manifest.json')} is missing`)
    await record.#look()
    return record
  }

  get manifest(): RecordManifest {
    return this.#manifest
  }

  /** Everything before this journal position is in the files. */
  get position(): number {
    return positionOf(this.#manifest.cursor)
  }

  /** Problems of the record, one sentence each, with what to do about it. */
  get problems(): readonly string[] {
    const remedy =
      'the rest is used; put the file back from a backup, and delete archive.duckdb while the gateway is stopped, so that it is read again'
    const faults = [...this.#faults].map(([name, fault]) => `${join(this.dir, name)} ${fault}: ${remedy}`)
    const missing = missingText(dirname(this.dir), this.#missing)
    return [...(this.#damage === '' ? [] : [this.#damage]), ...missing, ...faults]
  }

  isUnusable = (name: string): boolean => this.#faults.has(name)

  /** True when a file is as it was written; reads all of it the first time. */
  async isWhole(file: RecordFile): Promise<boolean> {
    if (this.#verified.has(file.name)) return true
    const fault = await recordFileFault(this.dir, file)
    if (fault === '') this.#verified.add(file.name)
    else this.#faults.set(file.name, fault)
    return fault === ''
  }

  /** Files as a query reads them. */
  source(files: readonly RecordFile[]): string {
    return readingParquet(this.dir, files)
  }

  /**
   * Writes what the journal brought between the last cut and `cursor`, up to which the database must be committed.
   * Afterwards the journal before `cursor` is not needed any more. `manyRows` and more readings of a day before
   * `runningDay` go straight into a file of that day; everything else goes into a delta.
   */
  async cut(
    database: Database,
    cursor: Cursor,
    progress: unknown,
    { runningDay = -Infinity, manyRows = MANY_ROWS } = {},
  ): Promise<void> {
    await this.#finish()
    const range = { from: this.position, to: positionOf(cursor) }
    const before = this.#manifest
    const sequence = before.sequence + 1
    const deltas: DeltaFile[] = []
    const days: DayFile[] = []
    const { senders, states, figures } = await database.write(async (connection) => {
      const parts = await partsIn(connection, 'reading', `(${rowsBetween('reading', range.from, range.to)})`)
      const areMany = rowsOf(parts) >= manyRows
      if (areMany) await bringWords(connection)
      const words = areMany ? WORDS_SCHEMA : ''
      // Files that a first cut leaves when it is killed must be known for its own by their names.
      const straight = parts.filter(({ day, rows }) => before !== EMPTY && day < runningDay && rows >= manyRows)
      for (const part of straight) days.push(await this.#cutDay(connection, range, part))
      for (const kind of RECORD_KINDS) {
        if (kind === 'reading' && straight.length === parts.length) continue
        const all = rowsBetween(kind, range.from, range.to, words)
        const rows =
          kind === 'reading' ? [all, ...straight.map((part) => `NOT (${isOfDay(kind, part)})`)].join(' AND ') : all
        const file = await writeParquet(connection, this.dir, nameOfDelta(sequence, kind), rows)
        if (file === null) continue
        deltas.push({ ...file, kind, parts: await partsIn(connection, kind, this.source([file])) })
      }
      const written = [...days, ...deltas.filter(({ kind }) => kind === 'reading')]
      if (rowsOf(written) !== rowsOf(parts)) {
        throw new Error(
          `the archive's files would have ${rowsOf(written)} of ${rowsOf(parts)} readings; the journal keeps all`,
        )
      }
      return {
        senders: await writeParquet(connection, this.dir, nameOfSenders(sequence), 'SELECT * FROM sender'),
        states: await writeParquet(connection, this.dir, nameOfStates(sequence), 'SELECT * FROM decoder_state'),
        figures: await keptRestatements(connection, this.dir, sequence, this.figures),
      }
    })
    await this.#become({
      ...before,
      sequence,
      cursor,
      progress,
      senders,
      states,
      ...(figures === NO_FIGURES ? {} : { figures }),
      deltas: [...before.deltas, ...deltas],
      days: [...before.days, ...days],
    })
  }

  /**
   * Compacts while there is time, at least one file; false when nothing is left. Days before `runningDay` are over; a file
   * of a day is merged into another only when it `mayGo`.
   */
  async compact(
    database: Database,
    runningDay: number,
    isTimeLeft: () => boolean,
    mayGo: (file: DayFile) => boolean = () => true,
  ): Promise<boolean> {
    await this.#finish()
    let next = this.#manifest
    const made: DayFile[] = []
    let isMore = true
    do {
      const step = nextCompaction(next, runningDay, this.isUnusable, mayGo)
      if (step === null) isMore = false
      else if (await this.#areWhole([...step.deltas, ...step.merged])) {
        const file = await this.#writeDay(database, step)
        if (file !== null) made.push(file)
        next = compacted(next, step, file)
      }
    } while (isMore && isTimeLeft())
    if (next !== this.#manifest) await this.#become(next, made)
    return isMore
  }

  /** Figures of what was let go of, which only the database would know otherwise. */
  get figures(): FigureFileSet {
    return this.#manifest.figures ?? NO_FIGURES
  }

  /** Writes what is known of the days of a plant before one: afterwards their readings may go. */
  async keepFigures(
    database: Pick<Database, 'write'>,
    of: { readonly plant: string; readonly before: number },
  ): Promise<void> {
    await this.#finish()
    const sequence = this.#manifest.sequence + 1
    const kept = await database.write((connection) => keptFigures(connection, this.dir, sequence, this.figures, of))
    await this.#become({ ...this.#manifest, sequence, figures: kept })
  }

  /** Writes the restatements that are in no file yet; a cut does so too. */
  async keepRestatements(database: Pick<Database, 'write'>): Promise<void> {
    await this.#finish()
    const sequence = this.#manifest.sequence + 1
    const kept = await database.write((connection) => keptRestatements(connection, this.dir, sequence, this.figures))
    if (kept !== this.figures) await this.#become({ ...this.#manifest, sequence, figures: kept })
  }

  /** Notes which figures nobody has any more: it is told until the note is deleted. */
  async noteMissing(missing: readonly MissingFigures[]): Promise<void> {
    if (missing.length === 0) return
    this.#missing = missing
    await writeMissing(dirname(this.dir), missing)
  }

  /** Lets go of days that the database has let go of already. */
  async expire(expired: Expired): Promise<void> {
    await this.#finish()
    const isKept = (part: { kind: RecordKind; plant: string; day: number }) =>
      !isReading(part.kind) || part.day >= (expired.keptFrom[part.plant] ?? -Infinity)
    const { days, deltas, removals } = this.#manifest
    await this.#become({
      ...this.#manifest,
      expired,
      ...(removals !== undefined && { removals: { ...removals, generations: removals.generations.filter(isKept) } }),
      days: days.filter(isKept),
      deltas: deltas
        .map((delta) => ({ ...delta, parts: delta.parts.filter((part) => isKept({ kind: delta.kind, ...part })) }))
        .filter((delta) => delta.parts.length > 0),
    })
  }

  /** Makes the record what `work` has made of its manifest, with the files that it wrote for that. */
  async change(work: (manifest: RecordManifest) => Promise<ManifestChange>): Promise<void> {
    await this.#finish()
    const { next, made } = await work(this.#manifest)
    await this.#become(next, made)
  }

  /** Says that something is wrong with the record as a whole. */
  complain(reason: string): void {
    this.#damage = reason
  }

  /** The file of a day that is over, of what a range of the journal brought of it. */
  async #cutDay(
    connection: DuckDBConnection,
    range: { readonly from: number; readonly to: number },
    part: DayPart,
  ): Promise<DayFile> {
    const kind = 'reading'
    const rows = `${rowsBetween(kind, range.from, range.to, WORDS_SCHEMA)} AND ${isOfDay(kind, part)}`
    const generation = nextGeneration(this.#manifest, part, kind)
    // As texts: of enumerations a file does not say which of them a row group has, and those are looked for.
    const sorted = `SELECT * REPLACE (device::VARCHAR AS device, metric::VARCHAR AS metric) FROM (${inSeriesOrder(kind, rows)})`
    const file = await writeParquet(connection, this.dir, nameOfDay(kind, part, generation), sorted)
    if (file === null) throw new Error(`the readings of day ${part.day} of ${part.plant} are not there any more`)
    this.#verified.add(file.name)
    return { ...file, kind, plant: part.plant, day: part.day, generation }
  }

  async #writeDay(database: Database, step: Compaction): Promise<DayFile | null> {
    const { kind, plant, day, generation } = step
    const inputs = [...step.deltas, ...step.merged]
    const name = nameOfDay(kind, step, generation)
    const rows = inSeriesOrder(kind, rowsOfDay(kind, this.source(inputs), step, inputs.length === 1))
    const file = await database.write((connection) => writeParquet(connection, this.dir, name, rows))
    if (file !== null) this.#verified.add(name)
    return file === null ? null : { ...file, kind, plant, day, generation }
  }

  async #areWhole(files: readonly RecordFile[]): Promise<boolean> {
    let isWhole = true
    for (const file of files) isWhole = (await this.isWhole(file)) && isWhole
    return isWhole
  }

  /**
   * Does once more the commit that the disk has refused, before anything else gets a name: the manifest on the disk may be the
   * new one, and files that it names are not to be written again.
   */
  async #finish(): Promise<void> {
    if (this.#unfinished !== null) await this.#become(this.#unfinished.next, this.#unfinished.made)
  }

  /** The commit point, and then what it has made superfluous. */
  async #become(next: RecordManifest, made: readonly RecordFile[] = []): Promise<void> {
    const kept = new Set(filesOfManifest(next).map((file) => file.name))
    const gone = [...filesOfManifest(this.#manifest), ...made].filter((file) => !kept.has(file.name))
    const superfluous = gone.map(({ name, bytes, sha256, rows }) => ({ name, bytes, sha256, rows }))
    const manifest = { ...next, superfluous }
    this.#unfinished = { next, made }
    await writeManifest(this.dir, manifest)
    this.#unfinished = null
    this.#manifest = manifest
    for (const { name } of gone) {
      rmSync(join(this.dir, name), { force: true })
      this.#verified.delete(name)
      this.#faults.delete(name)
    }
  }

  /** Notes files that are missing or of another size, and removes those that the manifest does not name. */
  async #look(): Promise<void> {
    const named = new Set<string>()
    for (const file of filesOfManifest(this.#manifest)) {
      named.add(file.name)
      const bytes = await fileSizeOf(join(this.dir, file.name))
      if (bytes === null) this.#faults.set(file.name, 'is missing')
      else if (bytes !== file.bytes) this.#faults.set(file.name, `has ${bytes} instead of ${file.bytes} bytes`)
    }
    // A kill may have left them: see `isLeftOver`.
    for (const name of parquetIn(this.dir)) if (!named.has(name)) rmSync(join(this.dir, name))
  }
}

function rowsOf(counted: readonly { readonly rows: number }[]): number {
  return counted.reduce((sum, { rows }) => sum + rows, 0)
}

/** Counts the rows that a source has of each plant and day. */
async function partsIn(connection: DuckDBConnection, kind: RecordKind, source: string): Promise<DayPart[]> {
  const parts = await connection.runAndReadAll(partsOfFile(kind, source))
  return parts.getRows().map(([plant, day, rows]) => ({ plant, day, rows }) as DayPart)
}

function parquetIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.parquet') || entry.name.endsWith(UNFINISHED)))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
}

async function setAside(dir: string, nowMs: number, why: string): Promise<LastingRecord> {
  const to = join(dirname(dir), `archive.broken-${nowMs}`)
  renameSync(dir, to)
  const record = await LastingRecord.open(dir, nowMs)
  record.complain(
    `the record could not be used (${why}); it was set aside as ${to} and is being written again from the database`,
  )
  return record
}
