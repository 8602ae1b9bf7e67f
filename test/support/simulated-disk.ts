import path from 'node:path'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Disk } from '../../src/journal/disk.js'

const SECTOR_BYTES = 512

/** Error of every call once the power is off, until `powerOn`. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

/** A file as the programs see it and as the platter has it. */
class Inode {
  live = Buffer.alloc(0)
  durable = Buffer.alloc(0)
  /** Sectors written since the last sync. */
  readonly dirty = new Set<number>()
  /** Emptied since the last sync: a power cut may bring the old contents back. */
  isTruncated = false
}

/**
 * A disk in memory that fails as real ones do, and always in the same way for the same seed. At a power cut each
 * unsynced sector of 512 bytes is there, is not there, or is torn: new up to some byte and old behind it. What lies
 * behind the synced size may be zeros or garbage, and unsynced directory entries come and go. A sync that fails marks
 * the sectors clean all the same, as Linux does. What it assumes: writing a sector does not harm the bytes in it that
 * stay the same, so synced bytes survive writing their neighbours.
 */
export class SimulatedDisk implements Disk {
  readonly #random: ReturnType<typeof xoroshiro128plus>
  readonly #live = new Map<string, Inode>()
  readonly #durable = new Map<string, Inode>()
  readonly #open = new Map<number, Inode>()
  #nextFd = 3
  #isOff = false
  #callsUntilCut = Infinity
  /** The next so many syncs fail. */
  failingSyncs = 0
  /** Bytes that may still be written before the disk is full. */
  freeBytes = Infinity
  /** Every change is refused with this while it is set: a disk that has gone away. */
  refusal: string | null = null
  /** A disk that lies: it answers `syncData` without doing it. */
  ignoresSync = false
  /** Calls so far: where a power cut may be planned. */
  calls = 0

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed)
  }

  /** A whole number from 0 to `max`, from the disk's seed. */
  pick(max: number): number {
    return uniformInt(this.#random, 0, max)
  }

  get isOff(): boolean {
    return this.#isOff
  }

  /** The power fails before the call after `calls` more. */
  planPowerCut(calls: number): void {
    this.#callsUntilCut = calls
  }

  /** The process ends; the page cache stays. */
  killProcess(): void {
    this.#open.clear()
  }

  /** Brings the power back: what the platter holds becomes what there is. */
  powerOn(): void {
    this.#isOff = false
    this.#callsUntilCut = Infinity
    this.#open.clear()
    for (const name of new Set([...this.#live.keys(), ...this.#durable.keys()])) {
      const synced = this.#durable.get(name)
      const survivor = synced === this.#live.get(name) || this.#coin() ? synced : this.#live.get(name)
      if (survivor === undefined) this.#live.delete(name)
      else this.#live.set(name, survivor)
    }
    for (const inode of new Set(this.#live.values())) this.#settle(inode)
    this.#durable.clear()
    for (const [name, inode] of this.#live) this.#durable.set(name, inode)
  }

  /** Changes one byte on the platter, as ageing does. */
  damage(file: string, offset: number): void {
    const inode = this.#live.get(file)!
    inode.live[offset] = inode.live[offset]! ^ 0xff
    inode.durable = Buffer.from(inode.live)
  }

  makeDirectory(): void {
    this.#call()
  }

  list(dir: string): string[] {
    this.#call()
    return [...this.#live.keys()].filter((file) => path.dirname(file) === dir).map((file) => path.basename(file))
  }

  create(file: string): number {
    this.#change()
    const inode = this.#live.get(file) ?? new Inode()
    inode.live = Buffer.alloc(0)
    inode.dirty.clear()
    inode.isTruncated = inode.durable.length > 0
    this.#live.set(file, inode)
    return this.#opened(inode)
  }

  open(file: string): number {
    this.#call()
    const inode = this.#live.get(file)
    if (inode === undefined) throw new Error(`ENOENT: no such file, open '${file}'`)
    return this.#opened(inode)
  }

  sizeBytes(fd: number): number {
    this.#call()
    return this.#inode(fd).live.length
  }

  read(fd: number, into: Uint8Array, at: number): number {
    this.#call()
    const found = this.#inode(fd).live.subarray(at, at + into.length)
    into.set(found)
    return found.length
  }

  write(fd: number, bytes: Uint8Array, at: number): void {
    this.#change()
    const inode = this.#inode(fd)
    const growth = Math.max(0, at + bytes.length - inode.live.length)
    const written = bytes.subarray(0, bytes.length - Math.max(0, growth - this.freeBytes))
    this.freeBytes -= Math.min(growth, this.freeBytes)
    const size = Math.max(inode.live.length, at + written.length)
    inode.live = Buffer.concat([inode.live], size)
    inode.live.set(written, at)
    for (let sector = sectorOf(at); sector <= sectorOf(at + written.length - 1); sector++) inode.dirty.add(sector)
    if (written.length < bytes.length) throw new Error('ENOSPC: no space left on device, write')
  }

  syncData(fd: number): void {
    this.#change()
    if (this.ignoresSync) return
    const inode = this.#inode(fd)
    const fails = this.failingSyncs > 0
    if (fails) this.failingSyncs -= 1
    const before = inode.isTruncated ? Buffer.alloc(0) : inode.durable
    inode.durable = Buffer.concat([before], Math.max(before.length, inode.live.length))
    for (const sector of inode.dirty) {
      if (fails) this.#tear(inode.live, inode.durable, sector)
      else copySector(inode.live, inode.durable, sector)
    }
    inode.dirty.clear()
    inode.isTruncated = false
    if (fails) throw new Error('EIO: i/o error, fdatasync')
  }

  syncDirectory(dir: string): void {
    this.#change()
    const isIn = (file: string) => path.dirname(file) === dir
    for (const file of [...this.#durable.keys()].filter(isIn)) this.#durable.delete(file)
    for (const [file, inode] of this.#live) if (isIn(file)) this.#durable.set(file, inode)
  }

  remove(file: string): void {
    this.#change()
    this.#live.delete(file)
  }

  rename(from: string, to: string): void {
    this.#change()
    const inode = this.#live.get(from)
    if (inode === undefined) throw new Error(`ENOENT: no such file, rename '${from}'`)
    this.#live.delete(from)
    this.#live.set(to, inode)
  }

  truncate(file: string, sizeBytes: number): void {
    this.#change()
    const inode = this.#live.get(file)!
    inode.live = Buffer.from(inode.live.subarray(0, sizeBytes))
    inode.isTruncated = true
    for (let sector = 0; sector <= sectorOf(sizeBytes); sector++) inode.dirty.add(sector)
  }

  /** All there is, by name. */
  contents(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#live].map(([name, { live }]) => [name, live]))
  }

  close(fd: number): void {
    this.#open.delete(fd)
  }

  /** Turns a file into what a power cut leaves of it. */
  #settle(inode: Inode): void {
    const isOldLife = inode.isTruncated && this.#coin()
    if (!isOldLife) {
      const before = inode.isTruncated ? Buffer.alloc(0) : inode.durable
      const grown = inode.live.length - before.length
      const size = grown > 0 ? before.length + this.pick(grown) : before.length
      const after = Buffer.concat([before], size)
      const isGarbage = this.#coin()
      for (let at = before.length; at < size && isGarbage; at++) after[at] = this.pick(255)
      for (const sector of inode.dirty) this.#tear(inode.live, after, sector)
      inode.durable = after
    }
    inode.live = Buffer.from(inode.durable)
    inode.dirty.clear()
    inode.isTruncated = false
  }

  /** Writes a sector, or not, or as far as some byte. */
  #tear(from: Buffer, to: Buffer, sector: number): void {
    if (this.#coin()) copySector(from, to, sector, this.#coin() ? SECTOR_BYTES : this.pick(SECTOR_BYTES))
  }

  #call(): void {
    this.calls += 1
    this.#callsUntilCut -= 1
    if (this.#callsUntilCut < 0) this.#isOff = true
    if (this.#isOff) throw new PowerCut('the power is off')
  }

  #change(): void {
    this.#call()
    if (this.refusal !== null) throw new Error(this.refusal)
  }

  #opened(inode: Inode): number {
    this.#open.set(this.#nextFd, inode)
    return this.#nextFd++
  }

  #inode(fd: number): Inode {
    const inode = this.#open.get(fd)
    if (inode === undefined) throw new Error(`EBADF: bad file descriptor ${fd}`)
    return inode
  }

  #coin(): boolean {
    return this.pick(1) === 1
  }
}

function sectorOf(offset: number): number {
  return Math.floor(offset / SECTOR_BYTES)
}

function copySector(from: Buffer, to: Buffer, sector: number, bytes = SECTOR_BYTES): void {
  const start = sector * SECTOR_BYTES
  from.copy(to, start, start, Math.min(from.length, start + bytes))
}
