import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../../../src/audit/bundle/bundle-reader.js'
import { openBundle } from '../../../../src/audit/bundle/open-bundle.js'
import { fingerprintOf } from '../../../../src/audit/ledger/fingerprint.js'
import { readKey } from '../../../../src/audit/ledger/keys.js'
import { inWords } from '../../../../src/audit/verify/run.js'
import { UnreadableError, type Verification, verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { evidenceBundle, type MadeEvidence } from '../../../support/evidence.js'
import { smallPlant } from '../../../support/small-plant.js'

let dir: string
let made: MadeEvidence

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'verify-'))
  const bench = await smallPlant()
  made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' } })
  await bench.close()
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

function failing({ findings }: Verification): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ code, subject }) => `${code} ${subject}`)
}

const OTHER_KEY = Array(16).fill('0000').join(' ')

describe('the bundle of a plant with meters, a stack and a robot', () => {
  test('holds when nobody has touched it, and says what was not reckoned again', async () => {
    const verification = await verifyPath(made.zip)
    expect(failing(verification)).toEqual([])
    expect(verification).toMatchObject({ what: 'bundle', ok: true })
    const figures = Object.keys(made.report.figures).length
    expect(figures).toBeGreaterThan(100)
    const english = inWords(verification, 'en').join('\n')
    expect(english).toContain(`all ${figures} figures follow from the readings`)
    expect(english).toContain('not computed again')
    expect(english).toContain('report.en.pdf among them')
    expect(english).toContain('the configuration of the plant is the one that the ledger has, in force from ')
  })

  test('without a key that was named it is sound in itself, and no more', async () => {
    const verification = await verifyPath(made.zip)
    const verdict = (language: 'en' | 'zh') => inWords(verification, language).slice(-3)
    expect(verdict('en')[0]).toBe('Sound in itself; whose key it is was not checked.')
    expect(verdict('en')[2]).toContain('anybody can make such files with a key of his own')
    expect(verdict('zh')[0]).toBe('自身前后一致；签名密钥属于谁未经核对。')
    const key = fingerprintOf(readKey(made.ledgerDir)!.key)
    const named = await verifyPath(made.zip, { key })
    expect(inWords(named, 'en').at(-1)).toContain('Everything holds: this is the report that was frozen')
    expect(inWords(named, 'zh').at(-1)).toContain('全部成立')
  })

  test('holds with the fingerprint of its key, and not with another', { tags: ['slow'] }, async () => {
    const key = fingerprintOf(readKey(made.ledgerDir)!.key)
    expect(failing(await verifyPath(made.zip, { key }))).toEqual([])
    expect(failing(await verifyPath(made.zip, { key: key.replaceAll(' ', '').toUpperCase() }))).toEqual([])
    expect(failing(await verifyPath(made.zip, { key: OTHER_KEY }))).toEqual([`key ${key}`])
  })

  test('does not hold without the signature beside it', async () => {
    const alone = join(dir, 'alone.zip')
    copyFileSync(made.zip, alone)
    const verification = await verifyPath(alone)
    expect(failing(verification)).toEqual(['zip_signature alone.zip.sig'])
    expect(inWords(verification, 'en').at(-1)).toContain('It does NOT hold: 1 finding above')
    expect(inWords(verification, 'zh').at(-1)).toContain('不成立')
  })

  test('that was cut off says so and nothing else', async () => {
    const cut = join(dir, 'cut.zip')
    writeFileSync(cut, readFileSync(made.zip).subarray(0, 2000))
    expect(failing(await verifyPath(cut))).toEqual([`unreadable ${cut}`])
  })
})

describe('what was altered is told first', () => {
  async function alteredDay(alter: (lines: string[]) => void): Promise<readonly string[]> {
    const folder = mkdtempSync(join(dir, 'unpacked-'))
    const bundle = await openBundle(made.zip)
    for (const name of bundle.files.keys()) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), await bytesOf(bundle, name))
    }
    await bundle.close()
    const path = join(folder, DAY)
    const lines = readFileSync(path, 'utf8').split('\n')
    alter(lines)
    writeFileSync(path, lines.join('\n'))
    return inWords(await verifyPath(folder), 'en').filter((line) => line.startsWith('FAILS'))
  }
  const DAY = 'evidence/p/readings/2026-10-01.csv'

  test('a reading out of order: its line, device, metric and time; the figures that follow in one line', async () => {
    let row: string[] = []
    const told = await alteredDay((lines) => {
      lines.splice(3, 2, lines[4]!, lines[3]!)
      row = lines[4]!.split(',')
    })
    expect(told.length).toBeLessThanOrEqual(3)
    expect(told[0]).toContain(`${DAY} was altered`)
    expect(told[1]).toContain(`line 5 (${row[1]}, ${row[3]}, ${row[5]}) stands out of order`)
  })

  test('another value: that the root does not tell which row, and how many figures follow', async () => {
    const told = await alteredDay((lines) => {
      const at = lines.findIndex((line) => line.includes(',elec_import_kwh,')) + 30
      const cells = lines[at]!.split(',')
      lines[at] = [...cells.slice(0, 6), String(Number(cells[6]) + 1000), ...cells.slice(7)].join(',')
    })
    expect(told[1]).toContain(
      'the root does not tell which one is another; any Parquet reader shows the rows of archive/reading/',
    )
    expect(told[2]).toMatch(/ and (more than )?\d+ figures and tables that follow from it \(--json names them\)$/)
    expect(told).toHaveLength(3)
  })
})

describe('what else can be checked', () => {
  test('a report alone: its form, and that nothing is said of its figures', async () => {
    const path = join(dir, 'report.json')
    copyFileSync(join(dir, 'reports', made.report.id, 'v1', 'report', 'report.json'), path)
    const verification = await verifyPath(path)
    expect(verification).toMatchObject({ what: 'report', ok: true })
    expect(inWords(verification, 'en').at(-1)).toContain('only its evidence bundle can show')
    writeFileSync(path, readFileSync(path, 'utf8').replace('{', '{ '))
    expect(failing(await verifyPath(path))).toEqual(['report report.json'])
    writeFileSync(path, '{"format":"greengauge-report-1"}')
    expect(failing(await verifyPath(path))).toEqual(['report report.json'])
  })

  test('a report alone is not signed with any key', async () => {
    const path = join(dir, 'reports', made.report.id, 'v1', 'report', 'report.json')
    const key = fingerprintOf(readKey(made.ledgerDir)!.key)
    expect(failing(await verifyPath(path, { key }))).toEqual(['key report.json'])
  })

  test('a report that is nested without end is none', async () => {
    const path = join(dir, 'nested.json')
    const text = readFileSync(join(dir, 'reports', made.report.id, 'v1', 'report', 'report.json'), 'utf8')
    writeFileSync(path, text.replace('"formulas":[', `"formulas":[${'['.repeat(5000)}${']'.repeat(5000)},`))
    expect(failing(await verifyPath(path))).toEqual(['report nested.json'])
  })

  test('a ledger that was laid into the folder of a bundle does not stand for it', async () => {
    const folder = mkdtempSync(join(dir, 'planted-'))
    for (const name of ['ledger.jsonl', 'head.json']) copyFileSync(join(made.ledgerDir, name), join(folder, name))
    expect(await verifyPath(folder)).toMatchObject({ what: 'ledger', ok: true })
    writeFileSync(join(folder, 'MANIFEST.json'), '{}')
    expect(await verifyPath(folder)).toMatchObject({ what: 'bundle', ok: false })
  })

  test('a ledger, by its own folder or the data directory', async () => {
    const key = fingerprintOf(readKey(made.ledgerDir)!.key)
    for (const path of [made.ledgerDir, dir]) {
      expect(await verifyPath(path, { key })).toMatchObject({ what: 'ledger', ok: true })
    }
    expect(failing(await verifyPath(made.ledgerDir, { key: OTHER_KEY }))).toEqual(['key entry 1'])
  })

  test('nothing at all is no finding, but an error', async () => {
    await expect(verifyPath(join(dir, 'nowhere'))).rejects.toThrow(UnreadableError)
  })

  test('another file is no bundle', async () => {
    const path = join(dir, 'letter.txt')
    writeFileSync(path, 'Dear auditor')
    expect(failing(await verifyPath(path))).toEqual([`unreadable ${path}`])
    expect(basename(path)).toBe('letter.txt')
  })
})

test('a gateway that froze what its readings do not give is found out, in a figure and in a table', {
  tags: ['slow'],
}, async () => {
  const other = mkdtempSync(join(tmpdir(), 'lie-'))
  const bench = await smallPlant()
  const lied = await evidenceBundle(bench, {
    dir: other,
    request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' },
    lie: (report) => {
      const [section, ...rest] = report.sections
      const [table, ...tables] = section!.tables
      const figure = report.figures['p/energy_elec_import']!
      return {
        ...report,
        figures: { ...report.figures, 'p/energy_elec_import': { ...figure, value: '1' } },
        sections: [{ ...section!, tables: [{ ...table!, rows: table!.rows.slice(1) }, ...tables] }, ...rest],
      }
    },
  })
  await bench.close()
  const verification = await verifyPath(lied.zip)
  rmSync(other, { recursive: true })
  expect(failing(verification)).toEqual([
    'figure p/energy_elec_import',
    `table ${made.report.sections[0]!.tables[0]!.id}`,
    // The report contradicts itself, too.
    'check p/energy_elec_import',
    'check p/scope2_lb_electricity',
  ])
  const [told] = verification.findings.filter(({ ok }) => !ok)
  expect(told!.text.en).toContain('the report says 1 kWh, the readings give 1176 kWh')
})
