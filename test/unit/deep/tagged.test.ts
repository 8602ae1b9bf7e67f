import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BACKTESTS, SEARCHES } from '../../deep/searches.js'
import { taggedFiles } from '../../deep/tagged.js'

/** Proves that what `npm test` leaves out is run by the slow and the deep run, and these by the checks before a change is taken. */

const ROOT = join(import.meta.dirname, '..', '..', '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

test('the slow and the deep run take the files with their tag, and npm test leaves out what has one', () => {
  expect(taggedFiles('slow')).toContain('test/integration/reports.test.ts')
  expect(taggedFiles('slow')).not.toContain('test/tidy.test.ts')
  expect(taggedFiles('deep')).toContain('test/faults/kill.test.ts')
  expect(taggedFiles('deep')).not.toContain('test/tidy.test.ts')
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(scripts.test).toContain('--tags-filter=!slow && !deep')
})

test.runIf(existsSync(join(ROOT, '.ci', 'run')))(
  'the checks before a change run the slow tests behind the quick ones, and the deep tests behind these',
  () => {
    const ci = read('.ci/run')
    const runs = [' npm test --', ' npm run --silent test:slow --', ' npm run --silent test:deep --']
    const places = runs.map((run) => ci.indexOf(run))
    expect(Math.min(...places)).toBeGreaterThan(0)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  },
)

test('a backtest that the tests leave to the searches is one of these, and has the tag', () => {
  for (const file of Object.keys(BACKTESTS)) {
    expect(taggedFiles('deep')).not.toContain(file)
    expect(SEARCHES.flatMap((search) => search.command(1).args)).toContain(file)
    expect(read(file)).toContain('// @module-tag deep')
  }
})

test('every search names files that are there', () => {
  const files = SEARCHES.flatMap((search) => search.command(1).args).filter((arg) => /\.(mjs|ts)$/.test(arg))
  expect(files.length).toBeGreaterThan(SEARCHES.length / 2)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})
