import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, expect } from 'vitest'
import { ZipFile } from 'yazl'
import { BundleFault } from '../../src/audit/bundle/fault.js'
import { openBundle } from '../../src/audit/bundle/open-bundle.js'

const FILES: Readonly<Record<string, string>> = {
  'MANIFEST.json': JSON.stringify({ files: ['a', 'b'] }),
  'evidence/p/readings/2026-10-01.csv': 'line,device\n'.repeat(50),
  'ledger/ledger.jsonl': '{"a":1}\n'.repeat(20),
}

let dir: string
let original: Buffer
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bundle-fuzz-'))
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(FILES)) zip.addBuffer(Buffer.from(content), name, { mtime: new Date(0) })
  zip.end()
  const path = join(dir, 'whole.zip')
  await pipeline(zip.outputStream, createWriteStream(path))
  original = readFileSync(path)
})
afterAll(() => rmSync(dir, { recursive: true }))

/** More on demand: `BUNDLE_CHANGES=20000`. */
const RUNS = Number(process.env.BUNDLE_CHANGES ?? 150)

const change = fc.record({
  kind: fc.constantFrom('flip', 'insert', 'delete', 'swap', 'cut'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.integer({ min: 1, max: 255 }),
})

function changed(bytes: Buffer, { kind, at, byte }: { kind: string; at: number; byte: number }): Buffer {
  const i = Math.floor(at * bytes.length)
  const copy = Buffer.from(bytes)
  if (kind === 'flip') copy[i] = copy[i]! ^ byte
  if (kind === 'swap') [copy[i], copy[(i + byte) % copy.length]] = [copy[(i + byte) % copy.length]!, copy[i]!]
  if (kind === 'insert') return Buffer.concat([bytes.subarray(0, i), Buffer.of(byte), bytes.subarray(i)])
  if (kind === 'delete') return Buffer.concat([bytes.subarray(0, i), bytes.subarray(i + 1)])
  return kind === 'cut' ? copy.subarray(0, i) : copy
}

test.prop([fc.array(change, { minLength: 1, maxLength: 4 })], { numRuns: RUNS })(
  'whatever happens to the bytes of a zip, a file of it is read as it was or refused with a sentence',
  async (changes) => {
    const path = join(dir, 'changed.zip')
    writeFileSync(path, changes.reduce(changed, original))
    try {
      const reader = await openBundle(path)
      for (const name of reader.files.keys()) {
        try {
          const pieces: Buffer[] = []
          for await (const piece of reader.open(name)) pieces.push(piece)
          const content = Buffer.concat(pieces).toString()
          // A name may be another; what stands under it was in the zip, byte for byte.
          expect(Object.values(FILES)).toContain(content)
        } catch (error) {
          expect(error).toBeInstanceOf(BundleFault)
        }
      }
      await reader.close()
    } catch (error) {
      expect(error).toBeInstanceOf(BundleFault)
    }
  },
  30_000 + RUNS * 10,
)
