import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const BESIDE_THE_PROJECT = fileURLToPath(new URL('../../../shared/datasets', import.meta.url))

/** The directory of the public data sets, null where there is none. */
export const datasetsDir: string | null = find(process.env.DATASETS_DIR ?? BESIDE_THE_PROJECT)

/** For the name of a test that is skipped without them. */
export const DATASETS_REMEDY =
  'needs the public data sets: set DATASETS_DIR to a directory with steel-energy.csv (UCI 851, doi 10.24432/C52G8C)'

function find(directory: string): string | null {
  const path = resolve(directory)
  return existsSync(join(path, 'steel-energy.csv')) ? path : null
}

/** Where a data set lies; null when it is not on this machine. */
export function datasetFile(name: string): string | null {
  const path = datasetsDir === null ? null : join(datasetsDir, name)
  return path !== null && existsSync(path) ? path : null
}
