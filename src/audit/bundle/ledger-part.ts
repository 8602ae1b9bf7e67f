import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { byteLines, checkChain, parseEntry } from '../ledger/check-chain.js'
import { type DayBody, LEDGER_FILE, type LedgerBody, type LedgerEntry, TIME_STAMPS } from '../ledger/entry.js'
import { spkiOf } from '../ledger/fingerprint.js'
import type { SigningKey } from '../ledger/keys.js'
import { BundleFault } from './fault.js'

/** A version of a report. */
export interface VersionRef {
  readonly id: string
  readonly version: number
}

/** The part of the ledger that a bundle takes: the chain up to the freeze of its report, and what that vouches for. */
export interface LedgerPart {
  /** Bytes of `ledger.jsonl`, up to the end of the line of the freeze. */
  readonly bytes: number
  readonly freeze: LedgerEntry & { readonly body: FreezeBody }
  /** The days that the report rests on, by number. */
  readonly days: ReadonlyMap<number, DayBody>
  readonly configurations: ReadonlyMap<number, Extract<LedgerBody, { kind: 'configuration' }>>
  /** True when an entry tells that a person has removed rows. */
  readonly hasRemovals: boolean
  /** The newest tables. */
  readonly factors: Extract<LedgerBody, { kind: 'factors' }> | null
  /** Files below `time-stamps/`. */
  readonly timeStamps: readonly Extract<LedgerBody, { kind: 'time_stamp' }>[]
  /** Public key that the first entry names, base64 of its SPKI form. */
  readonly publicKey: string
}

type FreezeBody = Extract<LedgerBody, { kind: 'report' }>

/**
 * Reads the part of a ledger, and checks its chain and signatures on the way. Throws `BundleFault` when the report was
 * not frozen, when the ledger does not hold, or when its key is not `key`.
 */
export async function ledgerPart(dir: string, report: VersionRef, key: SigningKey): Promise<LedgerPart> {
  const path = join(dir, LEDGER_FILE)
  const { bytes, freeze } = await findFreeze(path, report)
  const wanted = new Set(freeze.body.days)
  const days = new Map<number, DayBody>()
  const configurations = new Map<number, Extract<LedgerBody, { kind: 'configuration' }>>()
  const timeStamps: Extract<LedgerBody, { kind: 'time_stamp' }>[] = []
  let factors: LedgerPart['factors'] = null
  let publicKey = ''
  let hasRemovals = false
  const chain = await checkChain(createReadStream(path, { end: bytes - 1 }), {
    take: ({ number, body }) => {
      hasRemovals ||= body.kind === 'day' && body.removed !== undefined
      if (body.kind === 'key') publicKey ||= body.public_key
      else if (body.kind === 'day' && wanted.has(number)) days.set(number, body)
      else if (body.kind === 'configuration') configurations.set(number, body)
      else if (body.kind === 'factors') factors = body
      else if (body.kind === 'time_stamp') timeStamps.push(body)
    },
  })
  const broken = chain.findings.find(({ ok }) => !ok)
  if (broken !== undefined) throw new BundleFault('ledger', broken.subject, broken.text)
  if (publicKey !== spkiOf(key.key).toString('base64')) {
    throw new BundleFault('ledger', LEDGER_FILE, {
      en: 'the key in its folder is not the one that it names: the bundle could not be signed',
      zh: '其文件夹中的密钥与账本声明的不符：无法为证据包签名',
    })
  }
  const lost = freeze.body.days.find((number) => !days.has(number))
  if (lost !== undefined) {
    throw new BundleFault('ledger', `entry ${freeze.number}`, {
      en: `it rests on entry ${lost}, which is no day of readings`,
      zh: `它引用的第 ${lost} 条不是某日数据的条目`,
    })
  }
  return { bytes, freeze, days, configurations, hasRemovals, factors, timeStamps, publicKey }
}

/** Path of a time-stamp file in the ledger's folder, and in the bundle below `ledger/`. */
export function timeStampName(file: string): string {
  return `${TIME_STAMPS}/${file}`
}

/** The first freeze of a version: there is no second. */
async function findFreeze(path: string, { id, version }: VersionRef): Promise<Pick<LedgerPart, 'bytes' | 'freeze'>> {
  let bytes = 0
  const pieces = createReadStream(path, { highWaterMark: 1024 * 1024 })
  for await (const line of byteLines(pieces)) {
    bytes += line.bytes.length + 1
    const entry = parseEntry(line.bytes)
    const body = entry?.body
    if (body?.kind !== 'report' || body.act !== 'frozen' || body.report !== id || body.version !== version) continue
    return { bytes, freeze: { ...entry!, body } }
  }
  throw new BundleFault('ledger', `${id} v${version}`, {
    en: 'the ledger does not say that it was frozen; only a frozen report has evidence',
    zh: '账本中没有它的冻结记录；只有已冻结的报告才有证据包',
  })
}
