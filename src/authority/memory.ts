import { join } from 'node:path'
import { nodeDisk } from '../journal/disk.js'
import { readMemory } from '../notify/memory.js'
import { writeDurably } from '../program/durable-file.js'
import type { Kept } from './windows.js'

/** Hours and days are looked at again after they were sent. */
export const LOOKED_AT_AGAIN = ['hour', 'day'] as const satisfies readonly Kept[]
export type Again = (typeof LOOKED_AT_AGAIN)[number]

/** State that is kept of one stack at one authority: how far it was told, not what is still to be told. */
export interface AuthorityMemory {
  /** Instant of the last QN, epoch ms: each is larger than the one before, whatever the clock does. */
  readonly qnMs: number
  /** Start of the first window that is not answered yet, epoch ms; absent where none was ever looked at. */
  readonly next: Readonly<Partial<Record<Kept, number>>>
  /** Hours and days that were answered: start and a hash of what was said; no longer than data are kept. */
  readonly told: Readonly<Record<Again, readonly (readonly [startMs: number, hash: string])[]>>
  /** Starts of those that are to be sent again, epoch ms, ascending. */
  readonly again: Readonly<Record<Again, readonly number[]>>
  /** Changes of KPI points with numbers below this one have been looked at. */
  readonly change: number
  readonly restated: number
  /** Epoch ms; null before the first answer. */
  readonly lastAnsweredMs: number | null
}

export const EMPTY_AUTHORITY_MEMORY: AuthorityMemory = {
  qnMs: 0,
  next: {},
  told: { hour: [], day: [] },
  again: { hour: [], day: [] },
  change: 0,
  restated: 0,
  lastAnsweredMs: null,
}

/**
 * A file beside the database and not in it: figures can be made again, but not whom they were told to. It is replaced as a
 * whole and synced: after a kill or a loss of power it is the old one or the new one.
 */
export class AuthorityMemoryFile {
  readonly #dir: string
  readonly #name: string

  constructor(dir: string, stack: string) {
    this.#dir = dir
    this.#name = `${stack}.json`
  }

  get path(): string {
    return join(this.#dir, this.#name)
  }

  /** Empty when there is none yet. Throws when it cannot be read. */
  read(): Promise<AuthorityMemory> {
    return readMemory(this.path, EMPTY_AUTHORITY_MEMORY)
  }

  async write(memory: AuthorityMemory): Promise<void> {
    nodeDisk.makeDirectory(this.#dir)
    await writeDurably(this.#dir, this.#name, JSON.stringify(memory))
  }
}
