// @module-tag slow

import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../../../src/audit/bundle/bundle-reader.js'
import { BundleFault } from '../../../../src/audit/bundle/fault.js'
import { openBundle } from '../../../../src/audit/bundle/open-bundle.js'
import { readKey, type SigningKey } from '../../../../src/audit/ledger/keys.js'
import { verifyBundle } from '../../../../src/audit/verify/verify-bundle.js'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import type { Finding } from '../../../../src/base/report.js'
import { evidenceBundle } from '../../../support/evidence.js'
import {
  bundleOf,
  cleverlyMutated,
  Dice,
  exchanged,
  type Files,
  lied,
  type MutatedFiles,
  type Mutation,
  mutatedBytes,
  mutatedFile,
} from '../../../support/mutations.js'
import { meterPlant } from '../../../support/small-plant.js'

/** `MUTATIONS=10000 npx vitest run test/unit/audit/verify/mutations.test.ts` */
const COUNT = Number(process.env.MUTATIONS ?? 240)
const SEED = Number(process.env.SEED ?? 7)
const LIMIT_MS = 60_000 + COUNT * 200

let dir: string
let zip: string
let signature: Buffer
let bytes: Buffer
let files: Files
let key: SigningKey

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mutations-'))
  const bench = await meterPlant()
  const made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-02' } })
  await bench.close()
  zip = made.zip
  bytes = await readFile(zip)
  signature = await readFile(`${zip}.sig`)
  key = readKey(made.ledgerDir)!
  const bundle = await openBundle(zip)
  const read = new Map<string, Buffer>()
  for (const name of bundle.files.keys()) read.set(name, await bytesOf(bundle, name))
  await bundle.close()
  files = read
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** The first finding that names what was done; looks no further then. */
async function foundIn(findings: AsyncIterable<Finding>, { named }: Mutation): Promise<Finding | undefined> {
  for await (const finding of findings) if (isNamed(finding, named)) return finding
  return undefined
}

function isNamed({ ok, subject }: Finding, named: Mutation['named']): boolean {
  return !ok && named.some((name) => (typeof name === 'string' ? subject === name : name.test(subject)))
}

async function* zipFindings(path: string): AsyncGenerator<Finding> {
  const bundle = await openBundle(path).catch((error: unknown) => {
    if (error instanceof BundleFault) return error.finding
    throw error
  })
  if ('ok' in bundle) yield bundle
  else {
    try {
      yield* verifyBundle(bundle)
    } finally {
      await bundle.close()
    }
  }
}

/** Makes `count` mutations, and gives the names of those that were not found. */
async function missed(count: number, seed: number, mutate: (dice: Dice) => MutatedFiles): Promise<string[]> {
  const dice = new Dice(seed)
  const unnoticed: string[] = []
  for (let i = 0; i < count; i++) {
    const mutated = mutate(dice)
    const found = await foundIn(verifyBundle(bundleOf(mutated.files)), mutated)
    if (found === undefined) unnoticed.push(mutated.what)
  }
  return unnoticed
}

describe('one thing altered in a bundle is found, and named', () => {
  test('nothing, when nothing was: the zip and its files hold', async () => {
    expect((await verifyPath(zip)).findings.filter(({ ok }) => !ok)).toEqual([])
    for await (const finding of verifyBundle(bundleOf(files))) expect(finding).toMatchObject({ ok: true })
  })

  test(
    'a byte of the zip',
    async () => {
      const dice = new Dice(SEED)
      const other = join(dir, 'other.zip')
      await writeFile(`${other}.sig`, signature)
      const unnoticed: string[] = []
      for (let i = 0; i < COUNT * 0.2; i++) {
        const mutated = mutatedBytes(bytes, dice)
        await writeFile(other, mutated.bytes)
        const named = [basename(other), other, ...files.keys()]
        if ((await foundIn(zipFindings(other), { ...mutated, named })) === undefined) unnoticed.push(mutated.what)
      }
      expect(unnoticed).toEqual([])
    },
    LIMIT_MS,
  )

  test(
    'a byte of the signature of the zip, or all of it',
    async () => {
      const dice = new Dice(SEED)
      const other = join(dir, 'signed.zip')
      await writeFile(other, bytes)
      const named = ['signed.zip', 'signed.zip.sig']
      for (let i = 0; i < COUNT * 0.02; i++) {
        const mutated = mutatedBytes(signature, dice)
        await writeFile(`${other}.sig`, mutated.bytes)
        expect(await foundIn(zipFindings(other), { ...mutated, named }), mutated.what).toBeDefined()
      }
      rmSync(`${other}.sig`)
      expect((await verifyPath(other)).findings.filter((finding) => isNamed(finding, named))).not.toEqual([])
    },
    LIMIT_MS,
  )

  test(
    'a byte, a row, a line or a file of an unpacked bundle',
    async () => {
      expect(await missed(COUNT * 0.4, SEED, (dice) => mutatedFile(files, dice))).toEqual([])
    },
    LIMIT_MS,
  )

  test(
    'the same by somebody who makes the list of files fit again',
    async () => {
      expect(await missed(COUNT * 0.3, SEED + 1, (dice) => cleverlyMutated(files, dice))).toEqual([])
    },
    LIMIT_MS,
  )

  test('what people read, by somebody who has the key: PDF, table, formulas, a table of the evidence, the script', async () => {
    for (const name of [
      'report/report.en.pdf',
      'report/csv/scope-2.csv',
      'evidence/formulas.json',
      'evidence/p/completeness.csv',
      'verify/greengauge-verify.mjs',
    ]) {
      const found: Finding[] = []
      const altered = exchanged(files, name, Buffer.concat([files.get(name)!, Buffer.from(' ')]), key)
      for await (const finding of verifyBundle(bundleOf(altered))) if (!finding.ok) found.push(finding)
      expect(found.map(({ code, subject }) => [code, subject])).toEqual([['frozen_file', name]])
      expect(found[0]!.text.en).toContain(`${name} is not the file that was frozen`)
    }
    const added = exchanged(files, 'report/report.fr.pdf', Buffer.from('%PDF'), key)
    const subjects: string[] = []
    for await (const finding of verifyBundle(bundleOf(added))) if (!finding.ok) subjects.push(finding.subject)
    expect(subjects).toEqual(['report/report.fr.pdf'])
  })

  test(
    'a figure that the readings do not give, by somebody who has the key',
    async () => {
      expect(await missed(COUNT * 0.08, SEED + 2, (dice) => lied(files, dice, key))).toEqual([])
    },
    LIMIT_MS,
  )
})
