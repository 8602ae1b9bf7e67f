import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { left, tableOf, wordCell } from '../../../src/audit/report/words.js'
import { collectOriginals } from '../../../src/commands/collect-originals.js'

/** Proves that the originals that a report names come as one zip, each what its hash says, and that those not kept are told. */

const bill = Buffer.from('a scanned bill')
const sha256 = createHash('sha256').update(bill).digest('hex')
const gone = 'ab'.repeat(32)

let dir: string
let server: Server
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'originals-'))
  const columns = [left('document', 'Document', '凭证'), left('sha256', 'SHA-256 of the original', '原件 SHA-256')]
  const rows = [sha256, gone, sha256].map((one) => {
    return { level: 0 as const, strong: false, cells: [wordCell('EB-17'), wordCell(one)] }
  })
  const table = tableOf('originals', { en: 'Originals', zh: '原始凭证' }, columns, rows)
  const report = { id: 'p.ets-month', plants: [{ id: 'p' }], sections: [{ tables: [table] }] }
  server = createServer(({ url = '' }, answer) => {
    if (url === '/api/v1/reports/p.ets-month.json') answer.end(JSON.stringify(report))
    else if (url === `/api/v1/plants/p/originals/${sha256}`) answer.end(bill)
    else answer.writeHead(404).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(dir, { recursive: true, force: true })
})

test('each original once, with a list to check them by', async () => {
  const { port } = server.address() as AddressInfo
  const api = { base: `http://127.0.0.1:${port}`, certFile: null, token: () => '' }
  const out = join(dir, 'originals.zip')
  const collected = await collectOriginals(api, '/api/v1/reports/p.ets-month.json', out)
  expect(collected).toEqual({ kept: [sha256], missing: [gone] })
  const files = await filesOfZip(out)
  expect([...files.keys()]).toEqual([`originals/${sha256}`, 'SHA256SUMS'])
  expect(files.get(`originals/${sha256}`)).toEqual(bill)
  expect(files.get('SHA256SUMS')?.toString()).toBe(`${sha256}  originals/${sha256}\n`)
})

async function filesOfZip(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await yauzl.openPromise(path)
  const files = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = []
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer)
    files.set(entry.fileName, Buffer.concat(pieces))
  }
  return files
}
