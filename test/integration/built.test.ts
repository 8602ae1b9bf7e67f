import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { removeData, startGateway } from '../support/gateway.js'

const SOURCE = 'exports.says = "as made"'

const built = join(import.meta.dirname, '../../dist/src/shared')
const ENGINE = `${process.version}-${process.arch}`

/** Writes a line for each file of which a thread took, or refused, what was made. */
const witnessOf = (dir: string) => `
  import { appendFileSync } from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  import vm from 'node:vm'
  import { threadId } from 'node:worker_threads'
  vm.Script = class extends vm.Script {
    constructor(source, options) {
      super(source, options)
      const said = options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'refused' : 'taken'
      appendFileSync(${JSON.stringify(`${dir}/`)} + threadId, said + '\\n')
    }
  }
  syncBuiltinESMExports()`

describe('what the engine made of the program when the build had started it', () => {
  test('is taken by each thread of a start, and not read as source once more', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    mkdirSync(join(dir, 'threads'))
    writeFileSync(join(dir, 'witness.mjs'), witnessOf(join(dir, 'threads')))
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(join(dir, 'witness.mjs')).href}` }
    const gateway = await startGateway({ env })
    await gateway.stop()
    removeData(gateway)
    const said = readdirSync(join(dir, 'threads')).flatMap((name) => {
      return readFileSync(join(dir, 'threads', name), 'utf8')
        .trim()
        .split('\n')
    })
    expect(said).not.toContain('refused')
    expect(said.filter((one) => one === 'taken').length).toBeGreaterThan(100)
  })

  test.each([
    ['of another source of the same length', 'exports.says = "nothing"', (made: Buffer) => made],
    ['damaged', SOURCE, (made: Buffer) => made.fill(0, 40, 80)],
    ['cut off', SOURCE, (made: Buffer) => made.subarray(0, 60)],
    ['empty', SOURCE, () => Buffer.alloc(0)],
    ['as made', SOURCE, (made: Buffer) => made],
  ])('%s: the source is what runs', async (fault, source, spoilt) => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const file = join(dir, 'built.cjs')
    const made = join(`${file}.made`, ENGINE)
    mkdirSync(made, { recursive: true })
    const wrapped = (code: string) => `(function (exports) {${code}\n})`
    const code = Buffer.from(wrapped(SOURCE))
    const data = new Script(code.toString()).createCachedData()
    const sums = Buffer.alloc(8)
    sums.writeUInt32LE(crc32(code), 0)
    sums.writeUInt32LE(crc32(data), 4)
    writeFileSync(file, wrapped(source))
    writeFileSync(join(made, 'built.cjs'), spoilt(Buffer.concat([sums, data])))
    // A loader of its own, as a thread has one.
    const loader = pathToFileURL(join(built, '../load.mjs'))
    loader.search = fault
    const { load } = await import(loader.href)
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
