import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { measure } from '../../archive/record/files.js'
import type { Clock } from '../../base/clock.js'
import { nodeDisk } from '../../journal/disk.js'
import { forkJournal } from '../../journal/fork.js'
import { RESTORING, refuseNewerFormats } from '../formats.js'
import { LEDGER_FILE } from '../ledger/entry.js'
import { Ledger } from '../ledger/ledger.js'
import { checkBackup } from './check.js'
import { syncFolders } from './make.js'
import { BackupFault, type BackupFile, type BackupManifest, DATA } from './manifest.js'

/** Names that a fresh disk, or the lock of whoever restores, has in an empty folder. */
const NOTHING = new Set(['gateway.lock', 'gateway.lock.json', 'gateway.sock', 'lost+found'])
/** In `RESTORING`: what is moved out of it, so that an attempt that was interrupted can be undone. */
const MOVED = 'moved.json'
const FAULTS_TOLD_MAX = 20

export interface RestoreRequest {
  readonly backup: string
  /** Not there yet, or empty; held by the caller, so that no gateway starts on it. */
  readonly dataDir: string
  /** Version of this program. */
  readonly program: string
  readonly clock: Clock
  /** Told how far it is, in bytes of all: first read, then written. */
  progress(what: 'checked' | 'restored', done: number, bytes: number): void
}

export interface Restored {
  readonly manifest: BackupManifest
  /** Number of the segment with which the journal goes on; null without a journal. */
  readonly segment: number | null
  /** Reason that keeps the ledger from being gone on with, '' when nothing does. */
  readonly trouble: string
}

/**
 * Puts a backup into an empty data directory: checks every byte of it, writes it aside, and moves it into place; an attempt that
 * is interrupted is seen by a gateway and by the next attempt. The journal goes on in a segment of its own, and the ledger says
 * that and from which backup. Throws a `BackupFault` that names what is wrong, before anything is written, or `NewerFormat`.
 */
export async function restoreBackup(wish: RestoreRequest): Promise<Restored> {
  const { backup, dataDir, progress } = wish
  undoInterrupted(dataDir)
  refuseUsed(dataDir)
  const { manifest, sha256, faults } = await checkBackup(backup, (...far) => progress('checked', ...far))
  if (faults.length > 0) throw new BackupFault(faultsText(backup, faults))
  refuseNewerFormats(join(backup, DATA))
  const aside = join(dataDir, RESTORING)
  mkdirSync(join(aside, DATA), { recursive: true })
  const files = manifest.files.filter(({ path }) => path.startsWith(`${DATA}/`))
  await copyAll(backup, aside, files, (...far) => progress('restored', ...far))
  const segment = forkJournal(nodeDisk, join(aside, DATA, 'journal'))
  const trouble = await describeRestored(wish, { backup: sha256, made_at: manifest.at, segment })
  giveToOwner(dataDir, aside)
  await syncFolders(aside, files)
  moveIn(dataDir, aside)
  return { manifest, segment, trouble }
}

function faultsText(backup: string, faults: readonly string[]): string {
  const told = faults.slice(0, FAULTS_TOLD_MAX)
  const more = faults.length > told.length ? [`… and ${faults.length - told.length} more`] : []
  return [`${backup} is not as it was made, and nothing was restored; take another backup`, ...told, ...more].join(
    '\n  ',
  )
}

function refuseUsed(dataDir: string): void {
  const used = readdirSync(dataDir).filter((name) => !NOTHING.has(name))
  if (used.length === 0) return
  throw new BackupFault(
    `${dataDir} is not empty (${used.slice(0, 3).join(', ')}${used.length > 3 ? ', …' : ''}): move what is in it away, or set another data_dir; nothing was restored`,
    'call',
  )
}

/** Deletes what an interrupted attempt has left: it came from a backup, as the folder was empty before. */
function undoInterrupted(dataDir: string): void {
  const aside = join(dataDir, RESTORING)
  const moved = join(aside, MOVED)
  if (existsSync(moved)) {
    for (const name of JSON.parse(readFileSync(moved, 'utf8')) as string[]) {
      rmSync(join(dataDir, name), { recursive: true, force: true })
    }
  }
  rmSync(aside, { recursive: true, force: true })
}

async function copyAll(
  backup: string,
  aside: string,
  files: readonly BackupFile[],
  progress: (done: number, bytes: number) => void,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  let done = 0
  for (const { path, bytes: size, sha256, mode } of files) {
    const to = join(aside, path)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(join(backup, path), to)
    // No further than the folder that it comes into.
    chmodSync(to, mode & statSync(aside).mode & 0o777)
    // The bytes that were checked are not those that were copied when a disk goes bad in between.
    if ((await measure(to)).sha256 !== sha256) throw new Error(`${join(backup, path)} changed while it was copied`)
    const file = await open(to, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    done += size
    progress(done, bytes)
  }
}

async function describeRestored(
  { dataDir, clock, program }: RestoreRequest,
  said: { readonly backup: string; readonly made_at: string; readonly segment: number | null },
): Promise<string> {
  const dir = join(dataDir, RESTORING, DATA, 'ledger')
  if (!existsSync(join(dir, LEDGER_FILE))) return ''
  const ledger = await Ledger.open({ dir, clock, program })
  if (ledger.trouble === '') await ledger.append([{ kind: 'restored', ...said, program }])
  return ledger.trouble
}

/** Restored by root, the files would be none that the gateway of an ordinary user may write to. */
function giveToOwner(dataDir: string, aside: string): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dataDir)
  const give = (path: string): void => {
    chownSync(path, uid, gid)
    if (!statSync(path).isDirectory()) return
    for (const name of readdirSync(path)) give(join(path, name))
  }
  give(aside)
}

function moveIn(dataDir: string, aside: string): void {
  const names = readdirSync(join(aside, DATA))
  writeFileSync(join(aside, MOVED), JSON.stringify(names), { flush: true })
  nodeDisk.syncDirectory(aside)
  for (const name of names) renameSync(join(aside, DATA, name), join(dataDir, name))
  nodeDisk.syncDirectory(dataDir)
  rmdirSync(join(aside, DATA))
  rmSync(aside, { recursive: true })
  nodeDisk.syncDirectory(dataDir)
}
