import { join } from 'node:path'
import { type FactorLibrary, readLibrary } from './kpi/factors/table.js'
import { packageRoot } from './version.js'

/** The folder of the tables that come with the program. */
export const factorsFolder = join(packageRoot, 'factors')

let read: FactorLibrary | undefined

/** The tables that come with the program, read once. Throws a TableError when somebody has broken them. */
export function bundledLibrary(): FactorLibrary {
  read ??= readLibrary(factorsFolder)
  return read
}
