import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { machineClock } from '../../base/clock.js'
import { giveFile, makeOwnFolder, type Ownership, ownershipOf } from '../../program/ownership.js'

/** Files that commands write beside a gateway that runs: whole or not at all, and one command after the other. */

/** A command holds its lock for milliseconds; one that is this old was left by a machine or a container that is gone. */
const STALE_MS = 10_000
const LOOK_MS = 20
/** Longer than a lock takes to be stale. */
const PATIENCE_MS = 15_000

/** `code` of the error when another command holds the lock all along. */
export const LOCK_BUSY = 'EBUSYFILE'

/**
 * Replaces a file by `text`, readable for the owner of the data directory alone, so that whoever reads it finds the old one or
 * the new one, also after a power cut. Makes its folder, for that owner alone too. Throws errors of the system.
 */
export function writeWhole(file: string, text: string, dataDir = dirname(file)): void {
  makeOwnFolder(dirname(file), dataDir)
  replaceWhole(file, text, ownershipOf(dataDir))
}

/**
 * Replaces a file in a folder that is there by `text`, with that owner and mode, so that whoever reads it finds the old one or the
 * new one, also after a power cut. Throws errors of the system.
 */
export function replaceWhole(file: string, text: string, ownership: Ownership): void {
  const half = `${file}.${process.pid}.new`
  try {
    rmSync(half, { force: true })
    // Never through a link that somebody has put there: root writes here for another user.
    const handle = openSync(half, 'wx', 0o600)
    try {
      giveFile(handle, ownership)
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(half, file)
  } catch (error) {
    rmSync(half, { force: true })
    // An error of a write by descriptor does not name the file.
    throw Object.assign(error as Error, { path: (error as NodeJS.ErrnoException).path ?? file })
  }
  syncFolder(dirname(file))
}

/** Makes a new name durable: without it a power cut may take the name away again. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Reads, changes and writes `file` with no other command at it: `FILE.lock` names the process that is. A lock that was
 * left by a command that was killed is taken over. `work` is not to wait for people or the network.
 * Throws with code `LOCK_BUSY` when the other one does not come to its end, else what `work` throws.
 */
export function withLock<T>(file: string, work: () => T, dataDir = dirname(file), patienceMs = PATIENCE_MS): T {
  const lock = `${file}.lock`
  makeOwnFolder(dirname(file), dataDir)
  const mine = `${hostname()} ${process.pid} ${performance.now()}\n`
  const deadlineMs = performance.now() + patienceMs
  while (!take(lock, mine, dataDir)) {
    if (isLeft(lock)) setAside(lock)
    else if (performance.now() < deadlineMs) pause(LOOK_MS)
    else throw busy(lock)
  }
  try {
    return work()
  } finally {
    if (contentOf(lock) === mine) rmSync(lock, { force: true })
  }
}

/** By a link, which is there with its content or not at all; a file that is made first is empty for a moment. */
function take(lock: string, mine: string, dataDir: string): boolean {
  const own = `${lock}.${process.pid}`
  rmSync(own, { force: true })
  const handle = openSync(own, 'wx', 0o600)
  try {
    giveFile(handle, ownershipOf(dataDir))
    writeFileSync(handle, mine)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(own, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** Its process is gone, or it is too old; a process of another container or machine cannot be asked. */
function isLeft(lock: string): boolean {
  const [host, pid] = contentOf(lock).split(' ')
  if (host === hostname() && !isAlive(Number(pid))) return true
  const since = statSync(lock, { throwIfNoEntry: false })
  return since !== undefined && machineClock.wallMs() - since.mtimeMs > STALE_MS
}

/** Two commands may find the same left lock: what is moved away is looked at again, and put back when it is a new one. */
function setAside(lock: string): void {
  const aside = `${lock}.${process.pid}.left`
  try {
    renameSync(lock, aside)
    if (!isLeft(aside)) linkSync(aside, lock)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
  rmSync(aside, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** '' when there is none. */
function contentOf(lock: string): string {
  try {
    return readFileSync(lock, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function busy(lock: string): Error {
  const who = contentOf(lock).split(' ')[1] ?? 'unknown'
  const message = `process ${who} holds ${lock}: wait for that command, or remove the file when there is none`
  return Object.assign(new Error(message), { code: LOCK_BUSY })
}
