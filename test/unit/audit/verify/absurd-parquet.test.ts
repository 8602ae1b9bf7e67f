import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesOf } from '../../../../src/audit/bundle/bundle-reader.js'
import { openBundle } from '../../../../src/audit/bundle/open-bundle.js'
import { openReader, rootOfDay } from '../../../../src/audit/ledger/day-lines.js'
import { readKey, type SigningKey } from '../../../../src/audit/ledger/keys.js'
import { verifyBundle } from '../../../../src/audit/verify/verify-bundle.js'
import { ABSURD_PARQUET } from '../../../support/absurd-parquet.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { bundleOf, exchanged, type Files } from '../../../support/mutations.js'
import { meterPlant } from '../../../support/small-plant.js'

/** Parquet files whose metadata are absurd, from somebody who has a key: a finding each, in bounded memory. */

const GROWTH_MAX_BYTES = 400e6

let dir: string
let files: Files
let key: SigningKey
let name: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'absurd-parquet-'))
  const bench = await meterPlant()
  const made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-02' } })
  await bench.close()
  key = readKey(made.ledgerDir)!
  const bundle = await openBundle(made.zip)
  const read = new Map<string, Buffer>()
  for (const one of bundle.files.keys()) read.set(one, await bytesOf(bundle, one))
  await bundle.close()
  files = read
  name = [...files.keys()].find((one) => one.endsWith('.parquet') && one.includes('reading'))!
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

test.each(ABSURD_PARQUET)('the verifier finds a sealed file with %s', async (_, bytes) => {
  const before = process.memoryUsage().rss
  const wrong = []
  for await (const finding of verifyBundle(bundleOf(exchanged(files, name, bytes, key))))
    if (!finding.ok) wrong.push(finding)
  expect(wrong).toMatchObject([{ code: 'sealed_file', subject: name }])
  expect(process.memoryUsage().rss - before).toBeLessThan(GROWTH_MAX_BYTES)
})

test.each(ABSURD_PARQUET)('the reader of days refuses a file with %s', async (_, bytes) => {
  const before = process.memoryUsage().rss
  const instance = await openReader()
  const connection = await instance.connect()
  try {
    writeFileSync(join(dir, 'gen-1.parquet'), bytes)
    const day = { kind: 'reading', plant: 'p', day: 20_000, files: [{ name: 'gen-1.parquet' }] } as const
    await expect(rootOfDay(connection, dir, day)).rejects.toThrow(/Parquet|Footer length|Allocation failure/)
    expect(process.memoryUsage().rss - before).toBeLessThan(GROWTH_MAX_BYTES)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
})
