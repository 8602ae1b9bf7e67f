import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordKind } from '../../archive/record/kinds.js'
import { dateOf } from '../../archive/record/names.js'
import type { LedgerIndex } from '../ledger/ledger-index.js'
import { FILES, foldersIn, type ReportState, type Snapshot } from './folder.js'

/**
 * Says which days frozen reports rest on: by the ledger, and by the reports themselves. A ledger that was begun anew knows nothing
 * of the days of reports that were frozen before. The reports are read with the first question; those that are frozen later stand in
 * the ledger.
 */
export class FrozenDays {
  readonly #dir: string
  readonly #index: Pick<LedgerIndex, 'frozenBy'>
  /** By kind, plant and day the report; null before the first question. */
  #reports: ReadonlyMap<string, string> | null = null
  /** Frozen reports that cannot be read: they may rest on any day. */
  readonly #unreadable: string[] = []

  constructor(dir: string, index: Pick<LedgerIndex, 'frozenBy'>) {
    this.#dir = dir
    this.#index = index
  }

  /** A frozen report that rests on a state of a day (2026-10-01), also an earlier one; null without one. */
  frozenBy(kind: RecordKind, plant: string, day: string): string | null {
    this.#reports ??= this.#read()
    const found = this.#index.frozenBy(kind, plant, day) ?? this.#reports.get(keyOf(kind, plant, day))
    return found ?? this.#unreadable[0] ?? null
  }

  #read(): ReadonlyMap<string, string> {
    const reports = new Map<string, string>()
    for (const { name, dir } of versionsIn(this.#dir)) {
      try {
        if (isDraft(dir)) continue
        const { files } = JSON.parse(readFileSync(join(dir, FILES.snapshot), 'utf8')) as Snapshot
        for (const { kind, plant, day } of files) reports.set(keyOf(kind, plant, dateOf(day)), name)
      } catch (error) {
        this.#unreadable.push(`${name} (${error instanceof Error ? error.message : error})`)
      }
    }
    return reports
  }
}

/** The folders of versions that are whole, with the name of each: `suzhou-1.ghg.2026-10-01.2026-11-01 v1`. */
function versionsIn(dir: string): readonly { readonly name: string; readonly dir: string }[] {
  if (!existsSync(dir)) return []
  return foldersIn(dir).flatMap((report) =>
    foldersIn(join(dir, report))
      .filter((version) => /^v\d+$/.test(version))
      .map((version) => ({ name: `${report} ${version}`, dir: join(dir, report, version) })),
  )
}

/** A version whose state cannot be read is no draft as soon as it has the list of its files. */
function isDraft(dir: string): boolean {
  if (existsSync(join(dir, FILES.snapshot))) return false
  return (JSON.parse(readFileSync(join(dir, FILES.state), 'utf8')) as ReportState).item.status === 'draft'
}

function keyOf(kind: RecordKind, plant: string, day: string): string {
  return `${kind} ${plant} ${day}`
}
