import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BACKTESTS } from './searches.js'

const ROOT = join(import.meta.dirname, '..', '..')
/** A file has it in a line of its own, a single test in its options. */
const TAG = /^\/\/ @module-tag deep$|\btags: \['deep'\]/m

/** The files of tests, relative to the repository, of which some or all run in the deep run alone, without those that it judges last. */
export function deepFiles(): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join('test', path))
    .filter((path) => !Object.hasOwn(BACKTESTS, path) && TAG.test(readFileSync(join(ROOT, path), 'utf8')))
    .sort()
}
