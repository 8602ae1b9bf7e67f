import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { nodeDisk } from '../../journal/disk.js'
import type { BlockStore, StoredBlock } from './blocks.js'

/** Being written, or left by a kill. */
const WRITING = /^\.writing-/

/**
 * Blocks as files of a folder that all nodes see, `DIR/K/HASH`. A name stands for all of a block: it is written aside, synced
 * and renamed.
 */
export class FolderBlocks implements BlockStore {
  readonly #dir: string
  readonly #clock: Clock

  private constructor(dir: string, clock: Clock) {
    this.#dir = dir
    this.#clock = clock
  }

  static async open(dir: string, partition: number, clock: Clock): Promise<FolderBlocks> {
    const own = join(dir, String(partition))
    await mkdir(own, { recursive: true, mode: 0o700 })
    return new FolderBlocks(own, clock)
  }

  async list(): Promise<StoredBlock[]> {
    const found: StoredBlock[] = []
    for (const hash of await readdir(this.#dir)) {
      const stats = await stat(join(this.#dir, hash)).catch(absent)
      if (stats === null) continue
      found.push({ hash, ageMs: this.#clock.nowMs() - stats.mtimeMs, handle: String(stats.mtimeMs) })
    }
    return found
  }

  async put(hash: string, bytes: Uint8Array): Promise<void> {
    const aside = join(this.#dir, `.writing-${randomUUID()}`)
    const file = await open(aside, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, join(this.#dir, hash))
    nodeDisk.syncDirectory(this.#dir)
  }

  async get(hash: string): Promise<Uint8Array | null> {
    return readFile(join(this.#dir, hash)).catch(absent)
  }

  async remove({ hash, handle }: StoredBlock): Promise<void> {
    const path = join(this.#dir, hash)
    const stats = await stat(path).catch(absent)
    if (stats !== null && (String(stats.mtimeMs) === handle || WRITING.test(hash))) await rm(path, { force: true })
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
