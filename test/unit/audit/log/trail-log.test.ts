import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AuditLog, type AuditLogOptions } from '../../../../src/audit/log/audit-log.js'
import { auditLogFolder, checkAuditLog } from '../../../../src/audit/log/check.js'
import { AUDIT_CSV_HEAD, auditCsv } from '../../../../src/audit/log/csv.js'
import { searchAuditLog, wantedEntries } from '../../../../src/audit/log/search.js'
import type { AuditEntry, AuditNote } from '../../../../src/base/audit-log.js'

const START_MS = Date.UTC(2026, 9, 1)
const NONE = new Map<number, string>()
const SMALL = 1500

let root: string
let dir: string
let nowMs: number
let said: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'trail-'))
  dir = join(root, 'audit-log')
  nowMs = START_MS
  said = []
})
afterEach(() => rmSync(root, { recursive: true }))

let sleep = async (): Promise<void> => undefined
const clock = { nowMs: () => nowMs, sleep: () => sleep() }
/** Lets it look so often, ten seconds apart. */
async function look(log: AuditLog, times: number): Promise<void> {
  const stop = new AbortController()
  let looks = 0
  sleep = async () => {
    nowMs += 10_000
    if (++looks === times) stop.abort()
  }
  await log.run(stop.signal)
}
const open = (more: Partial<AuditLogOptions> = {}) =>
  AuditLog.open({ dir, clock, log: (level, text) => said.push(`${level}: ${text}`), ...more })
const note = (n: number): AuditNote => ({ act: 'alarm_act', actor: 'wei', subject: `alarm ${n}` })
const file = (segment: number) => join(dir, `00000${segment}.jsonl`)
const faults = (seals: ReadonlyMap<number, string> = NONE) =>
  checkAuditLog(auditLogFolder(dir), seals).flatMap(({ ok, text }) => (ok ? [] : [text.en]))
const entries = async () => {
  const found: AuditEntry[] = []
  for await (const wanted of wantedEntries(dir, {})) found.push(...wanted)
  return found
}

/** A log of so many entries, in small segments. */
async function logOf(count: number): Promise<AuditLog> {
  const log = await open({ segmentBytes: SMALL })
  for (let n = 1; n <= count; n++) await log.note(note(n))
  return log
}

test('an entry is on the disk when it is told, for its owner alone, and the chain goes on after a start', async () => {
  const before = await open()
  expect(before.head).toBeNull()
  expect(await before.note({ act: 'started', actor: '', subject: '1.0.0' })).toBe(true)
  expect(statSync(file(1)).mode & 0o777).toBe(0o600)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  const after = await open()
  await Promise.all([1, 2, 3].map((n) => after.note(note(n))))
  expect((await entries()).map(({ number, act, at }) => [number, act, at])).toEqual([
    [1, 'started', '2026-10-01T00:00:00.000Z'],
    ...[2, 3, 4].map((number) => [number, 'alarm_act', '2026-10-01T00:00:00.000Z']),
  ])
  expect(after.head?.number).toBe(4)
  expect(faults()).toEqual([])
})

test('the chain goes from segment to segment', async () => {
  await logOf(20)
  expect(readdirSync(dir).length).toBeGreaterThan(3)
  expect(faults()).toEqual([])
  await (await open({ segmentBytes: SMALL })).note(note(21))
  expect((await entries()).map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
  expect(faults()).toEqual([])
})

test('what a client calls itself stays one line and cannot steer a terminal', async () => {
  const log = await open()
  await log.note({ act: 'sign_in_refused', actor: 'a\u202eb', subject: 'x\n{"number":2}\r\u001b[2J\u0085\ud800 温度' })
  await log.note({ act: 'refused', actor: '', subject: '😀'.repeat(400) })
  expect(readFileSync(file(1), 'utf8').split('\n')).toHaveLength(3)
  const [first, second] = await entries()
  expect(first).toMatchObject({ actor: 'a\ufffdb', subject: 'x\ufffd{"number":2}\ufffd\ufffd[2J\ufffd\ufffd 温度' })
  expect([...second!.subject]).toHaveLength(300)
  expect(faults()).toEqual([])
})

describe('a kill in the middle of a line', () => {
  test.each([1, 40, 170])(
    '%i bytes of it: told by the check, set aside by the next start, and the chain goes on',
    async (bytes) => {
      await logOf(3)
      const line = readFileSync(file(1)).subarray(0, bytes)
      appendFileSync(file(1), line)
      expect(faults()).toEqual([])
      expect(checkAuditLog(auditLogFolder(dir), NONE).map(({ code }) => code)).toEqual(['audit_log', 'torn'])
      const log = await open()
      expect(said.join()).toContain('had not been written to its end; it was set aside as')
      const [torn] = readdirSync(root).filter((name) => name.startsWith('audit-log.torn-'))
      expect(readFileSync(join(root, torn!))).toEqual(line)
      await log.note(note(4))
      expect((await entries()).map(({ number }) => number)).toEqual([1, 2, 3, 4])
      expect(faults()).toEqual([])
    },
  )
})

describe('the check names the first line that does not hold', () => {
  const lines = (segment: number) => readFileSync(file(segment), 'utf8').trimEnd().split('\n')
  const write = (segment: number, text: readonly string[]) => writeFileSync(file(segment), `${text.join('\n')}\n`)

  test.each<[string, (text: string[]) => string[], RegExp]>([
    ['a word changed', ([a, b, ...rest]) => [a!, b!.replace('wei', 'bob'), ...rest], /line 2 was altered/],
    ['a line removed', ([a, , ...rest]) => [a!, ...rest], /line 2 is entry 3 behind entry 1/],
    ['a line twice', ([a, ...rest]) => [a!, a!, ...rest], /line 2 is entry 1 behind entry 1/],
    ['two lines exchanged', ([a, b, ...rest]) => [b!, a!, ...rest], /line 1 is entry 2 behind entry 0/],
    ['a blank in a line', ([a, ...rest]) => [a!.replace(':', ': '), ...rest], /line 1 is no entry as it was written/],
  ])('%s', async (_, change, found) => {
    await logOf(10)
    write(2, change(lines(2)))
    // The second segment does not begin with entry 1.
    const shift = Number(JSON.parse(lines(1).at(-1)!).number)
    const renumbered = found.source.replace(/entry (\d)/g, (_text, n) => `entry ${Number(n) + shift}`)
    expect(faults()[0]).toMatch(new RegExp(`000002.jsonl ${renumbered}`))
  })

  test('a segment that is gone, and a file that is none', async () => {
    await logOf(15)
    rmSync(file(2))
    writeFileSync(join(dir, 'note.txt'), '')
    expect(faults()).toEqual([
      'audit-log/000002.jsonl is missing',
      'audit-log/note.txt does not belong to the audit log',
    ])
  })

  test('a log that was cut off, or written anew from some entry on: by what the ledger has sealed', async () => {
    const log = await logOf(4)
    const seals = new Map([[3, (await entries())[2]!.hash]])
    expect(faults(seals)).toEqual([])
    write(1, lines(1).slice(0, 2))
    expect(faults()).toEqual([])
    expect(faults(seals)).toEqual([expect.stringContaining('entry 3 is missing: the ledger has sealed it')])
    const sealed = { number: 3, hash: seals.get(3)! }
    const cut = await open()
    cut.follow(sealed)
    expect(cut.trouble).toContain('it was cut off or altered: entry 3')
    expect(said.join()).toContain('put')
    // It is gone on with, and never sealed over what is missing.
    expect(await cut.note(note(7))).toBe(true)
    expect(cut.head).toBeNull()
    expect(faults(seals)).toEqual([expect.stringContaining('is another entry 3 than the ledger has sealed')])
    rmSync(dir, { recursive: true })
    expect(faults(seals)).toEqual([expect.stringContaining('entry 3 is missing')])
    expect(log.head?.number).toBe(4)
  })

  test('lines that somebody has spoiled do not keep acts from being recorded', async () => {
    await logOf(3)
    const sealed = { number: 2, hash: (await entries())[1]!.hash }
    appendFileSync(file(1), 'nothing\n')
    const log = await open()
    log.follow(sealed)
    expect(await log.note(note(4))).toBe(true)
    expect((await entries()).map(({ number }) => number)).toEqual([1, 2, 3, 4])
    expect(faults()).toEqual([expect.stringContaining('line 4 is no entry as it was written')])
    expect(log.trouble).not.toBe('')
  })
})

describe('while the disk refuses', () => {
  /** A file where the folder was. */
  const refuse = () => {
    rmSync(dir, { recursive: true })
    writeFileSync(dir, '')
  }

  test('nobody signs in, and what was done all the same is written when it can be', async () => {
    const log = await open()
    refuse()
    const answers = await Promise.all([
      log.note({ act: 'signed_in', actor: 'wei', subject: '127.0.0.1' }),
      log.note(note(1)),
    ])
    expect(answers).toEqual([false, false])
    expect(log.trouble).toMatch(/cannot be written, and nobody can sign in: ENOTDIR/)
    expect(said).toHaveLength(1)
    rmSync(dir)
    mkdirSync(dir)
    expect(await log.note(note(2))).toBe(true)
    expect((await entries()).map(({ act, subject }) => [act, subject])).toEqual([
      ['alarm_act', 'alarm 1'],
      ['alarm_act', 'alarm 2'],
    ])
    expect(log.trouble).toBe('')
    expect(faults()).toEqual([])
  })

  test('beyond a thousand waiting they are counted, and the count is written', async () => {
    const log = await open()
    refuse()
    await Promise.all(Array.from({ length: 1010 }, (_, n) => log.note(note(n))))
    rmSync(dir)
    mkdirSync(dir)
    await look(log, 1)
    const found = await entries()
    expect(found).toHaveLength(1001)
    expect(found.map(({ subject }) => subject).filter((subject) => !subject.startsWith('alarm'))).toEqual([
      '10 more acts that were not recorded while the disk took nothing',
    ])
  })
})

test('what is refused is written one by one up to a rate, and counted beyond it', async () => {
  const log = await open()
  const refused: AuditNote = { act: 'sign_in_refused', actor: 'root', subject: '10.0.0.9' }
  for (let n = 0; n < 150; n++) await log.note(refused)
  await log.note(note(1))
  expect(await entries()).toHaveLength(101)
  await look(log, 2)
  expect((await entries()).slice(101).map(({ act, subject }) => [act, subject])).toEqual([
    ['sign_in_refused', '50 more, not one by one'],
  ])
})

test('pages go backwards by number, over segments, and a search finds by act, name and time', async () => {
  const log = await logOf(12)
  nowMs += 60_000
  await log.note({ act: 'signed_in', actor: 'li', subject: '127.0.0.1' })
  const numbers = async (filter: object, before: number | null, limit: number) => {
    const { items, next } = await searchAuditLog(dir, filter, { before, limit })
    return [items.map(({ number }) => number), next]
  }
  expect(await numbers({}, null, 5)).toEqual([[13, 12, 11, 10, 9], 9])
  expect(await numbers({}, 9, 100)).toEqual([[8, 7, 6, 5, 4, 3, 2, 1], null])
  expect(await numbers({}, 3, 2)).toEqual([[2, 1], null])
  expect(await numbers({ act: 'signed_in' }, null, 5)).toEqual([[13], null])
  expect(await numbers({ actor: 'wei' }, 3, 5)).toEqual([[2, 1], null])
  expect(await numbers({ fromMs: START_MS + 1 }, null, 5)).toEqual([[13], null])
  expect(await numbers({ toMs: START_MS + 1 }, null, 2)).toEqual([[12, 11], 11])
})

test('a table for spreadsheets holds no formulas', async () => {
  const log = await open()
  for (const subject of ['=cmd|calc', '+1', '-1', '@sum', '\t=1', 'a,"b"']) await log.note({ ...note(1), subject })
  const table = AUDIT_CSV_HEAD + auditCsv(await entries())
  const cells = table.split('\r\n').map((line) => line.split(',').slice(4, 5)[0])
  expect(cells.slice(0, 6)).toEqual(['subject', "'=cmd|calc", "'+1", "'-1", "'@sum", '\ufffd=1'])
  expect(table).toContain(',"a,""b""",')
})
