import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing; one that is there stays as it is. Where the system says that a place is
 * not there although the folder above it is, as in /proc, Node's own way of doing it never ends. Throws errors of the system.
 *
 * @param mode of the folder itself; those above it get the usual one
 */
export function makeFolder(dir: string, mode = 0o777): void {
  try {
    mkdirSync(dir, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (isFolder(dir)) return
    const above = dirname(dir)
    if (code !== 'ENOENT' || above === dir || isFolder(above)) throw error
    makeFolder(above)
    mkdirSync(dir, { mode })
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
