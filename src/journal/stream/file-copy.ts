import type { Disk } from '../disk.js'
import { segmentPath } from '../segment.js'
import type { CapturedBytes } from './captured-disk.js'

/**
 * The segment files as the copy of a stream. A segment is synced when the next one begins, so only the newest may be torn by a power
 * cut; that one is made anew from the stream at the next start.
 */
export class FileCopy {
  readonly #disk: Disk
  readonly #dir: string
  #open: { readonly segment: number; readonly fd: number } | null = null

  constructor(disk: Disk, dir: string) {
    this.#disk = disk
    this.#dir = dir
  }

  /** Puts the bytes where they belong; the same may be put there again. Throws what the disk throws. */
  apply({ segment, offset, bytes }: CapturedBytes): void {
    if (offset === 0 || this.#open?.segment !== segment) this.#turnTo(segment, offset === 0)
    this.#disk.write(this.#open!.fd, bytes, offset)
  }

  /** After it what was applied is durable. */
  close(): void {
    const open = this.#open
    this.#open = null
    if (open === null) return
    try {
      this.#disk.syncData(open.fd)
    } finally {
      this.#disk.close(open.fd)
    }
  }

  #turnTo(segment: number, isNew: boolean): void {
    this.close()
    const file = segmentPath(this.#dir, segment)
    this.#open = { segment, fd: isNew ? this.#disk.create(file) : this.#disk.open(file, 'rewrite') }
    if (isNew) this.#disk.syncDirectory(this.#dir)
  }
}
