import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type Cursor, START } from '../journal/cursor.js'
import type { Disk } from '../journal/disk.js'

const count = z.number().int().min(0)
const content = z.object({ edge: z.uuid(), cursor: z.object({ segment: count, offset: count, crc: count }) })

/**
 * Keeps how far the journal is at the centre, and the name under which it goes there, in one small file. The file is replaced as a
 * whole: after a loss of power it is the old one or the new one. Without it everything that the journal holds goes out
 * again, under another name, which costs the line and changes no figure.
 */
export class ForwardPosition {
  readonly edge: string
  #cursor: Cursor
  readonly #disk: Disk
  readonly #path: string

  constructor(disk: Disk, path: string) {
    this.#disk = disk
    this.#path = path
    const kept = read(path)
    this.edge = kept?.edge ?? randomUUID()
    this.#cursor = kept?.cursor ?? START
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  /** It is none of this journal: from its beginning on. */
  reset(): void {
    this.#cursor = START
    this.keep(START)
  }

  /** '' when it is on the disk; else why not: a full disk is no reason to end. */
  keep(cursor: Cursor): string {
    const unfinished = `${this.#path}.new`
    try {
      this.#disk.makeDirectory(dirname(this.#path))
      const fd = this.#disk.create(unfinished)
      try {
        this.#disk.write(fd, Buffer.from(JSON.stringify({ edge: this.edge, cursor })), 0)
        this.#disk.syncData(fd)
      } finally {
        this.#disk.close(fd)
      }
      renameSync(unfinished, this.#path)
      this.#disk.syncDirectory(dirname(this.#path))
    } catch (error) {
      return (error as Error).message
    }
    this.#cursor = cursor
    return ''
  }
}

export function positionPath(dataDir: string): string {
  return join(dataDir, 'forward', 'place.json')
}

function read(path: string): z.output<typeof content> | null {
  try {
    return content.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
