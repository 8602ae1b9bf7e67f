import { inflateSync } from 'node:zlib'

const WOFF = 0x774f4646
const HEADER_BYTES = 44
const ENTRY_BYTES = 20

/**
 * The font inside a WOFF file, as OpenType. PDFKit takes WOFF too, but unpacks the whole table of outlines again for every
 * letter: minutes a report. Throws on what is no WOFF file.
 * Source: W3C WOFF File Format 1.0, 4 and 5; OpenType 1.9, table directory.
 */
export function openTypeOf(woff: Buffer): Buffer {
  if (woff.length < HEADER_BYTES || woff.readUInt32BE(0) !== WOFF) throw new Error('read a font: it is no WOFF file')
  const count = woff.readUInt16BE(12)
  const directory = Buffer.alloc(12 + 16 * count)
  writeHeader(directory, woff.readUInt32BE(4), count)
  const tables: Buffer[] = []
  let offset = directory.length
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES
    const packed = woff.subarray(woff.readUInt32BE(entry + 4)).subarray(0, woff.readUInt32BE(entry + 8))
    const length = woff.readUInt32BE(entry + 12)
    const at = 12 + 16 * i
    woff.copy(directory, at, entry, entry + 4)
    directory.writeUInt32BE(woff.readUInt32BE(entry + 16), at + 4)
    directory.writeUInt32BE(offset, at + 8)
    directory.writeUInt32BE(length, at + 12)
    const table = Buffer.alloc(Math.ceil(length / 4) * 4)
    const unpacked = packed.length < length ? inflateSync(packed) : packed
    unpacked.copy(table)
    tables.push(table)
    offset += table.length
  }
  return Buffer.concat([directory, ...tables])
}

function writeHeader(directory: Buffer, flavour: number, count: number): void {
  const power = Math.floor(Math.log2(count))
  directory.writeUInt32BE(flavour, 0)
  directory.writeUInt16BE(count, 4)
  directory.writeUInt16BE(16 * 2 ** power, 6)
  directory.writeUInt16BE(power, 8)
  directory.writeUInt16BE(16 * (count - 2 ** power), 10)
}
