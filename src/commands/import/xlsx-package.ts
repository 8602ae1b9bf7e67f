import yauzl from 'yauzl'
import { UnreadableHistory } from './history-file.js'

/** Deflate packs 1030 to 1 at most; tables of numbers come to 20 to 1. */
const RATIO_MAX = 300
/** A part that is no larger does no harm, however hard it is packed. */
const RATIO_FREE_BYTES = 1024 * 1024
const PART_BYTES_MAX = 8 * 1024 ** 3
const PARTS_MAX = 10_000

/** Parts of a workbook, which is a zip. */
export class XlsxPackage {
  private constructor(
    readonly file: string,
    readonly zip: yauzl.ZipFile,
    readonly parts: ReadonlyMap<string, yauzl.Entry>,
  ) {}

  /** Throws `UnreadableHistory` for what is no workbook, or unpacks to more than it should. */
  static async open(file: string): Promise<XlsxPackage> {
    let zip: yauzl.ZipFile
    try {
      zip = await yauzl.openPromise(file, { autoClose: false })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== undefined) throw error
      throw new UnreadableHistory(`${file} is no workbook of XLSX: ${(error as Error).message}`)
    }
    try {
      return new XlsxPackage(file, zip, await partsOf(file, zip))
    } catch (error) {
      zip.close()
      if (error instanceof UnreadableHistory) throw error
      throw new UnreadableHistory(`${file} is no workbook of XLSX: ${(error as Error).message}`)
    }
  }

  has(name: string): boolean {
    return this.parts.has(name.toLowerCase())
  }

  sizeOf(name: string): number {
    return this.parts.get(name.toLowerCase())?.uncompressedSize ?? 0
  }

  /** The text of a part in pieces; none for a part that there is not. Throws `UnreadableHistory`. */
  async *pieces(name: string): AsyncGenerator<string> {
    const entry = this.parts.get(name.toLowerCase())
    if (entry === undefined) return
    const decoder = new TextDecoder('utf-8', { fatal: true })
    try {
      const stream = await this.zip.openReadStreamPromise(entry)
      for await (const chunk of stream as AsyncIterable<Uint8Array>) yield decoder.decode(chunk, { stream: true })
      yield decoder.decode()
    } catch (error) {
      throw new UnreadableHistory(`${this.file}: ${name} cannot be read: ${(error as Error).message}`)
    }
  }

  close(): void {
    this.zip.close()
  }
}

/** Names are told apart without regard to capitals (ECMA-376 Part 2, §6.2.2.3). */
async function partsOf(file: string, zip: yauzl.ZipFile): Promise<ReadonlyMap<string, yauzl.Entry>> {
  const parts = new Map<string, yauzl.Entry>()
  if (zip.entryCount > PARTS_MAX)
    throw new UnreadableHistory(`${file} has ${zip.entryCount} parts, which no workbook has`)
  for await (const entry of zip.eachEntry()) {
    const { fileName, compressedSize, uncompressedSize } = entry
    const isTooHard = uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > compressedSize * RATIO_MAX
    if (isTooHard || uncompressedSize > PART_BYTES_MAX) {
      throw new UnreadableHistory(
        `${file}: ${fileName} unpacks from ${compressedSize} to ${uncompressedSize} bytes, which no table does: nothing of it is read`,
      )
    }
    parts.set(fileName.toLowerCase(), entry)
  }
  return parts
}
