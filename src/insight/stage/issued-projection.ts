import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LineFile } from './line-file.js'
import type { KpiProjection } from './projection-task.js'

/** Ends of month and year of a plant as they were projected on one day, one JSON line. Times are epoch ms. */
export interface IssuedProjection {
  readonly issuedAtMs: number
  /** Start of the day on which it was issued: nothing of that day is in it. */
  readonly todayMs: number
  /** Version of the rules. */
  readonly version: string
  readonly kpis: readonly KpiProjection[]
}

/** Projections of one plant, in a file a month. They are never changed. */
export class IssuedProjections {
  readonly #dir: string

  /** @param dir folder of the plant */
  constructor(dir: string) {
    this.#dir = dir
  }

  /** The one that was issued last, of those that can be read; null before the first. */
  get newest(): IssuedProjection | null {
    for (const name of this.#names().toReversed()) {
      const found = new LineFile(join(this.#dir, name)).lastParsed(projectionOf, () => {})
      if (found !== null) return found
    }
    return null
  }

  add(issued: IssuedProjection): void {
    new LineFile(join(this.#dir, fileName(issued.issuedAtMs))).append([JSON.stringify(issued)])
  }

  /** Projections that were issued in [fromMs, toMs), ascending, at most `limit`. */
  range({ fromMs, toMs, limit }: { readonly fromMs: number; readonly toMs: number; readonly limit: number }) {
    const found: IssuedProjection[] = []
    const first = fileName(fromMs)
    for (const name of this.#names()) {
      if (name < first) continue
      // A line that cannot be read holds up no other.
      for (const { value: one } of new LineFile(join(this.#dir, name)).parsedFrom(0, projectionOf, () => {})) {
        // They ascend, so nothing behind this one belongs to it either.
        if (one.issuedAtMs >= toMs || found.length >= limit) return found
        if (one.issuedAtMs >= fromMs) found.push(one)
      }
    }
    return found
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#dir).sort()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}

function fileName(issuedAtMs: number): string {
  return `${new Date(issuedAtMs).toISOString().slice(0, 7)}.jsonl`
}

function projectionOf(line: unknown): IssuedProjection | null {
  const { issuedAtMs, kpis } = line as Partial<IssuedProjection>
  return Number.isSafeInteger(issuedAtMs) && Array.isArray(kpis) ? (line as IssuedProjection) : null
}
