import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** Devices and topics that a person wants to see no more among the new ones. */

const entry = z.strictObject({
  /** `plant/device`, or a topic as the list shows it. */
  name: z.string().max(1024),
  kind: z.enum(['device', 'topic']),
  at: z.iso.datetime({ offset: true }),
  by: z.string().max(64).nullable(),
})
const entries = z.array(entry)

export type IgnoredEntry = z.infer<typeof entry>

/** The oldest go when there are more: they are listed again. */
export const IGNORED_MAX = 10_000

/**
 * The list of them, kept in one small file that is written as a whole. It changes what a page lists, and no figure: so it is no
 * part of the journal.
 */
export class IgnoredNewcomers {
  #entries: Map<string, IgnoredEntry>

  private constructor(
    found: readonly IgnoredEntry[],
    private readonly write: (text: string) => void,
  ) {
    this.#entries = new Map(found.map((one) => [keyOf(one), one]))
  }

  /** A file that is not there, or that nobody can read, is an empty list: then everything is listed. */
  static open(path: string, write: (path: string, text: string) => void): IgnoredNewcomers {
    let found: readonly IgnoredEntry[] = []
    try {
      found = entries.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (error) {
      const isBroken = error instanceof SyntaxError || error instanceof z.ZodError
      if (!isBroken && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    return new IgnoredNewcomers(found, (text) => write(path, text))
  }

  find(kind: IgnoredEntry['kind'], name: string): IgnoredEntry | null {
    return this.#entries.get(keyOf({ kind, name })) ?? null
  }

  /** Ignores, or lists again. Throws the system's error when the file cannot be written: then nothing has changed. */
  change(add: readonly IgnoredEntry[], remove: readonly Pick<IgnoredEntry, 'kind' | 'name'>[]): void {
    const changed = new Map(this.#entries)
    for (const one of remove) changed.delete(keyOf(one))
    for (const one of add) {
      changed.delete(keyOf(one))
      changed.set(keyOf(one), one)
    }
    for (const key of changed.keys()) {
      if (changed.size <= IGNORED_MAX) break
      changed.delete(key)
    }
    this.write(JSON.stringify([...changed.values()]))
    this.#entries = changed
  }
}

function keyOf({ kind, name }: Pick<IgnoredEntry, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}
