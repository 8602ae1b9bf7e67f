import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'

const SOURCE = 'exports.says = "as made"'

const built = join(import.meta.dirname, '../../dist/src/shared')
const files = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'))

describe('what the engine made of the program while it was built', () => {
  test('is taken at a start, and not read as source once more', () => {
    // In a process of its own: what a test runner asks of the engine is part of what it compares.
    const check = `
      const { readFileSync } = require('node:fs'), { Script } = require('node:vm')
      const taken = JSON.parse(process.argv[1]).filter((file) => {
        const cachedData = readFileSync(file + '.' + process.version + '-' + process.arch).subarray(8)
        return !new Script(readFileSync(file, 'utf8'), { cachedData }).cachedDataRejected
      })
      console.log(taken.length)`
    const paths = JSON.stringify(files.map((file) => join(built, file)))
    expect(files.length).toBeGreaterThan(50)
    expect(Number(execFileSync(process.execPath, ['-e', check, paths]))).toBe(files.length)
  })

  test.each([
    ['of another source of the same length', 'exports.says = "nothing"', (made: Buffer) => made],
    ['damaged', SOURCE, (made: Buffer) => made.fill(0, 40, 80)],
    ['cut off', SOURCE, (made: Buffer) => made.subarray(0, 60)],
    ['empty', SOURCE, () => Buffer.alloc(0)],
  ])('is left when it is %s: the source is what runs', async (_fault, source, spoilt) => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const file = join(dir, 'built.cjs')
    const wrapped = (code: string) => `(function (exports) {${code}\n})`
    const code = Buffer.from(wrapped(SOURCE))
    const data = new Script(code.toString()).createCachedData()
    const sums = Buffer.alloc(8)
    sums.writeUInt32LE(crc32(code), 0)
    sums.writeUInt32LE(crc32(data), 4)
    writeFileSync(file, wrapped(source))
    writeFileSync(`${file}.${process.version}-${process.arch}`, spoilt(Buffer.concat([sums, data])))
    const { load } = await import('../../dist/src/load.mjs' as string)
    expect(load(pathToFileURL(file))).toEqual({ says: source === SOURCE ? 'as made' : 'nothing' })
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
