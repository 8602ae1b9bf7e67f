import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BACKTESTS } from './searches.js'

const ROOT = join(import.meta.dirname, '..', '..')
/** A file has its tag in a line of its own, a single test in its options. */
const TAGS = {
  slow: /^\/\/ @module-tag slow$|\btags: \['slow'\]/m,
  deep: /^\/\/ @module-tag deep$|\btags: \['deep'\]/m,
}

/** The files of tests, relative to the repository, of which some or all have the tag, without those that the deep run judges last. */
export function taggedFiles(tag: keyof typeof TAGS): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join('test', path))
    .filter((path) => !Object.hasOwn(BACKTESTS, path) && TAGS[tag].test(readFileSync(join(ROOT, path), 'utf8')))
    .sort()
}
