import { hash } from 'node:crypto'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { BundleReader } from '../../src/audit/bundle/bundle-reader.js'
import { BundleFault } from '../../src/audit/bundle/fault.js'
import { type BundleManifest, byName, NAMES } from '../../src/audit/bundle/format.js'
import { canonical, entryHash, type LedgerEntry } from '../../src/audit/ledger/entry.js'
import type { SigningKey } from '../../src/audit/ledger/keys.js'
import type { Report } from '../../src/base/report.js'

/** Changes that somebody may make to a bundle, one at a time, each with the name by which it has to be found. */

/** Whole numbers from a seed. */
export class Dice {
  readonly #generator: ReturnType<typeof xoroshiro128plus>

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
  }

  /** 0 up to below `count`. */
  below(count: number): number {
    return uniformInt(this.#generator, 0, count - 1)
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!
  }
}

export type Files = ReadonlyMap<string, Buffer>

export interface Mutation {
  readonly what: string
  /** A finding that fails has to have one of these as its subject. */
  readonly named: readonly (string | RegExp)[]
}

export interface MutatedFiles extends Mutation {
  readonly files: Files
}

export interface MutatedBytes extends Mutation {
  readonly bytes: Buffer
}

/** A bundle in memory, as an unpacked one is read. */
export function bundleOf(files: Files): BundleReader {
  return {
    kind: 'folder',
    path: 'bundle',
    files: new Map([...files].map(([name, { length: bytes }]) => [name, { name, bytes }])),
    refused: [],
    open: async function* (name) {
      const found = files.get(name)
      if (found === undefined) throw new BundleFault('missing', name, { en: 'it is not there', zh: '该文件不存在' })
      yield found
    },
    close: async () => undefined,
  }
}

/** One byte other, more, less, or two that stand side by side the other way round. */
export function mutatedBytes(bytes: Buffer, dice: Dice): { readonly what: string; readonly bytes: Buffer } {
  const at = dice.below(bytes.length)
  const kind = dice.of(['flipped', 'put in', 'taken out', 'swapped'] as const)
  const what = `byte ${at} of ${bytes.length} ${kind}`
  if (kind === 'put in') {
    return { what, bytes: Buffer.concat([bytes.subarray(0, at), Buffer.of(dice.below(256)), bytes.subarray(at)]) }
  }
  if (kind === 'taken out') return { what, bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]) }
  const copy = Buffer.from(bytes)
  const next = (at + 1) % bytes.length
  if (kind === 'flipped' || copy[at] === copy[next]) copy[at]! ^= 1 << dice.below(8)
  else [copy[at], copy[next]] = [copy[next]!, copy[at]!]
  return { what, bytes: copy }
}

/** A file altered, removed, added, or given the content of another. */
export function mutatedFile(files: Files, dice: Dice): MutatedFiles {
  const name = dice.of([...files.keys()])
  const copy = new Map(files)
  const kind = dice.of(['bytes', 'bytes', 'bytes', 'lines', 'lines', 'lines', 'removed', 'added', 'replaced'] as const)
  const named = namesOf(name)
  if (kind === 'removed') {
    copy.delete(name)
    return { what: `${name} removed`, named, files: copy }
  }
  if (kind === 'added') {
    const added = dice.of([`${name}.bak`, 'evidence/p/readings/2026-10-09.csv', 'report/report.fr.pdf', 'x'])
    copy.set(added, files.get(name)!)
    return { what: `${added} added`, named: [added], files: copy }
  }
  if (kind === 'replaced') {
    const other = dice.of([...files.keys()].filter((one) => !one.startsWith('MANIFEST') && one !== name))
    if (files.get(other)!.equals(files.get(name)!)) return mutatedFile(files, dice)
    copy.set(name, files.get(other)!)
    return { what: `${name} replaced by ${other}`, named, files: copy }
  }
  const mutated = kind === 'lines' ? mutatedLines(files.get(name)!, dice) : mutatedBytes(files.get(name)!, dice)
  if (mutated === null || mutated.bytes.equals(files.get(name)!)) return mutatedFile(files, dice)
  copy.set(name, mutated.bytes)
  return { what: `${name}: ${mutated.what}`, named, files: copy }
}

/** A list of files or its signature: which of the two was altered nobody can know. */
function namesOf(name: string): readonly string[] {
  return name.startsWith('MANIFEST') ? [NAMES.manifest, NAMES.manifestSignature] : [name]
}

/** A line altered, removed, doubled, or moved; null for a file that has no lines. */
function mutatedLines(bytes: Buffer, dice: Dice): { readonly what: string; readonly bytes: Buffer } | null {
  const lines = bytes.toString('latin1').split('\n').slice(0, -1)
  if (lines.length < 2) return null
  const [at, other] = [dice.below(lines.length), dice.below(lines.length)]
  const kind = dice.of(['a digit of line', 'removed: line', 'doubled: line', 'swapped with another: line'] as const)
  if (kind === 'a digit of line') {
    const digits = [...lines[at]!.matchAll(/\d/g)]
    if (digits.length === 0) return null
    const { index, 0: digit } = dice.of(digits)
    lines[at] = `${lines[at]!.slice(0, index)}${(Number(digit) + 1 + dice.below(9)) % 10}${lines[at]!.slice(index + 1)}`
  } else if (kind === 'removed: line') lines.splice(at, 1)
  else if (kind === 'doubled: line') lines.splice(other, 0, lines[at]!)
  else [lines[at], lines[other]] = [lines[other]!, lines[at]!]
  return { what: `${kind} ${at + 1}`, bytes: Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1') }
}

/** Files that the ledger vouches for, whatever the list of files says. */
const SEALED = /^(evidence|archive|report|verify)\//

/**
 * Does what `mutatedFile` does, as somebody who then makes the list of files right again, but cannot sign it. What the ledger
 * vouches for has to be named all the same.
 */
export function cleverlyMutated(files: Files, dice: Dice): MutatedFiles {
  const mutated = mutatedFile(files, dice)
  const [name] = mutated.named
  if (name === undefined || typeof name !== 'string' || name.startsWith('MANIFEST')) return cleverlyMutated(files, dice)
  const named = SEALED.test(name) ? [name] : name === NAMES.ledger ? LEDGER_NAMES : [NAMES.manifestSignature]
  return { what: `${mutated.what}, and the list of files made to fit`, named, files: relisted(mutated.files) }
}

const LEDGER_NAMES = [NAMES.ledger, /^entry \d+$/, /^ledger\.jsonl/]

/** The same files with a list that fits; signed with `key` where there is one. */
function relisted(
  files: Files,
  key?: SigningKey,
  change: (manifest: BundleManifest) => BundleManifest = (m) => m,
): Files {
  const manifest = JSON.parse(files.get(NAMES.manifest)!.toString()) as BundleManifest
  const listed = [...files]
    .filter(([name]) => name !== NAMES.manifest && name !== NAMES.manifestSignature)
    .map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: hash('sha256', bytes, 'hex') }))
    .sort(byName)
  const text = canonical(change({ ...manifest, files: listed }))
  const copy = new Map(files).set(NAMES.manifest, Buffer.from(text))
  if (key === undefined) return copy
  return copy.set(NAMES.manifestSignature, Buffer.from(`${key.sign(hash('sha256', text, 'buffer'))}\n`))
}

/** One file another, by somebody who has the key: the list of files is right and signed, the ledger as it was. */
export function exchanged(files: Files, name: string, bytes: Buffer, key: SigningKey): Files {
  return relisted(new Map(files).set(name, bytes), key)
}

/**
 * A figure of the report that is not what the readings give, by somebody who has the key: the freeze, its hash and all
 * signatures are right. Only what is reckoned again can tell.
 */
export function lied(files: Files, dice: Dice, key: SigningKey): MutatedFiles {
  const report = JSON.parse(files.get(NAMES.report)!.toString()) as Report
  const id = dice.of(Object.keys(report.figures).filter((one) => report.figures[one]!.made.by !== 'statement'))
  const figure = report.figures[id]!
  const value = figure.value === null ? '0' : `${figure.value}${figure.value.includes('.') ? '' : '.'}1`
  const altered = { ...report, figures: { ...report.figures, [id]: { ...figure, value, reason: '' as const } } }
  const bytes = Buffer.from(canonical(altered))
  const sha256 = hash('sha256', bytes, 'hex')
  const lines = files.get(NAMES.ledger)!.toString().trimEnd().split('\n')
  const last = JSON.parse(lines.at(-1)!) as LedgerEntry
  const body = { ...last.body, sha256 } as LedgerEntry['body']
  const own = entryHash({ ...last, body })
  const entry = { ...last, body, hash: own, signature: key.sign(Buffer.from(own, 'hex')) }
  const ledger = Buffer.from(`${[...lines.slice(0, -1), canonical(entry)].join('\n')}\n`)
  const copy = new Map(files).set(NAMES.report, bytes).set(NAMES.ledger, ledger)
  const change = (manifest: BundleManifest): BundleManifest => ({
    ...manifest,
    ledger: { ...manifest.ledger, head: own },
    report: { ...manifest.report, sha256 },
  })
  return {
    what: `figure ${id} is ${value} instead of ${figure.value}`,
    named: [id],
    files: relisted(copy, key, change),
  }
}
