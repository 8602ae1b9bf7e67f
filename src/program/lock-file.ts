import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Config as DuckDbConfig } from '@duckdb/node-bindings'
import { systemCodeOf } from './system-error.js'

/**
 * A lock of the kernel on a file: fcntl on Linux and macOS, a file that nobody else may open on Windows. Node has neither, and
 * DuckDB takes them for each database that it opens; so the file is a database without tables, which nothing is ever
 * written to. The kernel lets go of it with the process, however that ends. Within a process such locks do not count, and
 * closing any descriptor of the file ends them: `HELD` stands for both, and nothing else here opens the file.
 */
export interface LockFile {
  readonly path: string
  close(): void
}

/** Somebody else holds it; `pid` as the kernel knows it, null where it does not say. */
export interface LockRefused {
  readonly pid: number | null
}

/** Files that this process holds, by device and inode. */
const HELD = new Set<string>()

const REFUSED = /Could not set lock on file|Conflicting lock is held|being used by another process/
/** True when this process itself holds the file that stands there. */
export function isHeldHere(path: string): boolean {
  const id = identityOf(path)
  return id !== null && HELD.has(id)
}

/** Device and inode of a file; null when there is none. */
export function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? null : `${found.dev}:${found.ino}`
}

/**
 * Takes the lock, making the file where there is none. `shared` is for who only reads the folder: several may have it, it
 * keeps out who writes, and the file has to be there. Throws errors of the system with their `code`.
 */
export async function takeLockFile(path: string, shared = false): Promise<LockFile | LockRefused> {
  if (isHeldHere(path)) return { pid: process.pid }
  const opened = await openDatabase(path, shared)
  if (!('close' in opened)) return opened
  const id = identityOf(path)
  if (id !== null) HELD.add(id)
  return {
    path,
    close: () => {
      if (id !== null) HELD.delete(id)
      opened.close()
    },
  }
}

async function openDatabase(path: string, shared: boolean): Promise<{ close(): void } | LockRefused> {
  const { default: duckdb } = await import('@duckdb/node-bindings')
  const config = duckdb.create_config()
  const options = { threads: '1', access_mode: shared ? 'READ_ONLY' : 'READ_WRITE' }
  for (const [name, value] of Object.entries(options)) duckdb.set_config(config, name, value)
  const open = async (file: string, how?: DuckDbConfig) => {
    const database = await duckdb.open(file, how)
    return { close: () => duckdb.close_sync(database) }
  }
  try {
    return await open(path, config)
  } catch (error) {
    const refused = refusalIn(error)
    if (refused !== null) return refused
    if (systemCodeOf(error) !== null) throw withCode(error, path)
    // Whoever holds one has made it whole.
    if (shared) return { close: () => {} }
  }
  // A power cut or a full disk has left half of it. It is made whole in place: the lock is on the inode, and another would be another lock.
  const whole = `${path}.${process.pid}.new`
  try {
    const made = await open(whole)
    made.close()
    writeFileSync(path, readFileSync(whole), { flag: 'r+' })
    return await open(path, config)
  } catch (error) {
    const refused = refusalIn(error)
    if (refused !== null) return refused
    throw withCode(error, path)
  } finally {
    rmSync(whole, { force: true })
  }
}

function refusalIn(error: unknown): LockRefused | null {
  const text = String(error)
  if (!REFUSED.test(text)) return null
  const [, pid] = /\(PID (\d+)\)/.exec(text) ?? []
  return { pid: pid === undefined ? null : Number(pid) }
}

/** DuckDB says in words what the system has answered. */
function withCode(error: unknown, path: string): unknown {
  const code = systemCodeOf(error)
  return code === null ? error : Object.assign(error as Error, { path, code, syscall: 'open' })
}
