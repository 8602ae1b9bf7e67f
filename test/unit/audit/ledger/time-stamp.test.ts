import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkData } from '../../../../src/audit/ledger/check-data.js'
import { Ledger } from '../../../../src/audit/ledger/ledger.js'
import { takeTimeStamp } from '../../../../src/audit/ledger/stamp.js'
import { readTimeStamp } from '../../../../src/audit/ledger/time-stamp.js'
import { findServer } from '../../../support/servers.js'

const openssl = findServer('openssl')
const clock = { nowMs: () => Date.UTC(2026, 9, 1), sleep: async () => undefined }

/** An authority as `openssl ts` makes one: a certificate that may stamp times, and what it promises. */
const AUTHORITY = `
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[may_stamp]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
`

describe.skipIf(openssl === null)('an RFC 3161 response of openssl’s own authority', () => {
  const root = mkdtempSync(join(tmpdir(), 'ledger-stamp-'))
  const run = (...args: readonly string[]) => execFileSync(openssl!, args, { cwd: root, stdio: 'pipe' })
  const response = (digest: string, algorithm = '-sha256') => {
    run('ts', '-query', '-digest', digest, algorithm, '-cert', '-out', 'query.tsq')
    run(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'tsa',
      '-queryfile',
      'query.tsq',
      '-signer',
      'tsa.crt',
      '-inkey',
      'tsa.key',
      '-out',
      'reply.tsr',
    )
    return readFileSync(join(root, 'reply.tsr'))
  }
  const faults = async () =>
    (await checkData({ dataDir: root, root: null })).filter(({ ok }) => !ok).map(({ text }) => text.en)
  let ledger: Ledger

  beforeAll(async () => {
    writeFileSync(join(root, 'tsa.cnf'), AUTHORITY)
    writeFileSync(join(root, 'serial'), '01\n')
    const subject = ['-subj', '/CN=Test authority', '-config', 'tsa.cnf', '-extensions', 'may_stamp', '-days', '1']
    run(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.crt',
      ...subject,
    )
    ledger = await Ledger.open({ dir: join(root, 'ledger'), clock, program: '1.0.0' })
    await ledger.append([{ kind: 'trimmed', before: 2 }])
  })
  afterAll(() => rmSync(root, { recursive: true }))

  test('says which digest was stamped, and when', () => {
    const { hash } = ledger.last!
    const said = readTimeStamp(response(hash))
    expect(said).toMatchObject({ algorithm: 'sha256', digest: hash })
    expect(said.time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    expect(readTimeStamp(response('ab'.repeat(48), '-sha384'))).toMatchObject({ algorithm: 'sha384' })
  })

  test('over the hash of an entry is kept, is an entry, and openssl verifies it by the hash', async () => {
    const { hash, number } = ledger.last!
    const file = response(hash)
    const entry = await takeTimeStamp(ledger, file)
    expect(entry.body).toMatchObject({ kind: 'time_stamp', entry: number })
    const kept = join('ledger', 'time-stamps', entry.body.kind === 'time_stamp' ? entry.body.file : '')
    run('ts', '-verify', '-digest', hash, '-in', kept, '-CAfile', 'tsa.crt')
    expect(await faults()).toEqual([])
    expect(await takeTimeStamp(ledger, file)).toEqual(entry)

    // A kill comes between the file and its entry.
    const other = response(hash)
    const sealed = ['ledger.jsonl', 'head.json'].map(
      (name) => [name, readFileSync(join(root, 'ledger', name))] as const,
    )
    await takeTimeStamp(ledger, other)
    for (const [name, bytes] of sealed) writeFileSync(join(root, 'ledger', name), bytes)
    expect(await faults()).toEqual([])
    ledger = await Ledger.open({ dir: join(root, 'ledger'), clock, program: '1.0.0' })
    await takeTimeStamp(ledger, other)
    writeFileSync(join(root, 'ledger', 'time-stamps', '9-00000000.tsr'), other)
    expect(await faults()).toEqual(['ledger/time-stamps/9-00000000.tsr does not belong to the ledger'])
    rmSync(join(root, 'ledger', 'time-stamps', '9-00000000.tsr'))

    writeFileSync(join(root, kept), file.subarray(1))
    expect(await faults()).toEqual([expect.stringContaining('was altered')])
    rmSync(join(root, kept))
    expect(await faults()).toEqual([expect.stringContaining('is missing')])
    writeFileSync(join(root, kept), file)
  })

  test('over anything else is not taken', async () => {
    await expect(takeTimeStamp(ledger, response('ab'.repeat(32)))).rejects.toThrow('the hash of no entry')
    await expect(takeTimeStamp(ledger, response('ab'.repeat(48), '-sha384'))).rejects.toThrow('one of sha384')
    await expect(takeTimeStamp(ledger, Buffer.alloc(300_000))).rejects.toThrow('larger')
  })

  test('cut short or garbled is no time stamp', () => {
    const file = response(ledger.last!.hash)
    for (let length = 0; length < file.length; length += 7) {
      expect(() => readTimeStamp(file.subarray(0, length))).toThrow(/no DER|no time-stamp|not grant/)
    }
    expect(() => readTimeStamp(Buffer.from('<html>'))).toThrow()
  })
})
