import type { Finding } from '../../base/report.js'
import { BundleFault } from './fault.js'
import { SMALL_BYTES_MAX } from './format.js'

/**
 * The files of a bundle, be it a zip or an unpacked folder. What it reads may come from anybody: what is not as
 * `docs/understand/evidence-bundle.md` says is refused and named, and memory is bounded whatever a file claims to be.
 */
export interface BundleReader {
  readonly kind: 'zip' | 'folder'
  readonly path: string
  /** By name, in the order of their bytes, without those that were refused. */
  readonly files: ReadonlyMap<string, BundleFile>
  readonly refused: readonly Finding[]
  /** The bytes of a file in pieces. Throws `BundleFault`, also in the middle, when they are not what they should be. */
  open(name: string): AsyncGenerator<Buffer>
  close(): Promise<void>
}

export interface BundleFile {
  readonly name: string
  /** Unpacked, as stated; `open` gives exactly so many or throws. */
  readonly bytes: number
}

/** A whole small file. Throws `BundleFault` when it is missing, or larger than `bytesMax`. */
export async function bytesOf(reader: BundleReader, name: string, bytesMax = SMALL_BYTES_MAX): Promise<Buffer> {
  const file = reader.files.get(name)
  if (file !== undefined && file.bytes > bytesMax) {
    throw new BundleFault('size', name, {
      en: `it has ${file.bytes} bytes; no such file has more than ${bytesMax}`,
      zh: `它有 ${file.bytes} 字节；这类文件不会超过 ${bytesMax} 字节`,
    })
  }
  const pieces: Buffer[] = []
  for await (const piece of reader.open(name)) pieces.push(piece)
  return Buffer.concat(pieces)
}
