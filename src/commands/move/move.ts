import { rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type MoveFigures, moveRecord } from '../../archive/move/move-record.js'
import { readManifest } from '../../archive/record/manifest.js'
import { markFormat } from '../../audit/formats.js'
import { METRIC_CLASSES } from '../../base/metrics.js'
import { UnfitData } from '../../base/unfit-data.js'
import { positionOf } from '../../journal/cursor.js'
import { nodeDisk } from '../../journal/disk.js'
import { EntryCursor } from '../../journal/entry-cursor.js'
import { JournalReader } from '../../journal/reader.js'
import { SegmentFile, segmentsIn } from '../../journal/segment.js'
import { type MessageAccounting, newAccounting } from '../../pipeline/message-accounting.js'
import { type HeldDataDir, holdDataDir, holdStill, LOCKED } from '../../runtime/data-dir.js'

const PIECE_BYTES = 4 * 2 ** 20

export interface PlantsMove {
  /** Data directories of gateways that are stopped. */
  readonly from: readonly string[]
  /** The data directory that takes them; it is made where there is none. */
  readonly to: string
  counts(plant: string): boolean
  /** Version of this program. */
  readonly version: string
  readonly signal: AbortSignal
  tell(doneRows: number, rows: number): void
}

/**
 * Moves what is on record of plants from data directories into another one. There the first start makes the database of it, and
 * all figures with it. Nothing in `from` is changed.
 *
 * Throws `UnfitData` when a gateway runs on one of them, a journal holds what is not in the archive yet, a file is damaged, or
 * a plant is there already: then nothing counts of what was written.
 */
export async function movePlants(move: PlantsMove): Promise<MoveFigures> {
  const held: Pick<HeldDataDir, 'close'>[] = []
  try {
    for (const dir of move.from) {
      if (resolve(dir) === resolve(move.to)) {
        throw new UnfitData(`${dir} cannot be moved into itself: name another folder`)
      }
      const still = await holdStill(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== LOCKED) throw error
        throw new UnfitData(`a gateway runs on ${dir}: stop it, or move a restored backup of it`)
      })
      if (still !== null) held.push(still)
    }
    return await moveHeld(move)
  } finally {
    for (const one of held) one.close()
  }
}

async function moveHeld({ from, to, counts, version, signal, tell }: PlantsMove): Promise<MoveFigures> {
  for (const dir of from) {
    const rest = entriesBehindArchive(dir)
    if (rest === 0) continue
    throw new UnfitData(
      `the journal of ${dir} holds ${rest} entries that are not in its archive: run "greengauge settle" on it before`,
    )
  }
  const occupied = await holdDataDir(resolve(to), { as: 'move' })
  try {
    await markFormat(to, version)
    const figures = await moveRecord({
      parts: from.map((dir) => ({ dir: join(dir, 'archive'), counts })),
      to: join(to, 'archive'),
      progressOf: ledgerAfter,
      signal,
      tell,
    })
    // It is a cache, and does not know what has come: the next start makes another.
    for (const name of await readdir(to)) {
      if (name.startsWith('archive.duckdb')) rmSync(join(to, name), { recursive: true })
    }
    return figures
  } finally {
    occupied.close()
  }
}

/** Entries of a journal behind the place up to which the archive has files: all that matter, so no ticks. */
export function entriesBehindArchive(dataDir: string): number {
  const dir = join(dataDir, 'journal')
  const last = segmentsIn(nodeDisk, dir).at(-1)
  if (last === undefined) return 0
  const file = new SegmentFile(nodeDisk, dir, last)
  const end = positionOf({ segment: last, offset: file.sizeBytes })
  file.close()
  const reader = new JournalReader(nodeDisk, dir, readManifest(join(dataDir, 'archive')).cursor)
  const entries = new EntryCursor()
  let count = 0
  try {
    for (let records = reader.read(end, PIECE_BYTES); records.length > 0; records = reader.read(end, PIECE_BYTES)) {
      for (const { body } of records) {
        entries.open(body)
        while (entries.next()) if (['message', 'act', 'config'].includes(entries.kind)) count++
      }
    }
  } finally {
    reader.close()
  }
  return count
}

/**
 * The counts that a data directory goes on with: every reading that has come counts as one that was decoded here. Repeats and
 * messages are not told apart by plant: those stay in the accounts of where they came from.
 */
function ledgerAfter(
  before: unknown,
  moved: readonly unknown[],
  figures: MoveFigures,
  cursor: MessageAccounting['cursor'],
): MessageAccounting {
  const here: MessageAccounting = { ...newAccounting(), ...(before as MessageAccounting | null) }
  const nowMs = Math.max(here.nowMs, ...moved.map((ledger) => (ledger as MessageAccounting | null)?.nowMs ?? 0))
  const byClass = METRIC_CLASSES.map((of) => [of, here.readingsByClass[of] + (figures.byClass[of] ?? 0)] as const)
  return {
    ...here,
    cursor,
    nowMs,
    readingsDecoded: here.readingsDecoded + figures.readings + figures.conflicts,
    readingsArchived: here.readingsArchived + figures.readings,
    readingsConflict: here.readingsConflict + figures.conflicts,
    readingsByClass: Object.fromEntries(byClass) as MessageAccounting['readingsByClass'],
  }
}
