import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EMPTY, writeManifest } from '../../../../src/archive/record/manifest.js'
import { checkBackup } from '../../../../src/audit/backup/check.js'
import { namesBelow } from '../../../../src/audit/backup/held.js'
import { makeBackup } from '../../../../src/audit/backup/make.js'
import { restoreBackup } from '../../../../src/audit/backup/restore.js'
import { markFormat, RESTORING, refuseHalfRestored, refuseNewerFormats } from '../../../../src/audit/formats.js'
import { checkData } from '../../../../src/audit/ledger/check-data.js'
import { Ledger } from '../../../../src/audit/ledger/ledger.js'
import { systemClock } from '../../../../src/base/clock.js'
import { positionOf, START } from '../../../../src/journal/cursor.js'
import { nodeDisk } from '../../../../src/journal/disk.js'
import { JournalReader } from '../../../../src/journal/reader.js'
import { SegmentLog } from '../../../../src/journal/segment-log.js'

const clock = systemClock
const LIMITS = { segmentBytes: 256, maxBytes: 2 ** 20 }
let dir: string
let dataDir: string

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'backup-'))
  dataDir = join(dir, 'data')
  await markFormat(dataDir, '0.1.0')
  append(['one', 'two', 'three', 'four', 'five', 'six'].map((word) => word.repeat(30)))
  mkdirSync(join(dataDir, 'archive'))
  await writeManifest(join(dataDir, 'archive'), { ...EMPTY, sequence: 1 })
  await Ledger.open({ dir: join(dataDir, 'ledger'), clock, program: '0.1.0' })
  mkdirSync(join(dataDir, 'access'))
  for (const name of ['devices.json', 'access/people.json']) writeFileSync(join(dataDir, name), '[]')
  for (const name of ['local-token', 'sessions.json', 'address.json'].map((file) => `access/${file}`)) {
    writeFileSync(join(dataDir, name), 'not needed')
  }
  for (const name of ['archive.duckdb', 'archive.duckdb.wal']) {
    writeFileSync(join(dataDir, name), 'not needed')
  }
})
afterEach(() => rmSync(dir, { recursive: true }))

function append(words: readonly string[], to = dataDir): void {
  const log = SegmentLog.open(nodeDisk, join(to, 'journal'), LIMITS)
  for (const word of words) log.append([Buffer.from(word)], [1])
  log.close()
}

function journalOf(of: string): { readonly words: readonly string[]; readonly positions: readonly number[] } {
  const log = SegmentLog.open(nodeDisk, join(of, 'journal'), LIMITS)
  const end = positionOf(log.end)
  log.close()
  const reader = new JournalReader(nodeDisk, join(of, 'journal'), START)
  const words: string[] = []
  const positions: number[] = []
  for (let records = reader.read(end, 1000); records.length > 0; records = reader.read(end, 1000)) {
    words.push(...records.map(({ body }) => Buffer.from(body).toString().slice(0, 3)))
    positions.push(...records.map(({ position }) => position))
  }
  expect(reader.damage).toBeNull()
  reader.close()
  return { words, positions }
}

const backup = (to = join(dir, 'backup')) =>
  makeBackup({ dataDir, dir: to, beside: [], program: { version: '0.1.0', commit: '' }, clock, progress: () => {} })

async function restore(from = join(dir, 'backup'), into = join(dir, 'restored')) {
  mkdirSync(into, { recursive: true })
  return restoreBackup({ backup: from, dataDir: into, program: '0.1.0', clock, progress: () => {} })
}

test('what is made again, and what belongs to a running process, is not in it; the rest is, for its owner alone', async () => {
  await backup()
  const names = namesBelow(join(dir, 'backup', 'data'))
  expect(names).toEqual(expect.arrayContaining(['access/people.json', 'devices.json', 'ledger/key.pem', 'format.json']))
  expect(names.filter((name) => /token|sessions|duckdb/.test(name))).toEqual([])
  for (const name of names) expect(statSync(join(dir, 'backup', 'data', name)).mode & 0o777, name).toBe(0o600)
})

test('a restored journal goes on where no position was given before, and the ledger says so', async () => {
  await backup()
  append(['lost'.repeat(30)])
  const lost = journalOf(dataDir).positions.at(-1)!
  await restore()
  append(['new'.repeat(30)], join(dir, 'restored'))
  const { words, positions } = journalOf(join(dir, 'restored'))
  expect(words).toEqual(['one', 'two', 'thr', 'fou', 'fiv', 'six', 'new'])
  expect(positions.at(-1)).toBeGreaterThan(lost)
  const findings = await checkData({ dataDir: join(dir, 'restored'), root: null })
  expect(findings.filter(({ ok }) => !ok)).toEqual([])
  expect(readFileSync(join(dir, 'restored', 'ledger', 'ledger.jsonl'), 'utf8')).toContain('"kind":"restored"')
  const [, middle] = readdirSync(join(dir, 'restored', 'journal')).sort()
  rmSync(join(dir, 'restored', 'journal', middle!))
  const holes = await checkData({ dataDir: join(dir, 'restored'), root: null })
  expect(holes.filter(({ ok }) => !ok).map(({ subject }) => subject)).toEqual([`journal/${middle}`])
})

test('any byte that has changed, any file that is gone or too many, is named and nothing is restored', async () => {
  const to = join(dir, 'backup')
  await backup()
  for (const name of namesBelow(to)) {
    const path = join(to, name)
    const whole = readFileSync(path)
    writeFileSync(path, whole.with(whole.length >> 1, whole[whole.length >> 1]! ^ 1))
    await expect(restore(), name).rejects.toThrow(path)
    writeFileSync(path, whole)
  }
  rmSync(join(to, 'data', 'devices.json'))
  writeFileSync(join(to, 'data', 'more.json'), '')
  expect((await checkBackup(to)).faults).toEqual([
    `${join(to, 'data', 'devices.json')} is missing`,
    `${join(to, 'data', 'more.json')} does not belong to the backup`,
  ])
  expect(readdirSync(join(dir, 'restored'))).toEqual([])
})

test('a backup that was interrupted is none; a folder with something in it, or in the data directory, is not taken', async () => {
  const to = join(dir, 'backup')
  await backup()
  rmSync(join(to, 'backup.json'))
  await expect(restore()).rejects.toThrow(`${to} is no finished backup`)
  await expect(backup()).rejects.toThrow(`${to} is not empty`)
  await expect(backup(join(dataDir, 'backup'))).rejects.toThrow('lies in the data directory itself')
})

test('nothing is restored over anything; what an interrupted attempt has left is replaced by the next', async () => {
  await backup()
  const into = join(dir, 'restored')
  mkdirSync(join(into, RESTORING, 'data'), { recursive: true })
  mkdirSync(join(into, 'journal'))
  writeFileSync(join(into, RESTORING, 'moved.json'), '["journal","archive"]')
  expect(() => refuseHalfRestored(into)).toThrow('was interrupted')
  await restore()
  expect(() => refuseHalfRestored(into)).not.toThrow()
  await expect(restore()).rejects.toThrow(`${into} is not empty (access, archive, devices.json, …)`)
})

describe('files of a newer version are refused, with file and both formats, and stay as they are', () => {
  const bumped: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'format.json': () => Buffer.from('{"format":2}'),
    'archive/manifest.json': (bytes) => Buffer.from(bytes.toString().replace('"format":1', '"format":3')),
    'journal/00000002.journal': (bytes) => {
      bytes.writeUInt32LE(3, 8)
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 36)), 36)
      return bytes
    },
  }
  test.each(Object.keys(bumped))('%s', async (name) => {
    const path = join(dataDir, name)
    writeFileSync(path, bumped[name]!(readFileSync(path)))
    const state = () =>
      namesBelow(dataDir).map((one) => [one, readFileSync(join(dataDir, one)), statSync(join(dataDir, one)).mtimeMs])
    const before = state()
    const formats = name === 'format.json' ? 'format 2, this program reads 1' : 'format 3, this program reads 2'
    expect(() => refuseNewerFormats(dataDir)).toThrow(`${path} has ${formats}`)
    expect(state()).toEqual(before)
  })
})
