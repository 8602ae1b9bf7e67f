import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { refuseHalfRestored, refuseNewerFormats } from '../audit/formats.js'
import { systemClock } from '../base/clock.js'
import { identityOf, isHeldHere, type LockFile, type LockRefused, takeLockFile } from '../program/lock-file.js'
import { giveToOwner } from '../program/ownership.js'
import { makePrivate } from '../program/private-files.js'

/** Stays there for good, held or not; `gateway.lock.json` beside it says who holds it. */
const LOCK = 'gateway.lock'
const HOLDER = 'gateway.lock.json'
/** The sign of a program before there was the lock. */
const SOCKET = 'gateway.sock'

/** Time that a lock is tried for: who only asks whether it is held has it for some milliseconds. */
const PATIENCE_MS = 1000
const LOOK_MS = 50
/** A holder looks so often whether the file is still the one it holds. */
const WATCH_MS = 250

/** Code of the error when another process works on a data directory. */
export const LOCKED = 'ELOCKED'

/** Work of a process on a data directory, as others are told. */
export type DataDirUse = 'gateway' | 'restore' | 'refill' | 'stamp' | 'move' | 'viewer'

/** A data directory that is this process's own, until it ends or `close` is called. */
export interface HeldDataDir {
  /** Resolves when the lock's file was removed and somebody else has locked another one: nothing may be written any more. */
  readonly lost: Promise<Error>
  close(): void
}

/**
 * Makes this process the only one that works on a data directory. Two would each write a journal that the other's cuts off. It
 * is a lock of the kernel on a file in it, taken before anything else is written: see
 * `docs/decisions/044-one-writer-and-foreign-text.md`. Rejects with the code `ELOCKED` when another process has it, with errors
 * of the system, and with `UnfitData`, before anything is written, when a newer program has written the files or a restore of
 * them was interrupted; who restores sees to that itself.
 */
export async function holdDataDir(
  dataDir: string,
  { isRestored = false, as = 'gateway' as DataDirUse } = {},
): Promise<HeldDataDir> {
  if (!isRestored) refuseUnfit(dataDir)
  makePrivate(dataDir)
  const dir = realpathSync(dataDir)
  await refuseOlderProgram(dir, dataDir)
  const path = join(dir, LOCK)
  // A gateway under which somebody has removed the file has put another there by then.
  if (!existsSync(path) && existsSync(join(dir, 'format.json'))) await systemClock.sleep(4 * WATCH_MS)
  const lock = await patiently(path)
  if (!('close' in lock)) throw lockedBy(dataDir, lock)
  writeHolder(dir, as)
  rmSync(join(dir, SOCKET), { force: true })
  return watched(lock, dataDir)
}

/** Throws `UnfitData` when a newer program has written the files, or a restore of them was interrupted. */
export function refuseUnfit(dataDir: string): void {
  refuseNewerFormats(dataDir)
  refuseHalfRestored(dataDir)
}

/** Keeps out who writes to a data directory while it is only read: nothing is written to it. Null where no lock was ever taken. */
export async function holdStill(dataDir: string): Promise<Pick<HeldDataDir, 'close'> | null> {
  await refuseOlderProgram(dataDir, dataDir)
  const path = join(dataDir, LOCK)
  if (!existsSync(path)) return null
  const lock = await takeLockFile(path, true)
  if (!('close' in lock)) throw lockedBy(dataDir, lock)
  return lock
}

/** True when somebody works on a data directory. */
export async function isOccupied(dataDir: string): Promise<boolean> {
  try {
    ;(await holdStill(dataDir))?.close()
    return false
  } catch (error) {
    // Whoever opens the directory has to say that it cannot be read.
    return (error as NodeJS.ErrnoException).code === LOCKED
  }
}

async function patiently(path: string): Promise<LockFile | LockRefused> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (;;) {
    const lock = await takeLockFile(path)
    if ('close' in lock || isHeldHere(path) || performance.now() > deadlineMs) return lock
    await systemClock.sleep(LOOK_MS)
  }
}

/** Holds on to the place, not only to the file: one that was removed is made and locked anew. */
function watched(first: LockFile, dataDir: string): HeldDataDir {
  let lock = first
  let id = identityOf(lock.path)
  let lose: (error: Error) => void = () => {}
  const lost = new Promise<Error>((resolve) => {
    lose = resolve
  })
  let isClosed = false
  let isTaking = false
  const look = async (): Promise<void> => {
    if (isTaking || identityOf(lock.path) === id || !existsSync(dataDir)) return
    isTaking = true
    const again = await takeLockFile(lock.path).catch(() => null)
    isTaking = false
    // A disk that refuses refuses the others as well: the next look tries again.
    if (again === null) return
    if (!('close' in again)) return lose(lockedBy(dataDir, again))
    if (isClosed) return again.close()
    lock.close()
    lock = again
    id = identityOf(lock.path)
  }
  const timer = setInterval(() => void look(), WATCH_MS)
  timer.unref()
  const give = (): void => {
    if (existsSync(dataDir)) giveToOwner(dataDir)
  }
  // A start that fails ends the process without closing anything.
  process.once('exit', give)
  return {
    lost,
    close: () => {
      if (isClosed) return
      isClosed = true
      clearInterval(timer)
      rmSync(join(lock.path, '..', HOLDER), { force: true })
      process.off('exit', give)
      try {
        give()
      } finally {
        lock.close()
      }
    },
  }
}

interface Holder {
  readonly pid: number
  readonly host: string
  /** RFC 3339. */
  readonly since: string
  readonly work: DataDirUse
}

/** It is told to people only; the lock holds without it. */
function writeHolder(dir: string, work: DataDirUse): void {
  const since = new Date(systemClock.nowMs()).toISOString()
  const holder: Holder = { pid: process.pid, host: hostname(), since, work }
  try {
    writeFileSync(join(dir, HOLDER), `${JSON.stringify(holder)}\n`)
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

const WORK: Readonly<Record<DataDirUse, string>> = {
  gateway: 'another gateway runs on',
  restore: 'a restore writes to',
  refill: 'a refill works on',
  stamp: 'a command writes the ledger of',
  move: 'plants are being moved into',
  viewer: 'a viewer of a cluster runs on',
}

function lockedBy(dataDir: string, { pid }: LockRefused): Error {
  const known = holderOf(dataDir)
  // A note that another holder has left does not count; from another container the kernel gives no number.
  const holder = known !== null && (pid === null || pid === 0 || known.pid === pid) ? known : null
  const who =
    holder === null
      ? pid === null || pid === 0
        ? ''
        : ` (process ${pid})`
      : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`
  const work = WORK[holder?.work ?? 'gateway'] ?? WORK.gateway
  return Object.assign(new Error(`${work} ${dataDir}${who}; stop it, or set another data_dir`), { code: LOCKED })
}

function holderOf(dataDir: string): Holder | null {
  try {
    const { pid, host, since, work } = JSON.parse(readFileSync(join(dataDir, HOLDER), 'utf8')) as Holder
    return { pid: Number(pid), host: String(host), since: String(since), work }
  } catch {
    return null
  }
}

async function refuseOlderProgram(dir: string, dataDir: string): Promise<void> {
  const path = join(dir, SOCKET)
  if (statSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return
  const isAnswered = await new Promise<boolean>((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
  if (isAnswered) throw lockedBy(dataDir, { pid: null })
}
