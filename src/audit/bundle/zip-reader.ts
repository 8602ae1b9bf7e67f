import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { BundleFile, BundleReader } from './bundle-reader.js'
import { BundleFault } from './fault.js'
import { Listing, missing } from './listing.js'

interface Packed extends BundleFile {
  readonly entry: yauzl.Entry
}

/** Deflate cannot pack harder than 1030 to 1; rows of readings come to 30 to 1 at most. */
const RATIO_MAX = 300
/** A file of no more bytes than this once unpacked does no harm, however hard it is packed. */
const RATIO_FREE_BYTES = 64 * 1024
const STORED = 0
const DEFLATED = 8
/** Info-ZIP's second name of a file: another reader would unpack it under that. */
const UNICODE_NAME = 0x7075
/** Deflate writes nothing at all in two bytes. */
const EMPTY_BYTES_MAX = 2
/** Most bytes of the descriptor that follows the bytes of a file, where its size was not known before. */
const DESCRIPTOR_BYTES_MAX = 24
const FILE_TYPE = 0o170000
const SYMBOLIC_LINK = 0o120000

/** A zip. Throws `BundleFault` when it is none. */
export async function openZip(path: string): Promise<BundleReader> {
  // Names are taken as bytes and judged here: yauzl would give up the whole zip for one that is wrong.
  const options = { autoClose: false, decodeStrings: false }
  const zip = await yauzl.openPromise(path, options).catch((error: Error) => {
    throw new BundleFault('unreadable', path, {
      en: `it is no zip that can be read (${error.message})`,
      zh: `它不是可读取的 zip 文件（${error.message}）`,
    })
  })
  try {
    const listing = new Listing<Packed>()
    const places: Place[] = []
    await list(zip, listing, places)
    checkPlaces(places, listing)
    const { files, refused } = listing.ordered()
    const close = async () => zip.close()
    return { kind: 'zip', path, files, refused, open: (name) => read(zip, name, files), close }
  } catch (error) {
    zip.close()
    throw faultOf(error, 'unreadable', path)
  }
}

/** Span in the zip of the header and the bytes of a file. */
interface Place {
  readonly name: string
  readonly from: number
  readonly to: number
}

async function list(zip: yauzl.ZipFile, listing: Listing<Packed>, places: Place[]): Promise<void> {
  for await (const entry of zip.eachEntry()) {
    if (listing.isFull) {
      listing.add({ name: 'x', bytes: 0, entry })
      return
    }
    const name = entry.fileNameRaw.toString('latin1')
    const local = await zip.readLocalFileHeaderPromise(entry)
    places.push({ name, from: entry.relativeOffsetOfLocalHeader, to: local.fileDataStart + entry.compressedSize })
    // A folder has nothing but its header in the zip: other packers put it there, and it says nothing.
    if (name.endsWith('/') && entry.compressedSize <= EMPTY_BYTES_MAX) {
      listing.takesFolder(name.slice(0, -1))
      continue
    }
    const why = objection(entry, local)
    if (why === null) listing.add({ name, bytes: entry.uncompressedSize, entry })
    else listing.refuse(why.code, name, why)
  }
}

function objection(
  entry: yauzl.Entry,
  local: yauzl.LocalFileHeader,
): { code: 'zip' | 'size'; en: string; zh: string } | null {
  const { compressedSize, uncompressedSize, compressionMethod } = entry
  if (entry.isEncrypted()) return { code: 'zip', en: 'it is encrypted', zh: '它被加密' }
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
    return { code: 'zip', en: 'it is packed in a way that is not used here', zh: '它使用了此处不采用的压缩方式' }
  }
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK) {
    return { code: 'zip', en: 'it is a link, no file', zh: '它是链接而不是文件' }
  }
  if (!local.fileName.equals(entry.fileNameRaw)) {
    return { code: 'zip', en: 'its two headers give it different names', zh: '它的两个文件头给出了不同的名称' }
  }
  if (entry.extraFields.some(({ id }) => id === UNICODE_NAME)) {
    return { code: 'zip', en: 'it has a second name', zh: '它有第二个名称' }
  }
  if (uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > RATIO_MAX * compressedSize) {
    return {
      code: 'size',
      en: `${compressedSize} bytes would become ${uncompressedSize}: nothing of a bundle is packed so hard, and it is not unpacked`,
      zh: `${compressedSize} 字节将解压为 ${uncompressedSize} 字节：证据包中没有压缩比如此高的内容，不予解压`,
    }
  }
  return null
}

/** Files that lie over one another unpack to more than the zip holds; what lies between them nobody has signed. */
function checkPlaces(places: Place[], listing: Listing<Packed>): void {
  places.sort((a, b) => a.from - b.from)
  let end = 0
  let before = ''
  for (const { name, from, to } of places) {
    if (from < end) {
      listing.refuse('zip', name, { en: `it lies over ${before} in the zip`, zh: `它在 zip 中与 ${before} 重叠` })
    } else if (from - end > (before === '' ? 0 : DESCRIPTOR_BYTES_MAX)) {
      listing.refuse('zip', name, {
        en: `${from - end} bytes of the zip before it belong to no file`,
        zh: `zip 中它之前的 ${from - end} 字节不属于任何文件`,
      })
    }
    end = to
    before = name
  }
}

async function* read(zip: yauzl.ZipFile, name: string, files: ReadonlyMap<string, Packed>): AsyncGenerator<Buffer> {
  const file = files.get(name)
  if (file === undefined) throw missing(name)
  try {
    let sum = 0
    for await (const piece of await zip.openReadStreamPromise(file.entry)) {
      sum = crc32(piece as Buffer, sum)
      yield piece as Buffer
    }
    if (sum !== file.entry.crc32) throw new Error('its checksum in the zip is another')
  } catch (error) {
    throw faultOf(error, 'file', name)
  }
}

function faultOf(error: unknown, code: 'unreadable' | 'file', subject: string): BundleFault {
  if (error instanceof BundleFault) return error
  const why = error instanceof Error ? error.message : String(error)
  return new BundleFault(code, subject, { en: `it cannot be unpacked (${why})`, zh: `无法解包（${why}）` })
}
