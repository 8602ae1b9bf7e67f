import type { DuckDBConnection } from '@duckdb/node-api'
import { type FigureFile, type FigureFileSet, type FigureKind, NO_FIGURES } from '../record/figure-files.js'
import { newest } from '../record/figures.js'
import { type RecordFile, readingParquet, writeParquet } from '../record/files.js'
import { NO_PLANT, quoted } from '../record/kinds.js'
import type { RecordManifest } from '../record/manifest.js'
import { nameOfFigures, nameOfMerged } from '../record/names.js'

/** A record whose figures are moved: of the plants that count. */
export interface FiguresPart {
  readonly dir: string
  readonly manifest: Pick<RecordManifest, 'figures'>
  counts(plant: string): boolean
}

export interface FiguresMove {
  readonly connection: DuckDBConnection
  /** The record they are moved to, and what it has. */
  readonly to: string
  readonly before: FigureFileSet | undefined
  readonly sequence: number
  /** Makes a file, or gives the one that an interrupted move has made. */
  file(name: string, make: () => Promise<RecordFile | null>): Promise<RecordFile | null>
}

/** Moves what was kept of days that were let go of: a file a plant and kind. Restatements go on behind those that are there. */
export async function movedFigures(move: FiguresMove, parts: readonly FiguresPart[]): Promise<FigureFileSet> {
  let figures = move.before ?? NO_FIGURES
  for (const { dir, manifest, counts } of parts) {
    const moved = manifest.figures ?? NO_FIGURES
    const restatements = moved.files.filter(({ kind }) => kind === 'restatement')
    if (restatements.length > 0) figures = await restated(move, figures, dir, restatements, counts)
    for (const plant of Object.keys(moved.kept).filter(counts)) {
      for (const kind of ['point', 'alarm', 'alarm_change', 'checkpoint', 'boundary', 'first', 'month'] as const) {
        const files = moved.files.filter((file) => file.kind === kind && file.plant === plant)
        if (files.length === 0) continue
        const rows = kind === 'point' ? newest(dir, files) : `SELECT * FROM ${readingParquet(dir, files)}`
        figures = {
          ...figures,
          files: [
            ...figures.files,
            ...(await written(move, nameOfFigures(move.sequence, plant, kind), plant, kind, rows)),
          ],
        }
      }
      figures = { ...figures, kept: { ...figures.kept, [plant]: moved.kept[plant]! } }
    }
  }
  return figures
}

async function restated(
  move: FiguresMove,
  figures: FigureFileSet,
  dir: string,
  files: readonly FigureFile[],
  counts: (plant: string) => boolean,
): Promise<FigureFileSet> {
  const source = readingParquet(dir, files)
  const found = await move.connection.runAndReadAll(`SELECT plant, count(*)::DOUBLE FROM ${source} GROUP BY ALL`)
  const wanted = (found.getRows() as [string, number][]).filter(([plant]) => counts(plant))
  if (wanted.length === 0) return figures
  const rows = `SELECT * REPLACE (${figures.restatedTo} + row_number() OVER (ORDER BY number) AS number) FROM ${source}
    WHERE plant IN (${wanted.map(([plant]) => quoted(plant)).join(', ')}) ORDER BY number`
  // A name more for each record that they come from.
  let name = nameOfFigures(move.sequence, NO_PLANT, 'restatement')
  while (figures.files.some((file) => file.name === name)) name = nameOfMerged(name)
  const added = await written(move, name, NO_PLANT, 'restatement', rows)
  const restatedTo = figures.restatedTo + wanted.reduce((sum, [, count]) => sum + count, 0)
  return { ...figures, files: [...figures.files, ...added], restatedTo }
}

async function written(
  move: FiguresMove,
  name: string,
  plant: string,
  kind: FigureKind,
  rows: string,
): Promise<FigureFile[]> {
  const file = await move.file(name, () => writeParquet(move.connection, move.to, name, rows))
  return file === null ? [] : [{ ...file, kind, plant }]
}
