import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'

const built = join(import.meta.dirname, '../../dist/src/shared')
const files = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'))

describe('what the engine made of the program while it was built', () => {
  test('is taken at a start, and not read as source once more', () => {
    // In a process of its own: what a test runner asks of the engine is part of what it compares.
    const check = `
      const { readFileSync } = require('node:fs'), { Script } = require('node:vm')
      const taken = JSON.parse(process.argv[1]).filter((file) => {
        const cachedData = readFileSync(file + '.' + process.version + '-' + process.arch)
        return !new Script(readFileSync(file, 'utf8'), { cachedData }).cachedDataRejected
      })
      console.log(taken.length)`
    const paths = JSON.stringify(files.map((file) => join(built, file)))
    expect(files.length).toBeGreaterThan(50)
    expect(Number(execFileSync(process.execPath, ['-e', check, paths]))).toBe(files.length)
  })

  test('is left when it is of another source: that source is what runs', () => {
    const made = new Script('(() => "as it was built, and longer")', { filename: pathToFileURL(built).href })
    const other = new Script('(() => "changed")', { cachedData: made.createCachedData() })
    expect(other.cachedDataRejected).toBe(true)
    expect(other.runInThisContext()()).toBe('changed')
  })

  test('an entry is a module of two lines, with what it exports', async () => {
    const disk = readFileSync(join(built, '../journal/disk.js'), 'utf8').trim().split('\n')
    expect(disk).toEqual([
      "import { load } from '../load.mjs'",
      expect.stringMatching(
        /^export const \{ nodeDisk \} = load\(new URL\('\.\.\/shared\/\S+\.cjs', import\.meta\.url\)\)$/,
      ),
    ])
  })
})
