import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Marks beside the file of a database: `.opening` counts the openings that never came back, `.suspect` says that something was
 * wrong with it when it was last used, `.filling` that it does not hold everything yet, and `.broken-TIME` are copies that were
 * set aside.
 */

/** After this many starts that ended inside DuckDB's opening the file is looked at before it is opened again. */
const OPENINGS_MAX = 2

/** So many copies that were set aside stay, as long as they have so many bytes together; the newest always does. */
const COPIES_MAX = 3
const COPIES_BYTES_MAX = 8 * 2 ** 30

const LOG = '.wal'
/** Suffixes of the mark of suspicion; the second is that of an older program. */
const SUSPECT = ['.suspect', '.damaged']

/** Reason to look at a file before it is used; null when nothing speaks against it. */
export function suspicionOf(path: string): string | null {
  if (!existsSync(path)) return null
  for (const suffix of SUSPECT) {
    if (existsSync(path + suffix)) return `in the last run there was an error: ${readFileSync(path + suffix, 'utf8')}`
  }
  const openings = openingsOf(path)
  return openings >= OPENINGS_MAX ? `the last ${openings} starts ended while it was opened` : null
}

/** Says that a file should be looked at before it is used again. A disk that takes nothing keeps nobody from going on. */
export function suspect(path: string, why: string): void {
  try {
    writeFileSync(`${path}.suspect`, why)
  } catch {
    // Then the next start opens it as it is, which finds out as well.
  }
}

/** The file is used from now on: nothing is said against it any more. */
export function clearSuspicion(path: string): void {
  for (const suffix of SUSPECT) rmSync(path + suffix, { force: true })
}

export function noteOpening(path: string, isFirst: boolean): void {
  writeFileSync(`${path}.opening`, String(isFirst ? 1 : openingsOf(path) + 1))
}

export function noteOpened(path: string): void {
  rmSync(`${path}.opening`, { force: true })
}

export function noteFilling(path: string): void {
  writeFileSync(`${path}.filling`, '')
}

export function noteFilled(path: string): void {
  rmSync(`${path}.filling`)
}

/** Removes a file that was being filled when the process ended: it is begun once more. */
export function removeUnfilled(path: string): void {
  if (existsSync(`${path}.filling`)) for (const suffix of ['', LOG, '.filling']) rmSync(path + suffix, { force: true })
}

/** A log without its database belongs to one that was deleted. */
export function removeOldLog(path: string): void {
  rmSync(path + LOG, { force: true })
}

/** Sets a file aside, lets go of the oldest copies, and says both in a sentence. */
export function moveAway(path: string, nowMs: number, why: string): string {
  const to = `${path}.broken-${nowMs}`
  for (const suffix of ['', LOG]) if (existsSync(path + suffix)) renameSync(path + suffix, to + suffix)
  clearSuspicion(path)
  const gone = removeOldCopies(path)
  const also = gone.length === 0 ? '' : `; to keep room, these older copies were deleted: ${gone.join(', ')}`
  return `the database could not be used (${why}); it was set aside as ${to} and is being rebuilt from the archive's files and the journal${also}`
}

/** The copies that were set aside, the newest first. */
export function copiesOf(path: string): readonly string[] {
  const prefix = `${basename(path)}.broken-`
  const copies = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number(b.slice(prefix.length)) - Number(a.slice(prefix.length)))
  return copies.map((name) => join(dirname(path), name))
}

function removeOldCopies(path: string): readonly string[] {
  let bytes = 0
  return copiesOf(path).filter((copy, i) => {
    bytes += sizeOf(copy) + sizeOf(copy + LOG)
    if (i === 0 || (i < COPIES_MAX && bytes <= COPIES_BYTES_MAX)) return false
    for (const suffix of ['', LOG]) rmSync(copy + suffix, { force: true })
    return true
  })
}

function openingsOf(path: string): number {
  return existsSync(`${path}.opening`) ? Number(readFileSync(`${path}.opening`, 'utf8')) || 0 : 0
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
