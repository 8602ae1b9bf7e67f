import fs from 'node:fs'
import path from 'node:path'

/**
 * The part of a file system that the journal needs, synchronous because it runs on a thread that has nothing else to do. Every
 * call either does all of it or throws; a simulated disk stands behind the same interface in the tests.
 */
export interface Disk {
  /** With its parents, and durably: their directory entries are on the disk when it returns. */
  makeDirectory(dir: string): void
  /** Names in the directory, in no order; none when there is no directory. */
  list(dir: string): string[]
  /** The file, emptied when it exists, for writing. The caller still has to call `syncDirectory`. */
  create(file: string): number
  open(file: string, access: 'read' | 'rewrite'): number
  sizeBytes(fd: number): number
  /** Fills `into` from `at` on; fewer bytes than it holds only at the end of the file. */
  read(fd: number, into: Uint8Array, at: number): number
  write(fd: number, bytes: Uint8Array, at: number): void
  /**
   * Makes durable what was written, before it returns. When it throws, nothing may be concluded from a second call: Linux
   * has marked the pages clean, and would answer well without writing them.
   */
  syncData(fd: number): void
  syncDirectory(dir: string): void
  remove(file: string): void
  close(fd: number): void
}

/** The machine's own disk. */
export const nodeDisk: Disk = {
  makeDirectory(dir) {
    const first = fs.mkdirSync(dir, { recursive: true })
    if (first === undefined) return
    for (let made = path.resolve(dir); made.length >= first.length; made = path.dirname(made)) {
      nodeDisk.syncDirectory(path.dirname(made))
    }
  },
  list: (dir) => (fs.existsSync(dir) ? fs.readdirSync(dir) : []),
  create: (file) => fs.openSync(file, 'w'),
  open: (file, access) => fs.openSync(file, access === 'read' ? 'r' : 'r+'),
  sizeBytes: (fd) => fs.fstatSync(fd).size,
  read(fd, into, at) {
    let filled = 0
    while (filled < into.length) {
      const count = fs.readSync(fd, into, filled, into.length - filled, at + filled)
      if (count === 0) break
      filled += count
    }
    return filled
  },
  write(fd, bytes, at) {
    // A disk that fills up takes part of the bytes first and says ENOSPC to the rest.
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done)
  },
  syncData: (fd) => fs.fdatasyncSync(fd),
  syncDirectory(dir) {
    const fd = fs.openSync(dir, 'r')
    try {
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  },
  remove: (file) => fs.rmSync(file, { force: true }),
  close: (fd) => fs.closeSync(fd),
}
