import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { nodeDisk } from '../../journal/disk.js'
import { writeDurably } from '../../program/durable-file.js'
import { makeFolder } from '../../program/folders.js'
import { type BackupSnapshot, holdCut } from './cut.js'
import type { HeldFile } from './held.js'
import {
  BACKUP_MANIFEST,
  BackupFault,
  type BackupFile,
  type BackupManifest,
  backupText,
  CONFIG,
  DATA,
} from './manifest.js'

const BLOCK_BYTES = 2 ** 20
/** Files of a backup are for the eyes of its owner alone: the key of the ledger and secrets of people are in them. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

export interface BackupRequest {
  readonly dataDir: string
  /** A folder that is not there yet, or empty. */
  readonly dir: string
  /** Files beside the data directory that are kept with it: the configuration and its profiles. */
  readonly beside: readonly string[]
  readonly program: BackupManifest['program']
  readonly clock: Clock
  /** Told how far it is, in bytes of all. */
  progress(done: number, bytes: number): void
}

/**
 * Copies a data directory into a folder, while a gateway works on it or none does. Until the manifest is written, last and
 * durably, there is no backup. Throws a `BackupFault` when the folder cannot be taken.
 */
export async function makeBackup(wish: BackupRequest): Promise<BackupManifest> {
  const dir = resolve(wish.dir)
  refuseFolder(dir, resolve(wish.dataDir))
  makeFolder(dir, FOLDER_MODE)
  const at = new Date(wish.clock.nowMs()).toISOString()
  const cut = await holdCut(resolve(wish.dataDir), wish.clock)
  try {
    const files = [...(await copyData(cut, dir, wish.progress)), ...(await copyBeside(wish.beside, dir))]
    await syncFolders(dir, files)
    const { journal, archive, ledger } = cut
    const manifest = { at, program: wish.program, journal, archive, ledger, files }
    await writeDurably(dir, BACKUP_MANIFEST, backupText(manifest), { mode: FILE_MODE })
    nodeDisk.syncDirectory(dirname(dir))
    return manifest
  } finally {
    cut.held.close()
  }
}

function refuseFolder(dir: string, dataDir: string): void {
  if (!existsSync(dataDir))
    throw new BackupFault(`there is no data directory ${dataDir}: set data_dir, or name --config`, 'call')
  if (!relative(dataDir, dir).startsWith('..')) {
    throw new BackupFault(`${dir} lies in the data directory itself: name a folder on another disk`, 'call')
  }
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new BackupFault(`${dir} is not empty: name a folder of its own for each backup`, 'call')
  }
}

async function copyData(
  { held }: BackupSnapshot,
  dir: string,
  progress: BackupRequest['progress'],
): Promise<BackupFile[]> {
  const entries = held.entries()
  const bytes = entries.reduce((sum, [, file]) => sum + file.bytes, 0)
  const { bavail, bsize } = statfsSync(dir)
  if (bytes > bavail * bsize) {
    throw new Error(`the backup needs ${bytes} bytes, and the disk of ${dir} has ${bavail * bsize} free`)
  }
  const files: BackupFile[] = []
  let done = 0
  for (const [name, file] of entries) {
    const path = `${DATA}/${name}`
    files.push({ path, bytes: file.bytes, sha256: await copy(file, join(dir, path), name), mode: file.mode })
    done += file.bytes
    progress(done, bytes)
  }
  return files
}

/** Copies what counts of a held file, durably, and gives its SHA-256. */
async function copy({ fd, bytes }: Pick<HeldFile, 'fd' | 'bytes'>, to: string, name: string): Promise<string> {
  await mkdir(dirname(to), { recursive: true, mode: FOLDER_MODE })
  const file = await open(to, 'wx', FILE_MODE)
  const hash = createHash('sha256')
  try {
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, Math.max(bytes, 1)))
    for (let at = 0; at < bytes; ) {
      const part = block.subarray(0, Math.min(block.length, bytes - at))
      if (nodeDisk.read(fd, part, at) < part.length) throw new Error(`${name} became shorter while it was copied`)
      hash.update(part)
      await file.writeFile(part)
      at += part.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

async function copyBeside(beside: readonly string[], dir: string): Promise<BackupFile[]> {
  const files: BackupFile[] = []
  const taken = new Set<string>()
  for (const source of beside) {
    let bytes: Buffer
    try {
      bytes = readFileSync(source)
    } catch (error) {
      // A profile could be there, and is not.
      if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) continue
      throw error
    }
    const name = freeName(basename(source), taken)
    const path = `${CONFIG}/${name}`
    await mkdir(join(dir, CONFIG), { recursive: true, mode: FOLDER_MODE })
    const file = await open(join(dir, path), 'wx', FILE_MODE)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files.push({ path, bytes: bytes.length, sha256, mode: FILE_MODE })
  }
  return files
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${number}-${name}`
  taken.add(free.toLowerCase())
  return free
}

/** The folders that name the files, the innermost first. */
export async function syncFolders(dir: string, files: readonly { readonly path: string }[]): Promise<void> {
  const folders = new Set<string>()
  for (const { path } of files) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) nodeDisk.syncDirectory(join(dir, folder))
  nodeDisk.syncDirectory(dir)
}
