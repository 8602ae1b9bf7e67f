import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { BundleListedFile } from './format.js'

/** Names of files that are packed already, and are not packed again. */
const PACKED = /\.(parquet|pdf|xlsx)$/
/** The same in every bundle; the dates that mean something are in the report and the ledger. */
const OPTIONS = { mtime: new Date(0), forceDosTimestamp: true, mode: 0o100644 }
const PIECE_BYTES = 256 * 1024

/**
 * A zip that is written file by file while its contents come, each hashed as it passes: memory stays the same whatever
 * their size. It lies under another name until all of it is on the disk.
 */
export class ZipWriter {
  readonly #zip = new ZipFile()
  readonly #hash = createHash('sha256')
  #bytes = 0
  readonly #unfinished: string
  readonly #written: Promise<void>
  readonly #path: string

  constructor(path: string, signal: AbortSignal) {
    this.#path = path
    this.#unfinished = `${path}.unfinished`
    const counted = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        this.#hash.update(piece)
        this.#bytes += piece.length
        done(null, piece)
      },
    })
    this.#zip.on('error', (error: Error) => counted.destroy(error))
    const file = createWriteStream(this.#unfinished, { mode: 0o600, highWaterMark: 4 * PIECE_BYTES })
    this.#written = pipeline(this.#zip.outputStream, counted, file, { signal })
    // Told by whoever waits for it; nobody does while a file is being made.
    this.#written.catch(() => undefined)
  }

  /** Adds a file. Throws what `pieces` throws, and when the zip cannot be written. */
  async add(name: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<BundleListedFile> {
    const hash = createHash('sha256')
    let bytes = 0
    const source = Readable.from(
      (async function* () {
        for await (const piece of pieces) {
          hash.update(piece)
          bytes += piece.length
          yield piece
        }
      })(),
      { objectMode: false, highWaterMark: PIECE_BYTES },
    )
    this.#zip.addReadStream(source, name, { ...OPTIONS, compress: !PACKED.test(name) })
    try {
      await Promise.race([finished(source), this.#failed()])
    } catch (error) {
      source.destroy()
      throw error
    }
    return { name, bytes, sha256: hash.digest('hex') }
  }

  /** Writes the list of contents and gives the zip its name. `beforeNamed` runs when all of it is on the disk. */
  async finish(beforeNamed: (sha256: Buffer) => Promise<void>): Promise<{ bytes: number; sha256: Buffer }> {
    this.#zip.end()
    await this.#written
    const file = await open(this.#unfinished, 'r+')
    await file.sync().finally(() => file.close())
    const sha256 = this.#hash.digest()
    await beforeNamed(sha256)
    await rename(this.#unfinished, this.#path)
    return { bytes: this.#bytes, sha256 }
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    ;(this.#zip.outputStream as Readable).destroy()
    await this.#written.catch(() => undefined)
    await rm(this.#unfinished, { force: true })
  }

  /** Never resolves unless the zip is finished; then there is nothing to be added any more. */
  async #failed(): Promise<never> {
    await this.#written
    throw new Error('the zip was closed while a file was added to it')
  }
}
