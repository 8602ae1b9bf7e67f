import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MIB = 1024 * 1024
const BALLAST = 'ballast'

/** A file system of its own in memory that can be filled up; needs root. */
export class SmallDisk {
  readonly dir = mkdtempSync(join(tmpdir(), 'greengauge-small-disk-'))

  constructor(sizeMiB: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', this.dir])
  }

  static readonly isPossible = process.getuid?.() === 0

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.dir)
    return bavail * bsize
  }

  /** Takes what is free but for so many bytes. */
  fill(leftBytes: number): void {
    writeFileSync(join(this.dir, BALLAST), '')
    this.fillUp(leftBytes)
  }

  /** The same with what was taken before still taken: others may have given some back. */
  fillUp(leftBytes: number): void {
    const bytes = Math.max(0, this.freeBytes - leftBytes)
    const piece = Buffer.alloc(MIB)
    const path = join(this.dir, BALLAST)
    try {
      for (let done = 0; done < bytes; done += piece.length) {
        writeFileSync(path, piece.subarray(0, Math.min(piece.length, bytes - done)), { flag: 'a' })
      }
    } catch (error) {
      // Others write at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  free(): void {
    rmSync(join(this.dir, BALLAST), { force: true })
  }

  remove(): void {
    execFileSync('umount', ['-l', this.dir])
    rmSync(this.dir, { recursive: true, force: true })
  }
}
