import zlib from 'node:zlib'
import type { SimulatedDisk } from '../../support/simulated-disk.js'

/** A record's checksum stands in the four bytes before what it is of, a header's in the four behind its 36. */
const CHECKSUM_BYTES = 4
const HEADER_BYTES = 36

/**
 * Runs something with a journal that believes what it reads from the disk: `all` of it, or only what ends where its file
 * ends. What it writes is right. A checksum that is believed is answered with the one that is written there.
 */
export function believing<T>(believed: 'all' | 'tail', run: (change: (disk: SimulatedDisk) => void) => T): T {
  const real = zlib.crc32
  /** By the memory that was read into: where in the file it begins, and how long the file is. */
  const reads = new Map<ArrayBufferLike, { at: number; sizeBytes: number }>()
  const change = (disk: SimulatedDisk) => {
    const read = disk.read.bind(disk)
    disk.read = (fd, into, at) => {
      reads.set(into.buffer, { at: at - into.byteOffset, sizeBytes: disk.sizeBytes(fd) })
      return read(fd, into, at)
    }
  }
  zlib.crc32 = (data, seed) => {
    const bytes = data as Buffer
    const found = reads.get(bytes.buffer)
    const end = found === undefined ? 0 : found.at + bytes.byteOffset + bytes.length
    const isBelieved = found !== undefined && (believed === 'all' || end === found.sizeBytes)
    if (!isBelieved) return real(data, seed)
    // Only a record is chained to what lies before it.
    const at = bytes.byteOffset + (seed === undefined ? HEADER_BYTES : -CHECKSUM_BYTES)
    return Buffer.from(bytes.buffer).readUInt32LE(at)
  }
  try {
    return run(change)
  } finally {
    zlib.crc32 = real
  }
}
