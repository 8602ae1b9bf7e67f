import { chmodSync, chownSync, fchmodSync, fchownSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './folders.js'

/**
 * Commands are run by root too, and the gateway as a user of its own has to read what they write: files and folders in a data
 * directory take its owner and its group. Only root can give files away; for others the owner is right as it is.
 */

/** The group of a folder may write to it, and nobody else may enter. */
const GROUP_WRITES = 0o020
const ANY_OTHERS = 0o007
/** A system answers so that knows no owners, or lets root of a container give nothing away. */
const CANNOT = new Set(['EPERM', 'EINVAL', 'ENOTSUP', 'EROFS'])

/**
 * Owner, group and mode that a file of the data directory gets: read by its owner alone, and by the group where that may write
 * to the folder, for then people share it.
 */
export interface Ownership {
  readonly uid: number
  readonly gid: number
  readonly fileMode: number
}

export function ownershipOf(dataDir: string): Ownership {
  const { uid, gid, mode } = statSync(dataDir)
  const isShared = (mode & GROUP_WRITES) !== 0 && (mode & ANY_OTHERS) === 0
  return { uid, gid, fileMode: isShared ? 0o660 : 0o600 }
}

/** Gives an open file its owner and its mode. */
export function giveFile(handle: number, { uid, gid, fileMode }: Ownership): void {
  if (process.platform === 'win32') return
  fchmodSync(handle, fileMode)
  unlessImpossible(() => fchownSync(handle, uid, gid))
}

/**
 * Makes a folder of the data directory, and the data directory itself where there is none, with the owner of the latter. One that
 * root has made before is given to that owner too.
 */
export function makeOwnFolder(folder: string, dataDir: string): void {
  makeFolder(dataDir, 0o700)
  if (folder === dataDir) return
  makeFolder(folder, 0o700)
  const owner = ownershipOf(dataDir)
  const found = lstatSync(folder)
  if (!found.isDirectory() || !isForeign(found, owner)) return
  if (owner.fileMode !== 0o600) chmodSync(folder, 0o770)
  unlessImpossible(() => chownSync(folder, owner.uid, owner.gid))
}

/**
 * Gives all that root has made in a data directory to the owner of that. For work on many files, once it is done; nothing happens
 * where this process is not root's or the folder is.
 */
export function giveToOwner(dataDir: string): void {
  if (process.getuid?.() !== 0) return
  const owner = ownershipOf(dataDir)
  if (owner.uid === 0) return
  const give = (path: string): void => {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (found === undefined || found.isSymbolicLink()) return
    if (found.uid === 0) unlessImpossible(() => chownSync(path, owner.uid, owner.gid))
    if (found.isDirectory()) for (const name of readdirSync(path)) give(join(path, name))
  }
  for (const name of readdirSync(dataDir)) give(join(dataDir, name))
}

function isForeign({ uid, gid }: Stats, owner: Ownership): boolean {
  return process.platform !== 'win32' && (uid !== owner.uid || gid !== owner.gid)
}

function unlessImpossible(give: () => void): void {
  try {
    give()
  } catch (error) {
    if (!CANNOT.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
