import { relative } from 'node:path'
import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api'
import type { Database } from '../database.js'
import { readingParquet, recordFileFault } from './files.js'
import { cameFrom, dayOf, kindsSentBy, type RecordKind, type SentRows } from './kinds.js'
import type { DayFile, DayOfKind, DeltaFile } from './manifest.js'
import type { LastingRecord } from './record.js'

/** Files that are searched at once, a fraction of a second. */
const FILES_MAX = 64

/** Thrown when an order cannot be carried out, however often it is tried. */
export class RemovalFailed extends Error {}

/** A kind and day of which files hold rows that are to go. */
export interface TouchedDay extends DayOfKind {
  /** All files of the day, in the order of their generations. */
  readonly files: readonly DayFile[]
  /** Files among them that hold such rows, and deltas that do. */
  readonly holders: readonly DayFile[]
  readonly deltas: readonly DeltaFile[]
}

interface SearchedFile {
  readonly kind: RecordKind
  readonly file: DayFile | DeltaFile
}

/** Finds the files of the record that hold rows of an order. Files never change, so each is searched once. */
export class RemovalSearch {
  readonly #record: LastingRecord
  readonly #order: SentRows
  /** Days of which a file holds such rows, by its name. */
  readonly #daysIn = new Map<string, readonly number[]>()

  constructor(record: LastingRecord, order: SentRows) {
    this.#record = record
    this.#order = order
  }

  /** Searches some of the files that were not searched yet; true when none is left. Throws `RemovalFailed` at one that cannot be used. */
  async step(database: Pick<Database, 'write'>): Promise<boolean> {
    const waiting = this.#files().filter(({ file }) => !this.#daysIn.has(file.name))
    const [first] = waiting
    if (first === undefined) return true
    const { kind } = first
    const files = waiting.filter((one) => one.kind === kind).slice(0, FILES_MAX)
    for (const { file } of files) if (this.#record.isUnusable(file.name)) throw unusable(file.name)
    const names = files.map(({ file }) => file)
    const source = readingParquet(this.#record.dir, names, ', filename = true')
    const sql = `SELECT filename, list(DISTINCT ${dayOf(kind)}) FROM ${source} WHERE ${cameFrom(this.#order)} GROUP BY filename`
    const rows = await database
      .write(async (connection) => (await connection.runAndReadAll(sql)).getRows())
      .catch(async (error: unknown) => {
        for (const file of names) if ((await recordFileFault(this.#record.dir, file)) !== '') throw unusable(file.name)
        throw error
      })
    const found = new Map(rows.map(([path, days]) => [relative(this.#record.dir, String(path)), daysOf(days)]))
    for (const { name } of names) this.#daysIn.set(name, found.get(name) ?? [])
    return files.length === waiting.length
  }

  /** Days of which files hold such rows, oldest first; all of them once `step` has said that no file is left. */
  touched(): readonly TouchedDay[] {
    const { plant } = this.#order
    const { manifest } = this.#record
    const byKey = new Map<string, DayOfKind>()
    for (const { kind, file } of this.#files()) {
      for (const day of this.#daysIn.get(file.name) ?? []) byKey.set(`${kind}/${day}`, { kind, plant, day })
    }
    const holds = (name: string, day: number) => this.#daysIn.get(name)?.includes(day) === true
    return [...byKey.values()]
      .sort((a, b) => a.day - b.day)
      .map(({ kind, day }) => {
        const files = manifest.days
          .filter((file) => file.kind === kind && file.plant === plant && file.day === day)
          .sort((a, b) => a.generation - b.generation)
        const holders = files.filter(({ name }) => holds(name, day))
        const deltas = manifest.deltas.filter((delta) => delta.kind === kind && holds(delta.name, day))
        return { kind, plant, day, files, holders, deltas }
      })
  }

  /** Files of days of the plant, and all deltas: of a day that was taken out of one the rows stay in it until the last has gone. */
  #files(): readonly SearchedFile[] {
    const { manifest, isUnusable } = this.#record
    const { plant } = this.#order
    return kindsSentBy(this.#order).flatMap((kind) => [
      ...manifest.days.filter((file) => file.kind === kind && file.plant === plant).map((file) => ({ kind, file })),
      ...manifest.deltas
        .filter(({ parts, name, ...of }) => {
          const isOfPlant = parts.some((part) => part.plant === plant)
          return of.kind === kind && (isOfPlant || !isUnusable(name))
        })
        .map((file) => ({ kind, file })),
    ])
  }
}

function unusable(name: string): RemovalFailed {
  return new RemovalFailed(`${name} cannot be used: put it back from a backup`)
}

function daysOf(list: DuckDBValue | undefined): readonly number[] {
  return list instanceof DuckDBListValue ? list.items.map(Number) : []
}
