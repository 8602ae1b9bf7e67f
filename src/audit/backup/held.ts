import { closeSync, type Dirent, fstatSync, openSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { nodeDisk } from '../../journal/disk.js'

/** A file that stays readable as it was when it was held, whoever deletes or replaces it meanwhile. */
export interface HeldFile {
  readonly fd: number
  readonly inode: number
  /** Bytes of it that count: a file that is appended to goes on growing. */
  bytes: number
  readonly mode: number
}

/**
 * Files of a folder, held open. Opening takes microseconds, copying hours: so a set of files of one moment can be held
 * while a gateway goes on working, without a word to it, and a process that is killed leaves nothing behind.
 */
export class HeldFiles {
  readonly dir: string
  readonly #files = new Map<string, HeldFile>()

  constructor(dir: string) {
    this.dir = dir
  }

  /** In the order of their names, which have `/`. */
  entries(): readonly (readonly [name: string, file: HeldFile])[] {
    return [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  find(name: string): HeldFile | undefined {
    return this.#files.get(name)
  }

  /** Holds a file as it stands there now. False when there is none. */
  hold(name: string): boolean {
    const before = this.#files.get(name)
    if (before !== undefined && this.isCurrent(name)) {
      before.bytes = fstatSync(before.fd).size
      return true
    }
    this.drop(name)
    let fd: number
    try {
      fd = openSync(join(this.dir, name), 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
    const { ino: inode, size: bytes, mode } = fstatSync(fd)
    this.#files.set(name, { fd, inode, bytes, mode: mode & 0o777 })
    return true
  }

  /** True when the file that is held under a name is the one that stands there now, or there is neither. */
  isCurrent(name: string): boolean {
    const held = this.#files.get(name)
    const now = statSync(join(this.dir, name), { throwIfNoEntry: false })
    return held?.inode === now?.ino
  }

  /** The bytes that count of a small file; null when it is not held. */
  content(name: string): Buffer | null {
    const held = this.#files.get(name)
    if (held === undefined) return null
    const bytes = Buffer.alloc(held.bytes)
    return bytes.subarray(0, nodeDisk.read(held.fd, bytes, 0))
  }

  /** The last bytes of what counts of a file, '' when it is not held. */
  tail(name: string, length: number): string {
    const held = this.#files.get(name)
    if (held === undefined) return ''
    const bytes = Buffer.alloc(Math.min(length, held.bytes))
    return bytes.subarray(0, nodeDisk.read(held.fd, bytes, held.bytes - bytes.length)).toString('latin1')
  }

  drop(name: string): void {
    const held = this.#files.get(name)
    if (held === undefined) return
    this.#files.delete(name)
    closeSync(held.fd)
  }

  close(): void {
    for (const name of [...this.#files.keys()]) this.drop(name)
  }
}

/** Names of the plain files below a folder, with `/`, those left out that `isWanted` does not want; none without a folder. */
export function namesBelow(dir: string, isWanted: (name: string) => boolean = () => true, prefix = ''): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(dir, { withFileTypes: true })
  } catch (error) {
    // It may go while it is walked.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return entries.flatMap((entry) => {
    const name = prefix + entry.name
    if (!isWanted(name)) return []
    if (entry.isDirectory()) return namesBelow(join(dir, entry.name), isWanted, `${name}/`)
    return entry.isFile() ? [name] : []
  })
}
