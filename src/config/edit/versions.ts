import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../files/access-file.js'

/**
 * Versions of the configuration file, in `configurations` of the data directory, one file each: whole texts, with their secrets, so
 * that an undo brings back the same bytes. They are readable for the owner of the folder alone.
 */

/** Older ones are deleted. */
export const VERSIONS_MAX = 200
/** Bytes of all of them, since a list reads them all; the two newest stay whatever they take. */
export const VERSIONS_BYTES_MAX = 32 * 1024 * 1024

const storedVersion = z.object({
  version: z.number().int(),
  at: z.string(),
  by: z.string(),
  how: z.enum(['edit', 'undo', 'hand']),
  undoes: z.number().int().nullable(),
  changes: z.array(z.string()),
  hash: z.string(),
  text: z.string(),
})

export type StoredVersion = z.output<typeof storedVersion>

export class VersionStore {
  readonly #dataDir: string
  readonly #dir: string

  constructor(dataDir: string) {
    this.#dataDir = dataDir
    this.#dir = join(dataDir, 'configurations')
  }

  /** All versions in their order; one that cannot be read is left out. */
  all(): readonly StoredVersion[] {
    return this.#numbers().flatMap((version) => this.find(version) ?? [])
  }

  newest(): StoredVersion | null {
    const last = this.#numbers().at(-1)
    return last === undefined ? null : this.find(last)
  }

  find(version: number): StoredVersion | null {
    try {
      return storedVersion.parse(JSON.parse(readFileSync(this.#fileOf(version), 'utf8')))
    } catch {
      return null
    }
  }

  /** Keeps a version under the next number, whole or not at all, and lets the oldest go. Throws errors of the system. */
  add(one: Omit<StoredVersion, 'version'>): StoredVersion {
    const numbers = this.#numbers()
    const version = { version: (numbers.at(-1) ?? 0) + 1, ...one }
    writeWhole(this.#fileOf(version.version), `${JSON.stringify(version)}\n`, this.#dataDir)
    this.#forgetOldest()
    return version
  }

  /** Takes back a version that did not come to be. */
  drop(version: number): void {
    rmSync(this.#fileOf(version), { force: true })
  }

  #forgetOldest(): void {
    let bytes = 0
    this.#numbers()
      .toReversed()
      .forEach((number, age) => {
        bytes += statSync(this.#fileOf(number), { throwIfNoEntry: false })?.size ?? 0
        const isKept = age < 2 || (age < VERSIONS_MAX && bytes <= VERSIONS_BYTES_MAX)
        if (!isKept) rmSync(this.#fileOf(number), { force: true })
      })
  }

  #fileOf(version: number): string {
    return join(this.#dir, `${String(version).padStart(8, '0')}.json`)
  }

  #numbers(): readonly number[] {
    try {
      const names = readdirSync(this.#dir).flatMap((name) => /^(\d{8})\.json$/.exec(name)?.[1] ?? [])
      return names.map(Number).sort((a, b) => a - b)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}
