import { join } from 'node:path'
import type { ActedOrder, Forgetting } from '../../archive/forget.js'
import { cameFrom, cameNotFrom } from '../../archive/record/kinds.js'
import { type DayFile, isSameDay, type RecordManifest, type RemovalNote } from '../../archive/record/manifest.js'
import { dateOf } from '../../archive/record/names.js'
import { RemovalFailed } from '../../archive/record/removal-search.js'
import type { DayState } from './day-lines.js'
import type { DayBody, SealedFile } from './entry.js'
import type { LedgerIndex, SealedDay } from './ledger-index.js'
import type { SealingWork } from './sealing-work.js'

/** Days that lose rows by an order: told in the ledger out of the files themselves, the entry before, and the order of the journal. */

/** An order that waits, and the act that has given it. */
export interface ConfirmedOrder {
  readonly order: Forgetting
  readonly act: ActedOrder
}

export interface RemovalTellingDeps {
  readonly index: Pick<LedgerIndex, 'day'>
  readonly work: SealingWork
  readonly archiveDir: string
  manifest(): RecordManifest
}

/**
 * Says how far the ledger is with the noted day: `open` when it knows the files that hold the rows, `told` when it knew these before those
 * in their place, `void` when neither: it was begun anew, or the note is not of this record. `none` without a note.
 */
export function stateOfNote(
  { days, removals }: Pick<RecordManifest, 'days' | 'removals'>,
  index: Pick<LedgerIndex, 'day'>,
): 'none' | 'open' | 'told' | 'void' {
  const note = removals?.note
  if (note === undefined) return 'none'
  const sealed = index.day(note.kind, note.plant, dateOf(note.day))
  const old = days.filter((file) => note.replaced.includes(file.name) && isSameDay(file, note))
  if (sealed === undefined || old.length === 0 || old.length < note.replaced.length) return 'void'
  if (old.every((file) => isIn(sealed.files, file))) return 'open'
  const isTold = old.every((file) => isIn(sealed.filesBefore, file) && !isIn(sealed.files, file))
  return isTold && note.made.every((file) => isIn(sealed.files, file)) ? 'told' : 'void'
}

function isIn(files: readonly SealedFile[], { name, sha256 }: SealedFile): boolean {
  return files.some((file) => file.name === name && file.sha256 === sha256)
}

/** Files of days as the ledger has been told of them: of the noted day those without the rows, once it has. */
export function toldDays(manifest: RecordManifest, index: Pick<LedgerIndex, 'day'>): readonly DayFile[] {
  const note = manifest.removals?.note
  if (note === undefined || stateOfNote(manifest, index) !== 'told') return manifest.days
  return [...manifest.days.filter(({ name }) => !note.replaced.includes(name)), ...note.made]
}

/**
 * Compares a day with what was sealed of it last: each file, measured anew, and the root over all of its rows. Throws `RemovalFailed`
 * when it is not that.
 */
export async function checkSealedDay(
  { work, archiveDir }: Pick<RemovalTellingDeps, 'work' | 'archiveDir'>,
  sealed: SealedDay,
  state: DayState,
): Promise<void> {
  await checkFiles({ work, archiveDir }, sealed.files)
  const { rows, root } = await work.root(archiveDir, state)
  if (rows !== sealed.rows || root !== sealed.root)
    throw new RemovalFailed(`${nameOf(sealed)} has other rows than were sealed`)
}

/**
 * The entry of the noted day without the rows of the order. Nothing of the note is believed: the old files have to be those that were
 * sealed, and the rows of the new ones those of the old that the order leaves. Throws `RemovalFailed` when they are not.
 */
export async function dayWithout(
  { index, work, archiveDir, manifest }: RemovalTellingDeps,
  note: RemovalNote,
  { order, act }: ConfirmedOrder,
): Promise<DayBody> {
  const { kind, plant, day, made } = note
  const sealed = index.day(kind, plant, dateOf(day))
  if (sealed === undefined || plant !== order.plant) throw new RemovalFailed('the note of it is of another order')
  await checkFiles({ work, archiveDir }, [...sealed.files, ...made])
  const replaced = new Set(note.replaced)
  const named = new Set(sealed.files.map(({ name }) => name))
  const left = [...manifest().days.filter(({ name }) => named.has(name) && !replaced.has(name)), ...made]
    .sort((a, b) => a.generation - b.generation)
    .map(({ name, bytes, sha256, generation }) => ({ file: { name, bytes, sha256 }, generation }))
  const files = left.map(({ file }) => file)
  const of = { kind, plant, day }
  const gone = await work.root(archiveDir, { ...of, files: sealed.files, only: cameFrom(order), withDevices: true })
  const stays = await work.root(archiveDir, { ...of, files: sealed.files, only: cameNotFrom(order) })
  const behind = await work.root(archiveDir, { ...of, files })
  const isSame = behind.rows === stays.rows && behind.root === stays.root
  if (!isSame || gone.rows + stays.rows !== sealed.rows) {
    throw new RemovalFailed(
      `${nameOf(sealed)} would have ${behind.rows} rows, and ${stays.rows} of ${sealed.rows} are to stay`,
    )
  }
  const generation = left.reduce((newest, one) => Math.max(newest, one.generation), sealed.generation)
  const { rows, root } = behind
  const body = { kind: 'day', rows_of: kind, plant, day: sealed.day, generation, files, rows, root } as const
  if (gone.rows === 0) return body
  const at = new Date(act.atMs).toISOString()
  const { id, by, why = '', metrics } = act
  const what = { devices: gone.devices ?? [], ...(metrics !== undefined && { metrics }) }
  return { ...body, removed: { act: id, at, by: by ?? '', why, ...what, rows: gone.rows, root: gone.root } }
}

async function checkFiles(
  { work, archiveDir }: Pick<RemovalTellingDeps, 'work' | 'archiveDir'>,
  files: readonly SealedFile[],
): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const measured = await work.measure(join(archiveDir, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.message.includes('ENOENT')) return null
      throw error
    })
    if (measured?.bytes !== bytes || measured.sha256 !== sha256) {
      throw new RemovalFailed(`${name} is not as it was written: put it back from a backup`)
    }
  }
}

function nameOf({ rows_of, plant, day }: SealedDay): string {
  return `what was sealed (${rows_of}) of ${plant} on ${day}`
}
