import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NewerFormat } from '../../base/unfit-data.js'
import { type Cursor, START } from '../../journal/cursor.js'
import { writeDurably } from '../../program/durable-file.js'
import type { FigureFileSet } from './figure-files.js'
import type { RecordFile } from './files.js'
import type { RecordKind } from './kinds.js'

/** Rows of one plant and one day of event time. */
export interface DayPart {
  readonly plant: string
  /** Days of UTC since 1970: unlike a plant's own days they cannot change with its configuration. */
  readonly day: number
  readonly rows: number
}

/** Rows of one kind that a range of the journal came to. */
export interface DeltaFile extends RecordFile {
  readonly kind: RecordKind
  /** Rows that no file of a day holds yet; the file goes with the last of them. */
  readonly parts: readonly DayPart[]
}

/** Rows of one plant and day, as known when it was written; what came later is in a higher generation, or a delta. */
export interface DayFile extends RecordFile {
  readonly kind: RecordKind
  readonly plant: string
  readonly day: number
  readonly generation: number
}

/** Readings that retention has taken so far. */
export interface Expired {
  readonly readings: number
  /** By plant the first day that is kept. */
  readonly keptFrom: Readonly<Record<string, number>>
}

/** One kind and day of a plant. */
export interface DayOfKind {
  readonly kind: RecordKind
  readonly plant: string
  /** Days since 1970. */
  readonly day: number
}

/**
 * A sealed day that is about to lose rows: its files without them are written, and the ledger is told of these before they take
 * the place of those that hold the rows. Until then the day is what it was.
 */
export interface RemovalNote extends DayOfKind {
  /** Key of the order. */
  readonly act: string
  /** Files of the day that hold such rows, by name. */
  readonly replaced: readonly string[]
  /** New files that stand for them; fewer where all rows of a file go. */
  readonly made: readonly DayFile[]
}

/** An order that has taken rows out of the files, and goes on. */
export interface GoingRemoval {
  readonly act: string
  /** Days that it has been through. */
  readonly steps: number
  /** The last of these: the database follows it. */
  readonly last: DayOfKind
  /** Readings that stood in the files and are gone. */
  readonly readings: number
}

/** An order that is over. */
export interface EndedRemoval {
  readonly act: string
  readonly plant: string
  /** Arrival of the order, epoch ms. */
  readonly atMs: number
  /** Days that it has been through, and the readings that stood in the files and are gone. */
  readonly steps: number
  readonly readings: number
  /** Reason why something stayed, or all of it when there were no days; absent when all is gone. */
  readonly failure?: string
}

/** Orders to remove rows, as far as the files have seen them. */
export interface RecordRemovals {
  readonly ended: readonly EndedRemoval[]
  /** At most one for each order that waits. */
  readonly going: readonly GoingRemoval[]
  readonly note?: RemovalNote
  /** Days of which no file has the newest generation that there was: the ledger knows files by their names, so none is given twice. */
  readonly generations: readonly (DayOfKind & { readonly generation: number })[]
}

export const NO_REMOVALS: RecordRemovals = { ended: [], going: [], generations: [] }

/** Contents of the record. A file that is not named here does not belong to it. */
export interface RecordManifest {
  /** Grows with every name that is given. */
  readonly sequence: number
  /** Everything the journal says before this place is in the files. */
  readonly cursor: Cursor
  /** Progress that the pipeline had saved at that place: counts, and its "now". */
  readonly progress: unknown
  /** The senders as they were at that place; null before the first. */
  readonly senders: RecordFile | null
  /** States of the decoder at that place; absent in manifests of before it remembered any, null when there are none. */
  readonly states?: RecordFile | null
  /** Oldest first. */
  readonly deltas: readonly DeltaFile[]
  readonly days: readonly DayFile[]
  readonly expired: Expired
  /** Absent where nothing was let go of since programs write them. */
  readonly figures?: FigureFileSet
  /** Absent where nobody has removed anything since programs write them. */
  readonly removals?: RecordRemovals
  /**
   * Files that this manifest has taken the place of, as they were: until they are deleted they are there beside it. Absent where
   * an older program has written it.
   */
  readonly superfluous?: readonly RecordFile[]
}

export const EMPTY: RecordManifest = {
  sequence: 0,
  cursor: START,
  progress: null,
  senders: null,
  deltas: [],
  days: [],
  expired: { readings: 0, keptFrom: {} },
}

/** A record from which rows were removed: an older program would take it for damaged, or put back what went. */
const FORMAT = 2
export const MANIFEST_NAME = 'manifest.json'

/** The manifest of a folder, `EMPTY` when it has none. Throws when it is damaged, or of a newer program. */
export function readManifest(dir: string): RecordManifest {
  const path = join(dir, MANIFEST_NAME)
  return existsSync(path) ? manifestOf(readFileSync(path, 'utf8'), path) : EMPTY
}

/** The manifest out of the text of its file. Throws what `readManifest` throws. */
export function manifestOf(text: string, path: string): RecordManifest {
  const lineEnd = text.indexOf('\n')
  const head = JSON.parse(text.slice(0, lineEnd)) as { format: number }
  if (head.format > FORMAT) throw new NewerFormat(path, head.format, FORMAT)
  const body = text.slice(lineEnd + 1)
  // The first line says its own checksum, so every letter of it has to be as it was written.
  const manifest = text.slice(0, lineEnd) === headOf(body, head.format) ? (JSON.parse(body) as RecordManifest) : null
  if (manifest === null || formatOf(manifest) !== head.format)
    throw new Error(`${path} is damaged: its checksum is wrong`)
  return manifest
}

/** Makes these files the record: what was not written before is not there, what is written after is not lost. */
export async function writeManifest(dir: string, manifest: RecordManifest): Promise<void> {
  await writeDurably(dir, MANIFEST_NAME, manifestText(manifest))
}

/** The file of a manifest, to the letter. */
export function manifestText(manifest: RecordManifest): string {
  const body = JSON.stringify(manifest)
  return `${headOf(body, formatOf(manifest))}\n${body}`
}

function headOf(body: string, format: number): string {
  return JSON.stringify({ format, sha256: checksum(body) })
}

function formatOf({ removals }: RecordManifest): number {
  return removals === undefined ? 1 : FORMAT
}

/** Every file that a manifest names. */
export function filesOfManifest(manifest: RecordManifest): readonly RecordFile[] {
  const { days, deltas, senders, states = null, figures, removals } = manifest
  return [
    ...days,
    ...(removals?.note?.made ?? []),
    ...deltas,
    ...(figures?.files ?? []),
    ...(senders === null ? [] : [senders]),
    ...(states === null ? [] : [states]),
  ]
}

/** True for the day that is about to lose rows: none of its files is merged, sealed or let go of meanwhile. */
export function isNoted({ removals }: Pick<RecordManifest, 'removals'>, of: DayOfKind): boolean {
  return removals?.note !== undefined && isSameDay(removals.note, of)
}

export function isSameDay(a: DayOfKind, b: DayOfKind): boolean {
  return a.day === b.day && a.kind === b.kind && a.plant === b.plant
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
