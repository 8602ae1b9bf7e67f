import { execFileSync } from 'node:child_process'
import { createPublicKey, hash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../../../src/audit/bundle/bundle-reader.js'
import { manifestShape } from '../../../../src/audit/bundle/format.js'
import { makeBundle } from '../../../../src/audit/bundle/make-bundle.js'
import { openBundle } from '../../../../src/audit/bundle/open-bundle.js'
import { isFileSigned } from '../../../../src/audit/bundle/signature.js'
import { checkChain } from '../../../../src/audit/ledger/check-chain.js'
import { MerkleTree } from '../../../../src/audit/ledger/merkle.js'
import { linesOf } from '../../../../src/audit/ledger/rows.js'
import { FROZEN_ID, type Frozen, frozenReport, PLANT } from '../../../support/frozen.js'

let dir: string
let frozen: Frozen
let out: string
const steps: string[] = []
const never = new AbortController().signal

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bundle-'))
  frozen = await frozenReport(join(dir, 'data'))
  out = join(dir, 'bundle.zip')
  await makeBundle({ ...frozen, out }, never, (share, { en }) => steps.push(`${share.toFixed(2)} ${en}`))
})
afterAll(() => rmSync(dir, { recursive: true }))

const DAYS = ['2026-09-30', '2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04']

test('a bundle has the report, the evidence, each day as CSV and as it is in the archive, and the ledger up to the freeze', async () => {
  const reader = await openBundle(out)
  expect(reader.refused).toEqual([])
  expect([...reader.files.keys()]).toEqual(
    [
      'HOW-TO-CHECK.md',
      'MANIFEST.json',
      'MANIFEST.sig',
      'SHA256SUMS',
      ...DAYS.map((day) => `archive/reading/plant=${PLANT}/day=${day}/gen-1.parquet`),
      `archive/reading/plant=${PLANT}/day=2026-10-02/gen-2.parquet`,
      `archive/event/plant=${PLANT}/day=2026-09-30/gen-1.parquet`,
      'evidence/factors/emission-factors.csv',
      `evidence/${PLANT}/configurations/000002.json`,
      `evidence/${PLANT}/series.csv`,
      `evidence/${PLANT}/events/2026-09-30.csv`,
      ...DAYS.map((day) => `evidence/${PLANT}/readings/${day}.csv`),
      'ledger/ledger.jsonl',
      'ledger/public-key.pem',
      'report/csv/scope2.csv',
      'report/report.en.pdf',
      'report/report.json',
      'verify/greengauge-verify.mjs',
    ].sort(),
  )
  const day = (await bytesOf(reader, `evidence/${PLANT}/readings/2026-10-01.csv`)).toString().split('\n')
  expect(day.slice(0, 2)).toEqual([
    'line,device,class,metric,unit,ts,value,word,quality,seq,received_at,assumed',
    'hall,main-1,energy,elec_import_kwh,kWh,2026-10-01T00:07:00.000Z,1096.4666666666667,,good,,2026-10-01T00:07:01.000Z,false',
  ])
  expect(day).toHaveLength(98)
  expect(day.at(-1)).toBe('')
  await reader.close()
})

test('everything holds: signatures, every file, the chain, and the root of each day out of its CSV', async () => {
  const reader = await openBundle(out)
  const key = createPublicKey(await bytesOf(reader, 'ledger/public-key.pem'))
  const zipHash = hash('sha256', readFileSync(out), 'buffer')
  expect(isFileSigned(key, zipHash, readFileSync(`${out}.sig`, 'utf8'))).toBe(true)
  const bytes = await bytesOf(reader, 'MANIFEST.json')
  const signature = (await bytesOf(reader, 'MANIFEST.sig')).toString()
  expect(isFileSigned(key, hash('sha256', bytes, 'buffer'), signature)).toBe(true)
  expect(isFileSigned(key, hash('sha256', bytes, 'buffer'), signature.trim())).toBe(false)
  const manifest = manifestShape.parse(JSON.parse(bytes.toString()))
  expect(manifest.report).toMatchObject({ id: FROZEN_ID, version: 1 })
  for (const { name, sha256, bytes } of manifest.files) {
    const content = await bytesOf(reader, name)
    expect([name, content.length, hash('sha256', content, 'hex')]).toEqual([name, bytes, sha256])
  }
  const listed = [...manifest.files.map(({ name }) => name), 'MANIFEST.json', 'MANIFEST.sig']
  expect(listed.sort()).toEqual([...reader.files.keys()])

  let roots = 0
  const checks: Promise<void>[] = []
  const chain = await checkChain(reader.open('ledger/ledger.jsonl'), {
    take: ({ body }) => {
      if (body.kind !== 'day') return
      const folder = body.rows_of === 'event' ? 'events' : 'readings'
      const check = async () => {
        const tree = new MerkleTree()
        let isHead = true
        for await (const line of linesOf(reader.open(`evidence/${PLANT}/${folder}/${body.day}.csv`))) {
          if (!isHead) tree.add(line)
          isHead = false
        }
        expect([tree.size, tree.root()]).toEqual([body.rows, body.root])
        roots++
      }
      checks.push(check())
    },
  })
  await Promise.all(checks)
  expect(chain.findings.filter(({ ok }) => !ok)).toEqual([])
  expect(chain.last).toMatchObject({ number: manifest.ledger.entries, hash: manifest.ledger.head })
  expect(roots).toBe(6)
  await reader.close()
})

test('the same frozen folder gives the same bytes, and says how far it is', async () => {
  const again = join(dir, 'again.zip')
  await makeBundle({ ...frozen, out: again }, never, () => undefined)
  expect(readFileSync(again).equals(readFileSync(out))).toBe(true)
  expect(readFileSync(`${again}.sig`, 'utf8')).toBe(readFileSync(`${out}.sig`, 'utf8'))
  expect(steps.slice(0, 3)).toEqual([
    '0.00 report, tables and ledger',
    '0.00 suzhou-1, 2026-09-30: 96 rows',
    '0.20 suzhou-1, 2026-10-01: 96 rows',
  ])
  expect(readdirSync(dir).sort()).toEqual(['again.zip', 'again.zip.sig', 'bundle.zip', 'bundle.zip.sig', 'data'])
})

test('the guide traces a figure of this report, line by line, and every file that it names is there', async () => {
  const reader = await openBundle(out)
  const text = (await bytesOf(reader, 'HOW-TO-CHECK.md')).toString()
  expect(text).toContain(
    '    R(2026-09-30T16:00:00.000Z) = 1063.4666666666667 + (1064.4666666666667 − 1063.4666666666667) × 480 s / 900 s = 1064',
  )
  expect(text).toContain('(1352 − 1064) = 288 kWh\n\nwhich is the figure of the report')
  expect(text).toContain('288 kWh × 0.5 kgCO2/kWh = 144 kg CO2\n')
  expect(text).toContain('手工追溯一个数值')
  const shown = [...text.matchAll(/^ {4}grep -F '([^']+)' unpacked\/(\S+)\n {4}# (.+)\n/gm)]
  expect(shown).toHaveLength(8)
  for (const [, pattern, file, line] of shown) {
    const found = (await bytesOf(reader, file!))
      .toString()
      .split('\n')
      .filter((row) => row.includes(pattern!))
    expect(found).toEqual([line])
  }
  await reader.close()
})

describe.skipIf(!hasTools())('in an empty folder, with the tools that the guide names', () => {
  test('every command of the guide works as it is written, and leaves the bundle as it was', () => {
    const folder = join(dir, 'auditor')
    mkdirSync(folder)
    const name = `${FROZEN_ID}.v1.zip`
    cpSync(out, join(folder, name))
    cpSync(`${out}.sig`, join(folder, `${name}.sig`))
    const guide = execFileSync('unzip', ['-p', out, 'HOW-TO-CHECK.md'], { encoding: 'utf8' })
    const text = guide.split('\n---\n')[0]!
    const run = (block: string) => execFileSync('bash', ['-ec', block], { cwd: folder, encoding: 'utf8' })
    const blocks = text.match(
      /(?:^ {4}(?:unzip|mkdir|node|openssl|base64|grep -o|\(cut|\(cd|sha256sum|tail|python3) .*\n)+/gm,
    )!
    expect(blocks).toHaveLength(10)
    const traced = [...text.matchAll(/^ {4}(grep -F .*)\n {4}# (.*)\n/gm)]
    run(blocks[0]!)
    expect(traced.map(([, command]) => run(command!))).toEqual(traced.map(([, , line]) => `${line}\n`))
    const [fingerprint, script, zip, manifest, files, freeze, entry, signature] = blocks.slice(1, -1).map(run)
    const key = createPublicKey(readFileSync(join(folder, 'unpacked/ledger/public-key.pem')))
    expect(fingerprint!.slice(0, 64)).toBe(hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex'))
    expect(guide.replaceAll(' ', '')).not.toContain(fingerprint!.slice(0, 64))
    expect(script).toBe('')
    for (const said of [zip, manifest, signature]) expect(said).toBe('Signature Verified Successfully\n')
    expect(files).toMatch(/^"name":"SHA256SUMS","sha256":"[0-9a-f]{64}"\nall files hold\nno other file is there\n$/)
    const last = JSON.parse(freeze!.split('\n')[0]!) as { hash: string; body: { sha256: string } }
    expect(freeze!.split('\n')[1]!.slice(0, 64)).toBe(last.body.sha256)
    expect(entry!.slice(0, 64)).toBe(last.hash)
    writeFileSync(join(folder, 'work/check.py'), /^```python\n((?:.*\n)*?)```$/m.exec(text)![1]!)
    expect(run(blocks.at(-1)!)).toBe(
      `chain: 10 entries, head ${last.hash}\nfrozen with the report: 7 files\ndays: 6 roots\nconfigurations and factor tables hold\n`,
    )
    expect(run('cd unpacked && find . -type f | wc -l').trim()).toBe(
      String(run(`unzip -Z1 ${name}`).trim().split('\n').length),
    )
    const document = /^ {4}(cmp .*)$/m.exec(text)![1]!
    cpSync(join(folder, 'unpacked/report/report.en.pdf'), join(folder, 'GIVEN.pdf'))
    expect(run(document)).toBe('')
    appendFileSync(join(folder, 'unpacked/report/report.en.pdf'), ' ')
    expect(() => run('python3 work/check.py 2>&1')).toThrow()
    expect(() => run(`${document} 2>&1`)).toThrow()
  })
})

function hasTools(): boolean {
  try {
    for (const tool of ['unzip', 'openssl', 'basenc', 'python3']) execFileSync('which', [tool])
    return true
  } catch {
    return false
  }
}

describe('a bundle that would not verify is not made', () => {
  /** A copy of the data in which something is another. */
  function altered(name: string, alter: (at: Frozen) => void): Frozen {
    const root = join(dir, name)
    cpSync(join(dir, 'data'), root, { recursive: true })
    const at = { ...frozen, reportDir: join(root, 'reports', FROZEN_ID, 'v1'), ledgerDir: join(root, 'ledger') }
    alter(at)
    return at
  }
  const parquet = `archive/reading/plant=${PLANT}/day=2026-10-02/gen-2.parquet`

  test.each<[string, (at: Frozen) => void, string]>([
    ['the report', ({ reportDir }) => writeFileSync(join(reportDir, 'report/report.json'), '{}'), 'report/report.json'],
    [
      'a factor',
      ({ reportDir }) => appendFileSync(join(reportDir, 'evidence/factors/emission-factors.csv'), '\n'),
      'evidence/factors/emission-factors.csv',
    ],
    [
      'a configuration',
      ({ reportDir }) => rmSync(join(reportDir, `evidence/${PLANT}/configurations/000002.json`)),
      `evidence/${PLANT}/configurations/000002.json: it is not there`,
    ],
    [
      'a file of the archive',
      ({ reportDir }) => cpSync(join(reportDir, parquet.replace('gen-2', 'gen-1')), join(reportDir, parquet)),
      parquet,
    ],
    ['a file that is gone', ({ reportDir }) => rmSync(join(reportDir, parquet)), `${parquet}: it is not there`],
    [
      'a line of the ledger',
      ({ ledgerDir }) => {
        const path = join(ledgerDir, 'ledger.jsonl')
        writeFileSync(path, readFileSync(path, 'utf8').replace('"rows":96', '"rows":95'))
      },
      'entry 4',
    ],
    ['the key', ({ ledgerDir }) => rmSync(join(ledgerDir, 'key.pem')), 'there is no key to sign with'],
    [
      'a name that no bundle has',
      ({ reportDir }) => {
        mkdirSync(dirname(join(reportDir, 'evidence/a b/c')), { recursive: true })
        writeFileSync(join(reportDir, 'evidence/a b/c'), '')
      },
      'evidence/a b/c',
    ],
  ])('%s', async (name, alter, message) => {
    const at = altered(name.replaceAll(' ', '-'), alter)
    const path = join(dir, `${name}.zip`)
    await expect(makeBundle({ ...at, out: path }, never, () => undefined)).rejects.toThrow(message)
    expect(readdirSync(dir).filter((file) => file.startsWith(name) && file.includes('.zip'))).toEqual([])
  })

  test('a report that was never frozen', async () => {
    const order = { ...frozen, report: { id: FROZEN_ID, version: 2 }, out: join(dir, 'no.zip') }
    await expect(makeBundle(order, never, () => undefined)).rejects.toThrow('only a frozen report has evidence')
  })

  test('and one that is stopped leaves nothing behind', async () => {
    const stop = new AbortController()
    const path = join(dir, 'stopped.zip')
    const made = makeBundle({ ...frozen, out: path }, stop.signal, (share) => {
      if (share > 0.3) stop.abort(new Error('stopped'))
    })
    await expect(made).rejects.toThrow('stopped')
    expect(existsSync(path) || existsSync(`${path}.unfinished`) || existsSync(`${path}.sig`)).toBe(false)
  })
})
