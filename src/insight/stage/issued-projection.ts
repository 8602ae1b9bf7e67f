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

  /** The one that was issued last; null before the first. */
  get newest(): IssuedProjection | null {
    const name = this.#names().at(-1)
    const line = name === undefined ? null : new LineFile(join(this.#dir, name)).lastLine
    return line === null ? null : (JSON.parse(line) as IssuedProjection)
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
      for (const { line } of new LineFile(join(this.#dir, name)).linesFrom(0)) {
        const one = JSON.parse(line) as IssuedProjection
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
