import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { expect, test } from 'vitest'
import { checkData } from '../../../../src/audit/ledger/check-data.js'
import { filesBelow } from '../../../../src/audit/ledger/check-files.js'
import { smallData } from './sealed-data.js'

/** `MUTATIONS=10000` is the run that was reported; `MUTATION_SEED` gives others. */
const MUTATIONS = Number(process.env.MUTATIONS ?? 50)
const SEED = Number(process.env.MUTATION_SEED ?? 7)

/** Names what was touched, one of which a finding has to be about; undoes it. */
interface Mutation {
  readonly what: string
  readonly touched: readonly string[]
  undo(): void
}

const random = xoroshiro128plus(SEED)
const below = (end: number) => uniformInt(random, 0, end - 1)
const oneOf = <T>(list: readonly T[]) => list[below(list.length)]!

/** Some bytes of a file made into others; null where that would change nothing. */
const EDITS: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer | null>> = {
  'a bit flipped': (bytes, at) => changed(bytes, [at, bytes[at]! ^ (1 << below(8))]),
  'a byte changed': (bytes, at) => changed(bytes, [at, (bytes[at]! + 1 + below(255)) % 256]),
  'a byte removed': (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  'a byte added': (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.of(below(256)), bytes.subarray(at)]),
  'a byte doubled at the end': (bytes) => Buffer.concat([bytes, bytes.subarray(-1)]),
  'two neighbours exchanged': (bytes, at) =>
    at === 0 || bytes[at] === bytes[at - 1] ? null : changed(bytes, [at, bytes[at - 1]!], [at - 1, bytes[at]!]),
  'cut short': (bytes, at) => Buffer.from(bytes.subarray(0, at)),
  'a line removed': (bytes, at) => onLines(bytes, (lines) => lines.toSpliced(at % lines.length, 1)),
  'a line doubled': (bytes, at) =>
    onLines(bytes, (lines) => lines.toSpliced(at % lines.length, 0, lines[at % lines.length]!)),
  'two lines exchanged': (bytes, at) =>
    onLines(bytes, (lines) => {
      const i = 1 + (at % Math.max(1, lines.length - 1))
      return lines.length < 2 ? lines : lines.with(i, lines[i - 1]!).with(i - 1, lines[i]!)
    }),
}

function changed(bytes: Buffer, ...to: readonly (readonly [at: number, byte: number])[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, byte] of to) copy[at] = byte
  return copy
}

function onLines(bytes: Buffer, edit: (lines: readonly string[]) => readonly string[]): Buffer | null {
  const lines = bytes.toString('latin1').split('\n')
  if (lines.length < 3) return null
  const edited = [...edit(lines.slice(0, -1)), lines.at(-1)!].join('\n')
  return edited === bytes.toString('latin1') ? null : Buffer.from(edited, 'latin1')
}

test(`each of ${MUTATIONS} mutations of archive, ledger and closed segments is found and named, and nothing else ever is`, async () => {
  const data = await smallData()
  const path = (name: string) => join(data.dir, name)
  const open = filesBelow(path('journal')).at(-1)!
  const names = ['archive', 'ledger', 'journal'].flatMap((dir) =>
    filesBelow(path(dir)).flatMap((name) => (dir === 'journal' && name === open ? [] : [`${dir}/${name}`])),
  )
  const faults = async () => (await checkData({ dataDir: data.dir, root: null })).filter(({ ok }) => !ok)

  function mutate(): Mutation | null {
    const name = oneOf(names)
    const before = readFileSync(path(name))
    const undo = () => writeFileSync(path(name), before)
    const kind = oneOf([...Object.keys(EDITS), 'removed', 'added', 'exchanged'])
    if (kind === 'removed') {
      rmSync(path(name))
      return { what: `${name} removed`, touched: [name], undo }
    }
    if (kind === 'added') {
      const added = `${dirname(name)}/${oneOf(['00000000.journal', 'gen-7.parquet', 'notes.txt', 'ledger.jsonl.1'])}`
      mkdirSync(dirname(path(added)), { recursive: true })
      copyFileSync(path(name), path(added))
      return { what: `${added} added`, touched: [added, 'journal/00000001.journal'], undo: () => rmSync(path(added)) }
    }
    if (kind === 'exchanged') {
      const other = oneOf(names)
      if (readFileSync(path(other)).equals(before)) return null
      const exchange = () => {
        renameSync(path(name), path('aside'))
        renameSync(path(other), path(name))
        renameSync(path('aside'), path(other))
      }
      exchange()
      return { what: `${name} and ${other} exchanged`, touched: [name, other], undo: exchange }
    }
    const after = EDITS[kind]!(before, below(before.length))
    if (after === null || after.equals(before)) return null
    writeFileSync(path(name), after)
    return { what: `${kind} in ${name}`, touched: [name], undo }
  }

  expect(await faults()).toEqual([])
  const missed: string[] = []
  const unnamed: string[] = []
  for (let done = 0; done < MUTATIONS; ) {
    const mutation = mutate()
    if (mutation === null) continue
    done += 1
    const found = (await faults()).map(({ subject }) => subject)
    if (found.length === 0) missed.push(mutation.what)
    else if (!mutation.touched.some((name) => found.some((subject) => isAbout(subject, name)))) {
      unnamed.push(`${mutation.what}: ${found.join(', ')}`)
    }
    mutation.undo()
  }
  expect(missed).toEqual([])
  expect(unnamed).toEqual([])
  expect(await faults()).toEqual([])
  expect(existsSync(path('aside'))).toBe(false)
  await data.end()
}, 3_600_000)

/** True when a finding names the file: of a line of the ledger it names the entry, or the line where none can be read. */
function isAbout(subject: string, name: string): boolean {
  if (subject === name) return true
  if (name === 'ledger/ledger.jsonl') return /^(entry \d+|ledger\.jsonl( line \d+)?)$/.test(subject)
  return name === 'ledger/head.json' && (subject === 'head.json' || /^entry \d+$/.test(subject))
}
