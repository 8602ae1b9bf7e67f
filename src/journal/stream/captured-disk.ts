import path from 'node:path'
import type { Disk } from '../disk.js'

/** Bytes that belong into a segment's file from `offset` on. */
export interface CapturedBytes {
  readonly segment: number
  readonly offset: number
  readonly bytes: Uint8Array
}

/** No file of the machine has such a number. */
const CAPTURED_FD = -1

/**
 * A disk on which a `SegmentLog` finds what there is, and on which what it appends goes nowhere: it is kept for who takes it. So the
 * log stays the one place that knows what a journal looks like.
 */
export class CapturedDisk implements Disk {
  readonly #disk: Disk
  #segment = 0
  #offset = 0
  #blocks: Uint8Array[] = []

  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** All that one append has written: contiguous, and in memory that the next append uses again. */
  take(): CapturedBytes {
    const blocks = this.#blocks
    this.#blocks = []
    const bytes = blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks)
    return { segment: this.#segment, offset: this.#offset, bytes }
  }

  create(file: string): number {
    this.#segment = Number.parseInt(path.basename(file), 10)
    this.#blocks = []
    return CAPTURED_FD
  }

  write(fd: number, bytes: Uint8Array, at: number): void {
    if (fd !== CAPTURED_FD) {
      this.#disk.write(fd, bytes, at)
      return
    }
    if (this.#blocks.length === 0) this.#offset = at
    this.#blocks.push(bytes)
  }

  syncData(fd: number): void {
    if (fd !== CAPTURED_FD) this.#disk.syncData(fd)
  }

  close(fd: number): void {
    if (fd !== CAPTURED_FD) this.#disk.close(fd)
  }

  makeDirectory(dir: string): void {
    this.#disk.makeDirectory(dir)
  }

  list(dir: string): string[] {
    return this.#disk.list(dir)
  }

  open(file: string, access: 'read' | 'rewrite'): number {
    return this.#disk.open(file, access)
  }

  sizeBytes(fd: number): number {
    return this.#disk.sizeBytes(fd)
  }

  read(fd: number, into: Uint8Array, at: number): number {
    return this.#disk.read(fd, into, at)
  }

  syncDirectory(dir: string): void {
    this.#disk.syncDirectory(dir)
  }

  remove(file: string): void {
    this.#disk.remove(file)
  }
}
