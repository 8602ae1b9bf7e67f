import type { DayFile, RecordManifest } from '../../archive/record/manifest.js'
import { dateOf } from '../../archive/record/names.js'
import type { SealedFile } from './entry.js'
import { areSameFiles, type LedgerIndex } from './ledger-index.js'

/** All that the files of days have of a kind, plant and day. */
export interface RecordedDay {
  readonly kind: DayFile['kind']
  readonly plant: string
  /** Days since 1970. */
  readonly day: number
  /** 2026-10-01. */
  readonly date: string
  /** The newest. */
  readonly generation: number
  /** In the order of their generations. */
  readonly files: readonly SealedFile[]
  /** Rows of all of them; of a key that two files have, both are counted. */
  readonly rows: number
}

/** The days of a manifest, oldest first. */
export function daysOfManifest({ days }: Pick<RecordManifest, 'days'>): readonly RecordedDay[] {
  const byDay = new Map<string, DayFile[]>()
  for (const file of days) {
    const key = `${file.kind}/${file.plant}/${file.day}`
    const known = byDay.get(key)
    if (known === undefined) byDay.set(key, [file])
    else known.push(file)
  }
  return [...byDay.values()].map(recordedDay).sort((a, b) => a.day - b.day)
}

function recordedDay(files: readonly DayFile[]): RecordedDay {
  const inOrder = [...files].sort((a, b) => a.generation - b.generation)
  const newest = inOrder.at(-1)!
  const { kind, plant, day, generation } = newest
  const sealed = inOrder.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  return { kind, plant, day, date: dateOf(day), generation, files: sealed, rows }
}

/**
 * Numbers of the entries that vouch for files, all that there are of a kind, plant and day each, ascending; null when those on
 * record are others by now.
 */
export function vouchingEntriesOf(
  index: Pick<LedgerIndex, 'day'>,
  files: readonly DayFile[],
): readonly number[] | null {
  const numbers: number[] = []
  for (const { kind, plant, date, files: of } of daysOfManifest({ days: files })) {
    const sealed = index.day(kind, plant, date)
    if (sealed === undefined || !areSameFiles(sealed.files, of)) return null
    numbers.push(sealed.number)
  }
  return numbers.sort((a, b) => a - b)
}
