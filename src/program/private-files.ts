import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { makeFolder } from './folders.js'

/** Mode bits of everybody but the owner, and of those who are not in the group either. */
const NOT_OWNER = 0o077
const OTHERS = { read: 0o004, write: 0o002, enter: 0o001 } as const
const ANY_OTHERS = OTHERS.read | OTHERS.write | OTHERS.enter
/** More are not looked at, nor named. */
const LOOKED_AT_MAX = 10_000
const NAMED_MAX = 3

/**
 * Makes a folder for this user alone; one that is there keeps its mode. From now on this process makes no file that others may
 * read, nor its group, unless the folder is closed to all but that group: DuckDB and others take no mode of us.
 */
export function makePrivate(dir: string): void {
  makeFolder(dir, 0o700)
  // A thread has no mask of its own, and may not change that of the process.
  if (!isMainThread) return
  const { mode } = statSync(dir)
  const isOfGroup = (mode & ANY_OTHERS) === 0
  const before = process.umask(NOT_OWNER)
  process.umask(before | (isOfGroup ? ~mode & NOT_OWNER : NOT_OWNER))
}

/** Finds what every user of this machine can read or write of a folder, with the remedy; null for nothing. */
export function openToOthers(dir: string): { readonly found: string; readonly remedy: string } | null {
  // Windows has no such bits.
  if (process.platform === 'win32') return null
  const mode = modeOf(dir)
  if (mode === null || (mode & ANY_OTHERS) === 0) return null
  const open = mode & OTHERS.enter ? entriesIn(dir).filter(({ mode }) => mode & (OTHERS.read | OTHERS.write)) : []
  const named = open.slice(0, NAMED_MAX).map(({ path, mode }) => `${path} (${octal(mode)})`)
  const more = open.length > NAMED_MAX ? [`${open.length - NAMED_MAX} more`] : []
  const what = named.length === 0 ? 'the names in it' : [...named, ...more].join(', ')
  return {
    found: `${dir} is open to every user of this machine (${octal(mode)}): ${what}`,
    remedy: `chmod -R go-rwx ${dir}; a folder that the gateway makes is open to its own user alone`,
  }
}

interface Entry {
  /** Below the folder. */
  readonly path: string
  readonly mode: number
}

/** Files in a folder, and in those folders of it that others may enter. */
function entriesIn(dir: string): readonly Entry[] {
  const found: Entry[] = []
  const folders = ['']
  for (let at = 0; at < folders.length && found.length < LOOKED_AT_MAX; at++) {
    for (const { name, isFolder } of namesIn(join(dir, folders[at]!))) {
      const path = join(folders[at]!, name)
      const mode = modeOf(join(dir, path))
      if (mode === null) continue
      if (!isFolder) found.push({ path, mode })
      else if (mode & OTHERS.enter) folders.push(path)
    }
  }
  return found
}

function namesIn(dir: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true })
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
  } catch {
    // It is gone, or not ours: whoever opens it says so.
    return []
  }
}

function modeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? null
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}
