import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BACKTESTS, SEARCHES } from '../../deep/searches.js'
import { deepFiles } from '../../deep/tagged.js'

/** Proves that what `npm test` leaves out is run by the deep run, and the deep run by the checks before a change is taken. */

const ROOT = join(import.meta.dirname, '..', '..', '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

test('the deep run takes the files with the tag, and npm test leaves out what has the tag', () => {
  expect(deepFiles()).toContain('test/faults/kill.test.ts')
  expect(deepFiles()).not.toContain('test/tidy.test.ts')
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(scripts.test).toContain('--tags-filter=!deep')
})

test.runIf(existsSync(join(ROOT, '.ci', 'run')))(
  'the checks before a change run the deep tests behind the others',
  () => {
    const ci = read('.ci/run')
    const [tests, deep] = [ci.indexOf(' npm test --'), ci.indexOf(' npm run --silent test:deep --')]
    expect(tests).toBeGreaterThan(0)
    expect(deep).toBeGreaterThan(tests)
  },
)

test('a backtest that the tests leave to the searches is one of these, and has the tag', () => {
  for (const file of Object.keys(BACKTESTS)) {
    expect(deepFiles()).not.toContain(file)
    expect(SEARCHES.flatMap((search) => search.command(1).args)).toContain(file)
    expect(read(file)).toContain('// @module-tag deep')
  }
})

test('every search names files that are there', () => {
  const files = SEARCHES.flatMap((search) => search.command(1).args).filter((arg) => /\.(mjs|ts)$/.test(arg))
  expect(files.length).toBeGreaterThan(SEARCHES.length / 2)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})
