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
import { type ChainOptions, checkChain } from '../../../../src/audit/ledger/check-chain.js'
import type { LedgerBody, LedgerEntry } from '../../../../src/audit/ledger/entry.js'
import { Ledger, readEntries } from '../../../../src/audit/ledger/ledger.js'

const clock = { nowMs: () => Date.UTC(2026, 9, 1), sleep: async () => undefined }
const segment = (n: number): LedgerBody => ({ kind: 'segment', segment: n, bytes: n, sha256: 'aa'.repeat(32) })

let root: string
let dir: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ledger-'))
  dir = join(root, 'ledger')
})
afterEach(() => rmSync(root, { recursive: true }))

const open = (take?: (entry: LedgerEntry) => void) =>
  Ledger.open({ dir, clock, program: '1.0.0', ...(take === undefined ? {} : { take }) })
const path = (name: string) => join(dir, name)
const check = () => checkChain([readFileSync(path('ledger.jsonl'))], { head: readFileSync(path('head.json')) })
const faults = async () => (await check()).findings.filter(({ ok }) => !ok).map(({ text }) => text.en)

async function ledgerOf(count: number): Promise<Ledger> {
  const ledger = await open()
  for (let n = 1; n < count; n++) await ledger.append([segment(n)])
  return ledger
}

test('a ledger begins with its key, which only its owner can read', async () => {
  const ledger = await open()
  expect(ledger.last).toMatchObject({ number: 1, at: '2026-10-01T00:00:00.000Z' })
  expect(ledger.fingerprint).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/)
  expect(statSync(path('key.pem')).mode & 0o777).toBe(0o600)
  expect(await faults()).toEqual([])
})

test('what was appended is there after a start, and is gone on with', async () => {
  const before = await ledgerOf(3)
  const seen: number[] = []
  const ledger = await open(({ number }) => seen.push(number))
  expect(ledger.last).toEqual(expect.objectContaining({ number: 3, hash: before.last!.hash }))
  await ledger.append([segment(3), segment(4)])
  expect(seen).toEqual([1, 2, 3, 4, 5])
  expect(await faults()).toEqual([])
  const read = []
  for await (const { number } of readEntries(dir)) read.push(number)
  expect(read).toEqual([1, 2, 3, 4, 5])
})

test('a kill after a failed append, whose head was there already, leaves a ledger that is gone on with', async () => {
  let isKilled = false
  const mortal = {
    ...clock,
    nowMs: () => {
      if (isKilled) throw new Error('killed')
      return clock.nowMs()
    },
  }
  const ledger = await Ledger.open({ dir, clock: mortal, program: '1.0.0' })
  await ledger.append([segment(1)])
  // The sync of the folder fails behind the renaming of the head: here the head is written by somebody else.
  mkdirSync(path('head.json.unfinished'))
  await expect(ledger.append([segment(2)])).rejects.toThrow('EISDIR')
  rmSync(path('head.json.unfinished'), { recursive: true })
  expect((await open()).last?.number).toBe(3)
  isKilled = true
  await expect(ledger.append([segment(2)])).rejects.toThrow('killed')
  const again = await open()
  expect(again.trouble).toBe('')
  await again.append([segment(2)])
  expect(await faults()).toEqual([])
})

test('appends of one instant stand one after the other', async () => {
  const ledger = await open()
  await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.append([segment(n)])))
  expect(ledger.last!.number).toBe(21)
  expect(await faults()).toEqual([])
})

test('a line that was not written to its end is set aside', async () => {
  await ledgerOf(3)
  appendFileSync(path('ledger.jsonl'), '{"at":"2026')
  const ledger = await open()
  expect(ledger.notice).toContain('set aside')
  expect(readdirSync(root).filter((name) => name.startsWith('ledger.torn-'))).toHaveLength(1)
  await ledger.append([segment(9)])
  expect(ledger.last!.number).toBe(4)
  expect(await faults()).toEqual([])
})

test('a last line that was not written to its end is told by the check, and is no fault; one that was told is missed', async () => {
  await ledgerOf(3)
  const head = readFileSync(path('head.json'))
  await (await open()).append([segment(3)])
  const torn = readFileSync(path('ledger.jsonl')).subarray(0, -1)
  const found = async (bytes: Buffer, options: ChainOptions) =>
    (await checkChain([bytes], options)).findings.map(({ ok, subject }) => [ok, subject])
  expect(await found(torn, { head })).toEqual([
    [true, 'ledger.jsonl'],
    [true, 'ledger.jsonl line 4'],
  ])
  expect(await found(torn, { head: readFileSync(path('head.json')) })).toEqual([
    [false, 'entry 4'],
    [true, 'ledger.jsonl line 4'],
  ])
  expect(await found(torn, {})).toContainEqual([false, 'ledger.jsonl line 4'])
  expect(await found(torn.subarray(0, 9), { head })).toContainEqual([false, 'ledger.jsonl'])
})

test('a head that was not written after its entry follows at the next start', async () => {
  await ledgerOf(3)
  const head = readFileSync(path('head.json'))
  await (await open()).append([segment(3)])
  writeFileSync(path('head.json'), head)
  expect(await faults()).toEqual([])
  await open()
  expect(readFileSync(path('head.json'), 'utf8')).toContain('"number":4')
})

describe('a ledger that was tampered with is not gone on with, and the check names the place', () => {
  const lines = () => readFileSync(path('ledger.jsonl'), 'utf8').split('\n').slice(0, -1)
  const write = (rewritten: readonly string[]) =>
    writeFileSync(path('ledger.jsonl'), rewritten.map((line) => `${line}\n`).join(''))
  const remove = (name: string) => rmSync(path(name))

  test.each<[string, () => void, string]>([
    ['the last entry is cut off', () => write(lines().slice(0, -1)), 'entry 5 is missing'],
    ['an entry is removed', () => write(lines().toSpliced(2, 1)), 'entry 4 follows entry 2'],
    ['two entries change places', () => write(lines().with(2, lines()[3]!).with(3, lines()[2]!)), 'entry 4 follows'],
    ['an entry stands twice', () => write(lines().toSpliced(2, 0, lines()[2]!)), 'entry 3 follows entry 3'],
    ['the head names another entry', () => writeFileSync(path('head.json'), '{}\n'), 'head.json is not as it was'],
  ])('%s', async (_, tamper, found) => {
    await ledgerOf(5)
    tamper()
    expect((await faults()).join('\n')).toContain(found)
    const ledger = await open()
    expect(ledger.trouble).toContain('put the folder back from a backup')
    await expect(ledger.append([segment(9)])).rejects.toThrow('nothing can be added to the ledger')
  })

  test('a key that is gone is not made anew', async () => {
    await ledgerOf(2)
    remove('key.pem')
    expect((await open()).trouble).toContain('key.pem is missing')
    expect(readdirSync(dir)).not.toContain('key.pem')
  })

  test('the key of another ledger is none of this', async () => {
    await ledgerOf(2)
    const other = await Ledger.open({ dir: join(root, 'other'), clock, program: '1.0.0' })
    writeFileSync(path('key.pem'), readFileSync(join(other.dir, 'key.pem')))
    expect((await open()).trouble).toContain('is not the key of this ledger')
    const { findings } = await checkChain([readFileSync(path('ledger.jsonl'))], { fingerprint: other.fingerprint })
    expect(findings.map(({ text }) => text.en).join()).toContain('the ledger of somebody else')
  })
})

test('every byte of a line counts: changed or removed, it is found', async () => {
  await ledgerOf(3)
  const whole = readFileSync(path('ledger.jsonl'))
  const head = readFileSync(path('head.json'))
  for (let at = 0; at < whole.length; at += 5) {
    const changed = Buffer.from(whole)
    changed[at] = whole[at]! ^ (1 << (at % 8))
    for (const bytes of [changed, Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)])]) {
      const { findings } = await checkChain([bytes], { head })
      expect(findings.some(({ ok }) => !ok)).toBe(true)
    }
  }
})
