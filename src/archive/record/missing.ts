import { existsSync, readFileSync } from 'node:fs'
import { writeDurably } from '../../program/durable-file.js'
import { dateOf } from './names.js'

/** List beside the record: the plants whose figures before a day are lost, as nobody has them. */
const FILE = 'missing-figures.json'

export interface MissingFigures {
  readonly plant: string
  /** Days since 1970, UTC. */
  readonly before: number
}

/** Figures that are noted as missing in a data directory; none when the note cannot be read. */
export function readMissing(dataDir: string): readonly MissingFigures[] {
  const path = `${dataDir}/${FILE}`
  if (!existsSync(path)) return []
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as MissingFigures[]
  } catch {
    return []
  }
}

export async function writeMissing(dataDir: string, missing: readonly MissingFigures[]): Promise<void> {
  await writeDurably(dataDir, FILE, `${JSON.stringify(missing)}\n`)
}

/** In a sentence each, with what to do. */
export function missingText(dataDir: string, missing: readonly MissingFigures[]): readonly string[] {
  return missing.map(
    ({ plant, before }) =>
      `the figures of ${plant} before ${dateOf(before)} are lost: retention has let go of the readings, and no database that has the figures can be read; restore the data directory from a backup, or, to go on without them, delete ${dataDir}/${FILE} and restart`,
  )
}
