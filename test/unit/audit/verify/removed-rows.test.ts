import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BundleReader } from '../../../../src/audit/bundle/bundle-reader.js'
import { LEDGER_FILE, type LedgerBody } from '../../../../src/audit/ledger/entry.js'
import { publicKeyFrom } from '../../../../src/audit/ledger/fingerprint.js'
import type { VerifiedManifest } from '../../../../src/audit/verify/manifest.js'
import { checkLedger } from '../../../../src/audit/verify/sealed.js'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import type { Finding } from '../../../../src/base/report.js'
import { kwh, SealedData, TS } from '../ledger/sealed-data.js'

/** Proves that a verifier follows the numbers of rows through a ledger, and finds days that have lost some without a word. */

let data: SealedData
beforeEach(async () => {
  data = await SealedData.begin()
})
afterEach(() => data.end())

test('a ledger alone shows when rows left a day without a word of it', async () => {
  await data.archived([kwh(TS, 1), kwh(TS + 1, 2)])
  await data.sealing.catchUp()
  expect((await verifyPath(join(data.dir, 'ledger'))).ok).toBe(true)
  const [day] = data.said('day').filter(({ rows_of }) => rows_of === 'reading')
  await data.ledger.append([{ ...day!, rows: 1 }])
  const { ok, findings } = await verifyPath(join(data.dir, 'ledger'))
  expect(ok).toBe(false)
  expect(findings.map(({ text }) => text.en).join()).toContain(
    'has 1 rows (reading) of p on 2026-10-01 where 2 were sealed',
  )
})

describe('a verifier', () => {
  const dayOf = (rows: number, of: object = {}): LedgerBody => ({
    kind: 'day',
    rows_of: 'reading',
    plant: 'p',
    day: '2026-10-01',
    generation: 1,
    files: [],
    rows,
    root: 'ab'.repeat(32),
    ...of,
  })

  /** Gives what it objects to in a ledger that ends with the freeze of a report over the day. */
  async function objections(bodies: readonly LedgerBody[], days: readonly number[] = []): Promise<readonly string[]> {
    await data.ledger.append([
      ...bodies,
      { kind: 'report', act: 'frozen', report: 'r', version: 1, sha256: 'cd'.repeat(32), by: 'Li', days },
    ])
    const last = data.entries.at(-1)!
    const path = join(data.dir, 'ledger', LEDGER_FILE)
    const bundle = {
      files: new Map([['ledger/ledger.jsonl', { name: 'ledger/ledger.jsonl', bytes: 1 }]]),
      open: () => createReadStream(path),
    } as unknown as BundleReader
    const [key] = data.said('key')
    const listed = {
      report: { id: 'r', version: 1, sha256: 'cd'.repeat(32) },
      ledger: { entries: last.number, head: last.hash },
      key: publicKeyFrom(key!.public_key)!,
    } as unknown as VerifiedManifest
    const spans = new Map([['p', { first: '2026-10-01', last: '2026-10-01' }]])
    const found: Finding[] = []
    for await (const finding of checkLedger(bundle, listed, spans, undefined)) found.push(finding)
    return found.filter(({ ok }) => !ok).map(({ text }) => text.en)
  }

  test('passes over a day without files only when it has no rows', async () => {
    expect((await objections([dayOf(5)])).join()).toContain('leaves them out')
  })

  test('and takes one of which all rows were removed for what it is', async () => {
    const removed = { act: 'a', at: '2026-10-09T08:00:00.000Z', by: '', why: '', devices: ['x'], rows: 5 }
    const root = 'ab'.repeat(32)
    expect(await objections([dayOf(5), dayOf(0, { removed: { ...removed, root } })])).toEqual([])
  })

  test('finds a fall that an end of retention hides', async () => {
    const expired = { kind: 'expired', plant: 'p', before: '2026-10-02' } as const
    const files = [{ name: 'x.parquet', bytes: 1, sha256: 'ab'.repeat(32) }]
    const number = data.entries.length + 3
    expect((await objections([dayOf(9, { files }), expired, dayOf(4, { files })], [number])).join()).toContain(
      'it had 9 before they were let go of',
    )
  })
})
