import { isReading, type RecordKind } from '../../archive/record/kinds.js'
import type { LedgerBody } from './entry.js'

/** A day as an entry of the ledger seals it, as far as its number of rows goes. */
export interface DayRows {
  readonly rows_of: RecordKind
  readonly plant: string
  readonly day: string
  readonly rows: number
  readonly removed?: { readonly rows: number } | undefined
}

/**
 * Follows the numbers of rows of days through a ledger: rows leave a day only by an entry that says who removed them, or with all
 * of their day when its retention is over. Fed with the entries in order.
 */
export class DayCourse {
  readonly #rows = new Map<string, number>()
  /** Rows that days had when they were let go of. */
  readonly #expired = new Map<string, number>()

  /** Objection to an entry, as `day` gives it; null for what is of no day. */
  take(body: LedgerBody): readonly [en: string, zh: string] | null {
    if (body.kind === 'expired') this.expired(body.plant, body.before)
    return body.kind === 'day' ? this.day(body) : null
  }

  /** Objection to a day, in English and Chinese; null when it follows from what was sealed of it before. */
  day({ rows_of, plant, day, rows, removed }: DayRows): readonly [en: string, zh: string] | null {
    const key = keyOf(rows_of, plant, day)
    const before = this.#rows.get(key) ?? 0
    this.#rows.set(key, rows)
    const gone = removed?.rows ?? 0
    if (removed === undefined ? rows >= before : gone > 0 && rows === before - gone) return null
    return [
      `has ${rows} rows (${rows_of}) of ${plant} on ${day} where ${before} were sealed before, and says that ${gone} were removed`,
      `${plant} 在 ${day} 有 ${rows} 行（${rows_of}），此前封存 ${before} 行，声明删除 ${gone} 行，数目不符`,
    ]
  }

  /** Readings of a plant before a day were let go of. */
  expired(plant: string, before: string): void {
    for (const [key, rows] of this.#rows) {
      const [kind, of, day = ''] = key.split('|')
      if (of !== plant || day >= before || !isReading(kind as RecordKind)) continue
      this.#expired.set(key, Math.max(rows, this.#expired.get(key) ?? 0))
      this.#rows.delete(key)
    }
  }

  /** Rows that a day had when it was let go of, if it has fewer now: a report cannot rest on what is left of it. */
  fallenFrom({ rows_of, plant, day }: Pick<DayRows, 'rows_of' | 'plant' | 'day'>): number | null {
    const key = keyOf(rows_of, plant, day)
    const rows = this.#expired.get(key) ?? 0
    return (this.#rows.get(key) ?? 0) < rows ? rows : null
  }
}

function keyOf(kind: string, plant: string, day: string): string {
  return `${kind}|${plant}|${day}`
}
