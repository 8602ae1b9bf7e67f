import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../program/version.js'
import { CATALOGUE } from '../catalogue.js'
import { type FactorLibrary, readLibrary } from './table.js'

/** The folder of the tables that come with the program. */
export const factorsFolder = join(packageRoot, 'factors')

let read: FactorLibrary | undefined

/** The tables that come with the program, read once. Throws a TableError when somebody has broken them. */
export function bundledLibrary(): FactorLibrary {
  read ??= readLibrary(factorsFolder)
  return read
}

/** Parts of the program that belong to the evidence of a report: factor tables, catalogue of the KPIs, verifier. */
export function programFiles() {
  return {
    factors: factorsFolder,
    catalogue: CATALOGUE,
    verifier: join(packageRoot, 'dist', 'verify', 'greengauge-verify.mjs'),
  }
}

/** The SHA-256 of each table that comes with the program, by the name of its file, hex. */
export function factorFileHashes(): Readonly<Record<string, string>> {
  const names = readdirSync(factorsFolder).filter((name) => name.endsWith('.csv'))
  return Object.fromEntries(
    names.sort().map((name) => {
      const content = readFileSync(join(factorsFolder, name))
      return [name, createHash('sha256').update(content).digest('hex')]
    }),
  )
}
