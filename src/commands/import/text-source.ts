import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { UnreadableHistory } from './history-file.js'

const CHUNK_BYTES = 256 * 1024

/** The text of a file in pieces, unpacked where its name ends in `.gz`, and how much of the file has been read. */
export class TextSource {
  readonly #file: string
  readonly #encoding: string
  readonly #sizeBytes: number
  #readBytes = 0

  constructor(file: string, sizeBytes: number, encoding = 'utf-8') {
    this.#file = file
    this.#encoding = encoding
    this.#sizeBytes = sizeBytes
  }

  /** Part of the file that has been read, 0..1. */
  share(): number {
    return this.#sizeBytes === 0 ? 1 : Math.min(1, this.#readBytes / this.#sizeBytes)
  }

  /** Throws `UnreadableHistory` where bytes are none of the encoding. */
  async *pieces(): AsyncGenerator<string> {
    const raw = createReadStream(this.#file, { highWaterMark: CHUNK_BYTES })
    raw.on('data', (chunk) => {
      this.#readBytes += chunk.length
    })
    raw.pause()
    const unpacked = this.#file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
    if (unpacked !== raw) raw.on('error', (error) => unpacked.destroy(error))
    const decoder = new TextDecoder(this.#encoding, { fatal: true })
    try {
      for await (const chunk of unpacked as AsyncIterable<Uint8Array>) yield this.#decoded(decoder, chunk)
      yield this.#decoded(decoder)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (/^Z_/.test(code))
        throw new UnreadableHistory(`${this.#file} is no whole gzip file: ${(error as Error).message}`)
      throw error
    } finally {
      raw.destroy()
    }
  }

  #decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch {
      throw new UnreadableHistory(
        `${this.#file} is not in ${this.#encoding}: say its encoding in the mapping, csv.encoding, such as gb18030 for a file of a Chinese Windows`,
      )
    }
  }
}
