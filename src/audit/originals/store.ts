import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { writeDurably } from '../../program/durable-file.js'
import { makeFolder } from '../../program/folders.js'
import { namesBelow } from '../backup/held.js'

/** Folder of the originals below the data directory. */
export const ORIGINALS_FOLDER = 'originals'

const NAME = /^[0-9a-f]{2}\/([0-9a-f]{64})$/
const SHA256 = /^[0-9a-f]{64}$/

export interface OriginalStoreOptions {
  /** `DATA_DIR/originals` */
  readonly dir: string
  /** Bytes of one file. */
  readonly fileBytesMax: number
  /** Bytes of all of them. */
  readonly bytesMax: number
  /** Bytes that are free on the disk of the folder; the disk is asked when absent. */
  freeBytes?(): number
}

/** A file that is kept. */
export interface KeptOriginal {
  readonly sha256: string
  readonly bytes: number
  /** It was kept before. */
  readonly known: boolean
}

/** A file was not taken: it is empty or too large, there is no room for more, or the disk has little left for what devices send. */
export interface OriginalRefusal {
  readonly refused: 'empty' | 'too_large' | 'full' | 'disk'
  /** Bytes that would have been taken; of `disk` those that have to stay free. */
  readonly bytesMax: number
}

/** Room on the disk that is left to journal and archive: papers can wait, readings cannot. */
const FREE_BYTES_MIN = 2 ** 30

/**
 * Scans of bills, reports of laboratories and other papers that entries rest on, each under its SHA-256: `ab/ab12…`. Nothing is ever
 * deleted from here or changed; what is full takes nothing more, and says so.
 */
export class OriginalStore {
  readonly #options: OriginalStoreOptions
  #bytes: number | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: OriginalStoreOptions) {
    this.#options = options
  }

  /** Keeps a file durably, one after the other. Rejects with errors of the disk. */
  keep(content: Uint8Array): Promise<KeptOriginal | OriginalRefusal> {
    const turn = this.#last.then(() => this.#keep(content))
    this.#last = turn.catch(() => {})
    return turn
  }

  /** The path of a file that is kept; null when there is none of that hash. */
  path(sha256: string): string | null {
    if (!SHA256.test(sha256)) return null
    const path = join(this.#options.dir, nameOf(sha256))
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : null
  }

  /** The path of a file that is kept and still what its hash says; null when there is none, `damaged` when it is another by now. */
  async intactPath(sha256: string): Promise<string | 'damaged' | null> {
    const path = this.path(sha256)
    if (path === null) return null
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex') === sha256 ? path : 'damaged'
  }

  async #keep(content: Uint8Array): Promise<KeptOriginal | OriginalRefusal> {
    const { dir, fileBytesMax, bytesMax } = this.#options
    const bytes = content.length
    if (bytes === 0) return { refused: 'empty', bytesMax: fileBytesMax }
    if (bytes > fileBytesMax) return { refused: 'too_large', bytesMax: fileBytesMax }
    const sha256 = createHash('sha256').update(content).digest('hex')
    const known = this.path(sha256)
    // One that was damaged on the disk is mended by handing it in again.
    if (known !== null && sha256Of(known) === sha256) return { sha256, bytes, known: true }
    this.#bytes ??= originalsIn(dir).reduce((sum, one) => sum + one.bytes, 0)
    const added = bytes - (known === null ? 0 : statSync(known).size)
    if (this.#bytes + added > bytesMax) return { refused: 'full', bytesMax }
    makeFolder(join(dir, sha256.slice(0, 2)), 0o700)
    if (this.#freeBytes() - bytes < FREE_BYTES_MIN) return { refused: 'disk', bytesMax: FREE_BYTES_MIN }
    await writeDurably(dir, nameOf(sha256), content, { mode: 0o600 })
    this.#bytes += added
    return { sha256, bytes, known: false }
  }

  #freeBytes(): number {
    const { dir, freeBytes } = this.#options
    if (freeBytes !== undefined) return freeBytes()
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  }
}

/** Files that are kept in a folder, in the order of their hashes, each with its size. */
export function originalsIn(dir: string): readonly { readonly sha256: string; readonly bytes: number }[] {
  return namesBelow(dir)
    .flatMap((name) => {
      const sha256 = NAME.exec(name)?.[1]
      return sha256 === undefined ? [] : [{ sha256, bytes: statSync(join(dir, name)).size }]
    })
    .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
}

/** True when a file that is kept is still the one that its name says. */
export function isIntact(dir: string, sha256: string): boolean {
  return sha256Of(join(dir, nameOf(sha256))) === sha256
}

function nameOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
