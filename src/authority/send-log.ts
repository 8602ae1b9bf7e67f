import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY_MS } from '../base/durations.js'
import type { AuthorityEvent } from '../base/wire/authorities.js'
import { nodeDisk } from '../journal/disk.js'

/** A file is closed before it grows beyond this. */
const FILE_BYTES = 8 * 1024 * 1024
/** Bytes of all files together; beyond it the oldest are deleted. */
const BYTES_MAX = 128 * 1024 * 1024
const FILE = /^(\d{4}-\d\d-\d\d)\.(\d{4})\.jsonl$/

/**
 * Log of what went out and what came back, a line of JSON each, in files by day (`2026-11-26.0001.jsonl`) that people can
 * read and search. A line is on the disk before its frame goes out. Bounded by age and by bytes; a last line that a kill
 * has cut off is passed over.
 */
export class SendLog {
  readonly #dir: string
  readonly #keepMs: number
  /** Settles when all lines so far are written, or were refused: one goes to the disk after the other. */
  #writing: Promise<void> = Promise.resolve()
  #file = ''
  #fileBytes = 0

  constructor(dir: string, keepDays: number) {
    this.#dir = dir
    this.#keepMs = keepDays * DAY_MS
  }

  /** Resolves when the line is on the disk; rejects when the disk refuses. */
  append(event: AuthorityEvent): Promise<void> {
    const appended = this.#writing.then(() => this.#append(event))
    this.#writing = appended.catch(() => undefined)
    return appended
  }

  /** The newest `limit` lines, newest first. */
  async newest(limit: number): Promise<readonly AuthorityEvent[]> {
    const found: AuthorityEvent[] = []
    for (const name of (await this.#files()).toReversed()) {
      if (found.length >= limit) break
      // It may have been too old in the meantime.
      const lines = (await readFile(join(this.#dir, name), 'utf8').catch(whenMissing(''))).split('\n')
      for (let i = lines.length - 1; i >= 0 && found.length < limit; i--) {
        const event = eventIn(lines[i]!)
        if (event !== null) found.push(event)
      }
    }
    return found
  }

  async #append(event: AuthorityEvent): Promise<void> {
    const day = event.at.slice(0, 10)
    if (!this.#file.startsWith(day) || this.#fileBytes > FILE_BYTES) await this.#begin(day)
    const line = `${JSON.stringify(event)}\n`
    // Only the gateway's user may read it: what was sent to whom is nobody else's business.
    const file = await open(join(this.#dir, this.#file), 'a', 0o600)
    try {
      await file.write(line)
      await file.datasync()
    } finally {
      await file.close()
    }
    this.#fileBytes += Buffer.byteLength(line)
  }

  /** A new file for each start, too: behind a line that was cut off none is written. */
  async #begin(day: string): Promise<void> {
    nodeDisk.makeDirectory(this.#dir)
    await this.#expire(Date.parse(day) - this.#keepMs)
    const last = (await this.#files()).findLast((name) => name.startsWith(day))
    const number = Number(FILE.exec(last ?? '')?.[2] ?? 0) + 1
    this.#file = `${day}.${String(number).padStart(4, '0')}.jsonl`
    this.#fileBytes = 0
  }

  async #expire(beforeMs: number): Promise<void> {
    const files = await this.#files()
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(this.#dir, name))).size))
    let bytes = sizes.reduce((sum, size) => sum + size, 0)
    for (const [i, name] of files.entries()) {
      if (Date.parse(name.slice(0, 10)) >= beforeMs && bytes + FILE_BYTES <= BYTES_MAX) break
      await rm(join(this.#dir, name))
      bytes -= sizes[i]!
    }
  }

  /** Oldest first. */
  async #files(): Promise<string[]> {
    const names = await readdir(this.#dir).catch(whenMissing<string[]>([]))
    return names.filter((name) => FILE.test(name)).sort()
  }
}

function eventIn(line: string): AuthorityEvent | null {
  try {
    return line === '' ? null : (JSON.parse(line) as AuthorityEvent)
  } catch {
    return null
  }
}

function whenMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead
    throw error
  }
}
