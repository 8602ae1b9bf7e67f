import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { UnfitData } from '../../base/unfit-data.js'
import { utcDayOf } from '../../base/utc-day.js'
import { positionOf } from '../../journal/cursor.js'
import { UNFINISHED } from '../../program/durable-file.js'
import { nextGeneration } from '../record/compaction.js'
import { NO_FIGURES } from '../record/figure-files.js'
import { type RecordFile, readingParquet, recordFileFault, writeParquet } from '../record/files.js'
import {
  inSeriesOrder,
  isOfDay,
  isReading,
  NO_PLANT,
  quoted,
  RECORD_KINDS,
  type RecordKind,
  rowsOfDay,
} from '../record/kinds.js'
import {
  type DayFile,
  filesOfManifest,
  manifestText,
  type RecordManifest,
  readManifest,
  writeManifest,
} from '../record/manifest.js'
import { nameOfDay, nameOfSenders, nameOfStates } from '../record/names.js'
import { filesByDay, type RecordDay } from '../record/rebuild.js'
import { joinedVersions, type KeptVersion } from './config-history.js'
import { type FiguresMove, movedFigures } from './figures.js'
import { FinishedFiles } from './finished.js'
import { movedRemovals, refuseWaiting } from './removals.js'

const MEMORY_LIMIT = '1GiB'
/** Places of segment 0, which no journal has: there lies what came from elsewhere. */
const PLACES_MAX = 2 ** 32 - 1

/** A record that is moved, or the part of it with some plants. */
export interface MovedPart {
  /** The folder `archive` of a data directory. */
  readonly dir: string
  counts(plant: string): boolean
}

export interface RecordMove {
  readonly parts: readonly MovedPart[]
  /** The folder `archive` of the data directory that takes them, with a record or without. */
  readonly to: string
  /** Makes what the pipeline saves with its place, out of that of the record that was there and of those that are moved. */
  progressOf(
    before: unknown,
    moved: readonly unknown[],
    figures: MoveFigures,
    cursor: RecordManifest['cursor'],
  ): unknown
  readonly signal: AbortSignal
  tell(doneRows: number, rows: number): void
}

export interface MoveFigures {
  readonly plants: readonly string[]
  readonly readings: number
  /** Readings that lost against another. */
  readonly conflicts: number
  readonly events: number
  /** Readings, those that lost included, by class. */
  readonly byClass: Readonly<Record<string, number>>
}

interface Opened extends MovedPart {
  readonly manifest: RecordManifest
}

/**
 * Brings the record of some plants into another data directory: readings, what lost against them, events, connections, acts,
 * facts of devices, what is known of senders, and the configurations of all time. Files are written beside what is there, and
 * count all together when the manifest is replaced; interrupted, the same call goes on.
 *
 * All rows keep their order of arrival. Their places are counted anew, in the segment 0 that no journal has: so they lie before
 * everything that the journal over there has brought or will bring.
 *
 * Throws `UnfitData` when a file is damaged, or a plant is there already.
 */
export async function moveRecord(move: RecordMove): Promise<MoveFigures> {
  const { to, signal } = move
  mkdirSync(to, { recursive: true })
  const opened = move.parts.map((part) => ({ ...part, manifest: readManifest(part.dir) }))
  const before = readManifest(to)
  refuseTwice(to, before, opened)
  refuseWaiting(opened)
  await refuseDamaged(opened)
  const finished = new FinishedFiles(to, fingerprintOf(before, opened))
  const temporary = join(to, `sorting${UNFINISHED}`)
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: MEMORY_LIMIT, temp_directory: temporary })
  try {
    const connection = await instance.connect()
    return await new Moving(move, opened, before, finished, connection).run(signal)
  } finally {
    instance.closeSync()
    rmSync(temporary, { recursive: true, force: true })
  }
}

class Moving {
  readonly #move: RecordMove
  readonly #parts: readonly Opened[]
  readonly #before: RecordManifest
  readonly #finished: FinishedFiles
  readonly #connection: DuckDBConnection

  constructor(
    move: RecordMove,
    parts: readonly Opened[],
    before: RecordManifest,
    finished: FinishedFiles,
    connection: DuckDBConnection,
  ) {
    this.#move = move
    this.#parts = parts
    this.#before = before
    this.#finished = finished
    this.#connection = connection
  }

  async run(signal: AbortSignal): Promise<MoveFigures> {
    const before = this.#before
    const { to } = this.#move
    const sequence = before.sequence + 1
    const versions = await this.#versions()
    const first = Math.max(await this.#lastMovedPlace(), 0) + versions.length + 1
    const last = await this.#countPlaces(first)
    if (last > PLACES_MAX) throw new UnfitData(`${last} journal records are too many: move the plants in several turns`)

    const days: DayFile[] = []
    const work = this.#parts.flatMap((part, number) =>
      RECORD_KINDS.flatMap((kind) => movedDays(part, kind).map((day) => ({ part, number, kind, day }))),
    )
    const total = work.reduce((sum, { day }) => sum + day.rows, 0)
    let done = 0
    for (const { part, number, kind, day } of work) {
      signal.throwIfAborted()
      const file = await this.#writeDay(part, number, kind, day)
      if (file !== null) days.push({ ...file, kind, plant: day.plant, day: day.day, generation: 1 })
      done += day.rows
      this.#move.tell(done, total)
    }
    const configs = await this.#writeConfigs(versions, first - versions.length)
    const figures = await this.#figures(days)
    const kept = await movedFigures(this.#figuresMove(sequence), this.#parts)
    const cursor = positionOf(before.cursor) > last ? before.cursor : { segment: 0, offset: last + 1, crc: 0 }
    const moved = this.#parts.map(({ manifest }) => manifest.progress)
    await writeManifest(to, {
      ...before,
      sequence,
      cursor,
      progress: this.#move.progressOf(before.progress, moved, figures, cursor),
      senders: await this.#writeSenders(sequence),
      states: await this.#writeStates(sequence),
      deltas: before.deltas.filter(({ kind }) => kind !== 'config'),
      days: [...before.days.filter(({ kind }) => kind !== 'config'), ...days, ...configs],
      expired: { readings: before.expired.readings, keptFrom: this.#keptFrom() },
      ...(kept === NO_FIGURES ? {} : { figures: kept }),
      ...movedRemovals(before, this.#parts, figures.plants),
    })
    this.#finished.forget()
    return figures
  }

  /** The last place that an earlier move has given in this record, -1 without one. */
  async #lastMovedPlace(): Promise<number> {
    let last = -1
    for (const kind of RECORD_KINDS) {
      const files = [...this.#before.days, ...this.#before.deltas].filter((file) => file.kind === kind)
      if (files.length === 0) continue
      const source = readingParquet(this.#move.to, files)
      const place = await this.#value(`SELECT max(position)::DOUBLE FROM ${source} WHERE position <= ${PLACES_MAX}`)
      if (typeof place === 'number') last = Math.max(last, place)
    }
    return last
  }

  /** Gives every journal record that brought something a place of its own, from `first` on; the last one given. */
  async #countPlaces(first: number): Promise<number> {
    await this.#connection.run('CREATE TABLE place (part INTEGER, old BIGINT, new BIGINT)')
    let last = first - 1
    for (const [number, part] of this.#parts.entries()) {
      const positions = RECORD_KINDS.flatMap((kind) => {
        const [days, plants] = [movedDays(part, kind), new Set<string>()]
        for (const { plant } of days) plants.add(plant)
        if (days.length === 0) return []
        const files = [...new Map(days.flatMap((day) => day.files).map((file) => [file.name, file])).values()]
        const from = `FROM ${readingParquet(part.dir, files)} WHERE plant IN (${[...plants].map(quoted).join(', ')})`
        return ['position', ...(kind === 'conflict' ? ['decided'] : [])].map((old) => `SELECT ${old} AS old ${from}`)
      })
      if (positions.length === 0) continue
      await this.#connection.run(`INSERT INTO place SELECT ${number}, old, ${last} + row_number() OVER (ORDER BY old)
        FROM (SELECT DISTINCT old FROM (${positions.join(' UNION ALL ')}))`)
      const newest = await this.#value(`SELECT coalesce(max(new), ${last})::DOUBLE FROM place`)
      last = newest as number
    }
    return last
  }

  async #writeDay(part: Opened, number: number, kind: RecordKind, day: RecordDay): Promise<RecordFile | null> {
    const name = nameOfDay(kind, day, 1)
    return this.#finished.file(name, () => {
      const rows = rowsOfDay(kind, readingParquet(part.dir, day.files), day, day.files.length === 1)
      const decided = kind === 'conflict' ? ', decided.new AS decided' : ''
      const also =
        kind === 'conflict' ? `JOIN place decided ON decided.part = ${number} AND decided.old = r.decided` : ''
      const moved = `SELECT r.* REPLACE (place.new AS position${decided})
        FROM (${rows}) r JOIN place ON place.part = ${number} AND place.old = r.position ${also}`
      return writeParquet(this.#connection, this.#move.to, name, inSeriesOrder(kind, `SELECT * FROM (${moved})`))
    })
  }

  /** The configurations of all records that there are afterwards, the one that takes them included. */
  async #versions() {
    const here = { dir: this.#move.to, manifest: this.#before, counts: () => true }
    const all: readonly Opened[] = [here, ...this.#parts]
    // A configuration may name plants that are none of this record's: those are as the record has them that holds them.
    const holders = new Map<string, Opened>()
    for (const part of all) for (const plant of plantsIn(part)) holders.set(plant, part)
    const pasts = []
    for (const part of all) {
      const { dir, manifest } = part
      const counts = (plant: string) => part.counts(plant) && (holders.get(plant) ?? part) === part
      const files = filesByDay(manifest, 'config').flatMap((day) => day.files)
      const one = new Map(files.map((file) => [file.name, file]))
      const rows =
        one.size === 0
          ? []
          : await this.#rows(
              `SELECT from_ms::DOUBLE, content FROM ${readingParquet(dir, [...one.values()])} ORDER BY position`,
            )
      const versions = rows.map(([fromMs, content]) => ({ fromMs, content }) as KeptVersion)
      pasts.push({ versions, counts })
    }
    return joinedVersions(pasts)
  }

  async #writeConfigs(versions: ReturnType<typeof joinedVersions>, first: number): Promise<DayFile[]> {
    await this.#connection.run('CREATE TABLE config (from_ms BIGINT, hash VARCHAR, content VARCHAR, position BIGINT)')
    for (const [i, { fromMs, hash, content }] of versions.entries()) {
      const row = [BigInt(fromMs), hash, content, BigInt(first + i)]
      await this.#connection.run('INSERT INTO config VALUES ($1, $2, $3, $4)', row)
    }
    const [kind, plant] = ['config', NO_PLANT] as const
    const days: DayFile[] = []
    for (const day of new Set(versions.map(({ fromMs }) => utcDayOf(fromMs)))) {
      const generation = nextGeneration(this.#before, { plant, day }, kind)
      const name = nameOfDay(kind, { plant, day }, generation)
      const rows = inSeriesOrder(kind, `SELECT * FROM config WHERE ${isOfDay(kind, { plant, day })}`)
      const file = await this.#finished.file(name, () => writeParquet(this.#connection, this.#move.to, name, rows))
      if (file !== null) days.push({ ...file, kind, plant, day, generation })
    }
    return days
  }

  /** Writes the senders of the plants that are moved, and those that were there. */
  async #writeSenders(sequence: number): Promise<RecordFile | null> {
    const { to } = this.#move
    const sources: string[] = []
    for (const { dir, manifest, counts } of this.#parts) {
      if (manifest.senders === null) continue
      const source = readingParquet(dir, [manifest.senders])
      const plants = (await this.#rows(`SELECT DISTINCT plant FROM ${source}`)).map(([plant]) => plant as string)
      sources.push(`SELECT * FROM ${source} WHERE plant IN (${['', ...plants.filter(counts)].map(quoted).join(', ')})`)
    }
    if (this.#before.senders !== null) sources.push(`SELECT * FROM ${readingParquet(to, [this.#before.senders])}`)
    const name = nameOfSenders(sequence)
    return this.#union(name, sources, (all) => all)
  }

  /**
   * Writes the states of the decoders. A state says not of which plant it is: each record gets all of it. Where several say
   * otherwise of one node, none is taken: the node is asked what it is called, as after a loss of messages.
   */
  async #writeStates(sequence: number): Promise<RecordFile | null> {
    const files = [...this.#parts, { dir: this.#move.to, manifest: this.#before }]
    const sources = files.flatMap(({ dir, manifest: { states } }) =>
      states == null ? [] : [`SELECT * FROM ${readingParquet(dir, [states])}`],
    )
    return this.#union(
      nameOfStates(sequence),
      sources,
      (all) =>
        `SELECT key, any_value(content) AS content FROM (${all}) GROUP BY key HAVING count(DISTINCT content) = 1`,
    )
  }

  async #union(name: string, sources: readonly string[], of: (all: string) => string): Promise<RecordFile | null> {
    if (sources.length === 0) return null
    const query = of(sources.join(' UNION ALL BY NAME '))
    return this.#finished.file(name, () => writeParquet(this.#connection, this.#move.to, name, query))
  }

  async #figures(days: readonly DayFile[]): Promise<MoveFigures> {
    const rowsOf = (kind: RecordKind) => days.reduce((sum, file) => sum + (file.kind === kind ? file.rows : 0), 0)
    const readings = days.filter((file) => isReading(file.kind))
    const counted =
      readings.length === 0
        ? []
        : await this.#rows(
            `SELECT class, count(*)::DOUBLE FROM ${readingParquet(this.#move.to, readings)} GROUP BY ALL`,
          )
    return {
      plants: [...new Set(days.map(({ plant }) => plant))].sort(),
      readings: rowsOf('reading'),
      conflicts: rowsOf('conflict'),
      events: rowsOf('event'),
      byClass: Object.fromEntries(counted) as Record<string, number>,
    }
  }

  #figuresMove(sequence: number): FiguresMove {
    return {
      connection: this.#connection,
      to: this.#move.to,
      before: this.#before.figures,
      sequence,
      file: (name, make) => this.#finished.file(name, make),
    }
  }

  #keptFrom(): Readonly<Record<string, number>> {
    const moved = this.#parts.flatMap(({ manifest, counts }) =>
      Object.entries(manifest.expired.keptFrom).filter(([plant]) => counts(plant)),
    )
    return { ...this.#before.expired.keptFrom, ...Object.fromEntries(moved) }
  }

  async #value(query: string): Promise<unknown> {
    return (await this.#rows(query))[0]?.[0]
  }

  async #rows(query: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.#connection.runAndReadAll(query)).getRows()
  }
}

/** Days of a kind that are moved. Configurations belong to no plant: they are joined. */
function movedDays({ manifest, counts }: Opened, kind: RecordKind): readonly RecordDay[] {
  return kind === 'config' ? [] : filesByDay(manifest, kind).filter(({ plant }) => counts(plant))
}

/** Plants of which the part holds anything. */
function plantsIn(part: Opened): ReadonlySet<string> {
  return new Set(RECORD_KINDS.flatMap((kind) => movedDays(part, kind).map(({ plant }) => plant)))
}

function refuseTwice(to: string, before: RecordManifest, parts: readonly Opened[]): void {
  const there = new Map<string, string>()
  for (const plant of plantsIn({ dir: to, manifest: before, counts: () => true })) there.set(plant, to)
  for (const part of parts) {
    for (const plant of plantsIn(part)) {
      const where = there.get(plant)
      if (where !== undefined) {
        throw new UnfitData(
          `${plant} of ${part.dir} is in ${where} as well: nothing was moved; leave it out with --plants, or name another folder`,
        )
      }
      there.set(plant, part.dir)
    }
  }
}

/** Throws when a file is damaged: what is lost here would be missing over there without a word. */
async function refuseDamaged(parts: readonly Opened[]): Promise<void> {
  for (const { dir, manifest, counts } of parts) {
    for (const file of filesOfManifest(manifest)) {
      if ('plant' in file && (file as DayFile).kind !== 'config' && !counts((file as DayFile).plant)) continue
      const fault = await recordFileFault(dir, file)
      if (fault !== '') {
        throw new UnfitData(`${join(dir, file.name)} ${fault}: restore it from a backup; nothing was moved`)
      }
    }
  }
}

/** The same for the same move of the same records. */
function fingerprintOf(before: RecordManifest, parts: readonly Opened[]): string {
  const hash = createHash('sha256').update(manifestText(before))
  for (const part of parts) {
    hash.update(`${manifestText(part.manifest)}\n${[...plantsIn(part)].sort().join(' ')}\n`)
  }
  return hash.digest('hex')
}
