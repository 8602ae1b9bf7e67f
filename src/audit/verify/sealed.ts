import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { RECORD_KINDS, type RecordKind } from '../../archive/record/kinds.js'
import type { Finding } from '../../base/report.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { NAMES } from '../bundle/format.js'
import { checkChain } from '../ledger/check-chain.js'
import { DayCourse } from '../ledger/day-course.js'
import type { LedgerEntry } from '../ledger/entry.js'
import { fingerprintOf, isSameFingerprint } from '../ledger/fingerprint.js'
import { bounded, fails, holds } from './findings.js'
import type { VerifiedManifest } from './manifest.js'
import { expiredFinding, removalFindings, shrunkFinding } from './removals.js'

/** The content that the ledger of a bundle vouches for, as of the freeze. */
export interface Sealed {
  /** The days that the report rests on. */
  readonly days: readonly SealedDayEntry[]
  /** Every configuration up to the freeze, in order. */
  readonly configurations: readonly SealedConfiguration[]
  /** SHA-256 of each factor table, by its name; null when the ledger names none. */
  readonly factors: Readonly<Record<string, string>> | null
  /** SHA-256 of each file that was frozen with the report; null in entries of before they were kept. */
  readonly files: Readonly<Record<string, string>> | null
  /** The last freeze of every report that the ledger has, by id of the report. */
  readonly reports: ReadonlyMap<string, SealedReport>
}

/** A freeze in the ledger. */
export interface SealedReport {
  /** Number of the entry. */
  readonly number: number
  readonly hash: string
  readonly version: number
  /** SHA-256 of the report, hex. */
  readonly sha256: string
}

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()

const dayShape = z.looseObject({
  kind: z.literal('day'),
  rows_of: z.enum(RECORD_KINDS),
  plant: z.string(),
  day: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  files: z.array(z.looseObject({ name: z.string(), bytes: count, sha256: hex })),
  rows: count,
  root: hex,
  removed: z
    .looseObject({
      act: z.string(),
      at: z.iso.datetime(),
      by: z.string(),
      why: z.string(),
      devices: z.array(z.string()),
      metrics: z.array(z.string()).optional(),
      rows: count,
      root: hex,
    })
    .optional(),
})
const expiredShape = z.looseObject({ kind: z.literal('expired'), plant: z.string(), before: z.string() })
const configurationShape = z.looseObject({
  kind: z.literal('configuration'),
  from: z.iso.datetime(),
  sha256: hex,
  plants: z.record(z.string(), hex),
})
const factorsShape = z.looseObject({ kind: z.literal('factors'), files: z.record(z.string(), hex) })
const frozenShape = z.looseObject({
  kind: z.literal('report'),
  act: z.literal('frozen'),
  report: z.string(),
  version: count,
  sha256: hex,
  days: z.array(count),
  files: z.record(z.string(), hex).optional(),
})
const bodyShape = z.union([dayShape, expiredShape, configurationShape, factorsShape, frozenShape])

export interface SealedDayEntry extends z.output<typeof dayShape> {
  readonly number: number
}

export interface SealedConfiguration extends z.output<typeof configurationShape> {
  readonly number: number
}

type Frozen = z.output<typeof frozenShape> & { readonly number: number }

/** By plant the first and last day of UTC that its period has a part of. */
export type DaySpans = ReadonlyMap<string, { readonly first: string; readonly last: string }>

/**
 * Checks the ledger, whose it is, and that its last entry freezes the report of this bundle. Gives what it vouches for,
 * or null when no such entry is there.
 *
 * @param fingerprint of the key that it has to be signed with; absent when the auditor has none to compare with
 */
export async function* checkLedger(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  spans: DaySpans,
  fingerprint: string | undefined,
): AsyncGenerator<Finding, Sealed | null> {
  if (!bundle.files.has(NAMES.ledger)) {
    yield fails('missing', NAMES.ledger, {
      en: `${NAMES.ledger} is missing: nothing vouches for the readings`,
      zh: `缺少 ${NAMES.ledger}：无从证明读数未被改动`,
    })
    return null
  }
  const kept = new Kept()
  const chain = await checkChain(bundle.open(NAMES.ledger), { take: (entry) => kept.take(entry) })
  yield* chain.findings
  yield* checkKey(bundle, manifest, chain.key, fingerprint)
  const isHead = chain.last?.number === manifest.ledger.entries && chain.last.hash === manifest.ledger.head
  if (!isHead) {
    yield fails('head', NAMES.ledger, {
      en: `the ledger ends with entry ${chain.last?.number ?? 0}, and the list of files names entry ${manifest.ledger.entries} with another hash: lines were taken off its end, added or altered`,
      zh: `账本止于第 ${chain.last?.number ?? 0} 条，而文件清单所记末条为第 ${manifest.ledger.entries} 条且哈希不同：账本末尾被删减、添加或改动`,
    })
  }
  const { frozen } = kept
  const { report } = manifest
  const isOfReport = frozen?.report === report.id && frozen.version === report.version
  if (frozen === null || !isOfReport || frozen.number !== chain.last?.number) {
    yield fails('freeze', NAMES.ledger, {
      en: `the ledger does not end with the freeze of ${report.id} version ${report.version}: nothing says that this is the report that was issued`,
      zh: `账本末条不是 ${report.id} 第 ${report.version} 版的冻结记录：无法证明这就是当时签发的报告`,
    })
    return null
  }
  if (frozen.sha256 !== report.sha256) {
    yield fails('freeze', NAMES.report, {
      en: `entry ${frozen.number} froze another report.json than the one that the list of files names`,
      zh: `第 ${frozen.number} 条冻结的 report.json 与文件清单所列的不同`,
    })
  } else {
    yield holds('freeze', `entry ${frozen.number}`, {
      en: `entry ${frozen.number} of the ledger froze this report, on ${kept.frozenAt}`,
      zh: `账本第 ${frozen.number} 条于 ${kept.frozenAt} 冻结了本报告`,
    })
  }
  yield* bounded('rows', kept.shrunk)
  yield* removalFindings([...kept.days.values()], spans)
  return yield* restingOn(frozen, kept, spans)
}

/** Keeps what is needed of the entries: days and configurations are bounded by the years that the gateway has run. */
class Kept {
  readonly days = new Map<number, SealedDayEntry>()
  readonly configurations: SealedConfiguration[] = []
  factors: Readonly<Record<string, string>> | null = null
  frozen: Frozen | null = null
  readonly reports = new Map<string, SealedReport>()
  frozenAt = ''
  /** Days that have fewer rows than were sealed of them, without a word of who removed them. */
  readonly shrunk: Finding[] = []
  readonly course = new DayCourse()

  take({ number, at, hash, body }: Omit<LedgerEntry, 'body'> & { readonly body: unknown }): void {
    const { data } = bodyShape.safeParse(body)
    if (data?.kind === 'day') {
      this.days.set(number, { ...data, number })
      const wrong = this.course.day(data)
      if (wrong !== null) this.shrunk.push(shrunkFinding(number, wrong))
    } else if (data?.kind === 'expired') this.course.expired(data.plant, data.before)
    else if (data?.kind === 'configuration') this.configurations.push({ ...data, number })
    else if (data?.kind === 'factors') this.factors = data.files
    else if (data?.kind === 'report') {
      this.frozen = { ...data, number }
      this.reports.set(data.report, { number, hash, version: data.version, sha256: data.sha256 })
      this.frozenAt = at
    }
  }
}

async function* checkKey(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  ofLedger: KeyObject | null,
  fingerprint: string | undefined,
): AsyncGenerator<Finding> {
  const own = fingerprintOf(manifest.key)
  const says = bundle.files.has(NAMES.key) ? (await bytesOf(bundle, NAMES.key, 4096)).toString('utf8') : ''
  if (ofLedger !== null && fingerprintOf(ofLedger) !== own) {
    yield fails('key', NAMES.manifest, {
      en: 'the list of files is signed with another key than the ledger: one of the two is of somebody else',
      zh: '文件清单与账本的签名密钥不同：两者之一出自他人',
    })
  }
  if (says !== '' && says !== manifest.key.export({ type: 'spki', format: 'pem' })) {
    yield fails('key', NAMES.key, {
      en: `${NAMES.key} is not the key that the list of files is signed with`,
      zh: `${NAMES.key} 不是签署文件清单的密钥`,
    })
  }
  if (fingerprint === undefined) {
    yield holds('key', own, {
      en: `signed with the key ${own}; compare it with the fingerprint that you got from the plant by another way (--key checks it): who made everything anew has another key`,
      zh: `签名密钥指纹为 ${own}；请与您通过其他途径从工厂获得的指纹核对（可用 --key）：若全部内容系他人重新伪造，指纹必然不同`,
    })
  } else if (!isSameFingerprint(own, fingerprint)) {
    yield fails('key', own, {
      en: `signed with the key ${own}, not with the one that you named: this is not the ledger of that plant`,
      zh: `签名密钥指纹为 ${own}，与您指定的不同：这不是该工厂的账本`,
    })
  } else {
    yield holds('key', own, { en: 'signed with the key that was expected', zh: '签名密钥与预期的一致' })
  }
}

/**
 * The days that a freeze names. They have to be the newest of their kind, plant and day before it, and no day of the
 * period may be left out: otherwise an older state, or a part, could be shown as the whole.
 */
async function* restingOn(frozen: Frozen, kept: Kept, spans: DaySpans): AsyncGenerator<Finding, Sealed> {
  const days: SealedDayEntry[] = []
  const newest = new Map([...kept.days.values()].map((day) => [keyOf(day), day]))
  for (const number of frozen.days) {
    const day = kept.days.get(number)
    if (day === undefined) {
      yield fails('freeze', `entry ${number}`, {
        en: `the report rests on entry ${number}, which is no day of readings`,
        zh: `报告依据第 ${number} 条，但它不是某日读数的封存记录`,
      })
    } else if (newest.get(keyOf(day)) !== day) {
      yield fails('freeze', `entry ${number}`, {
        en: `entry ${number} is not the last state of ${day.plant} on ${day.day} before the freeze: the report rests on readings that were superseded`,
        zh: `第 ${number} 条不是 ${day.plant} 在 ${day.day} 冻结前的最后状态：报告依据的读数已被取代`,
      })
    } else days.push(day)
  }
  for (const day of days) {
    const before = kept.course.fallenFrom(day)
    if (before !== null) yield expiredFinding(day, before)
  }
  for (const day of leftOut(days, newest.values(), spans)) {
    yield fails('freeze', `entry ${day.number}`, {
      en: `the ledger has ${day.rows_of} rows of ${day.plant} on ${day.day} (entry ${day.number}), and the report leaves them out`,
      zh: `账本中有 ${day.plant} 在 ${day.day} 的 ${day.rows_of} 记录（第 ${day.number} 条），报告却没有纳入`,
    })
  }
  const { configurations, factors, reports } = kept
  return { days, configurations, factors, files: frozen.files ?? null, reports }
}

/** Kinds that figures are made of; the others are in a bundle to be looked at. */
export const FIGURED: readonly RecordKind[] = ['reading', 'event', 'link']

function* leftOut(
  days: readonly SealedDayEntry[],
  newest: Iterable<SealedDayEntry>,
  spans: DaySpans,
): Generator<SealedDayEntry> {
  const named = new Set(days)
  for (const day of newest) {
    const span = spans.get(day.plant)
    if (span === undefined || named.has(day) || !FIGURED.includes(day.rows_of)) continue
    // A day of which all rows were removed has no file.
    if (day.day >= span.first && day.day <= span.last && (day.files.length > 0 || day.rows > 0)) yield day
  }
}

function keyOf({ rows_of, plant, day }: SealedDayEntry): string {
  return `${rows_of}|${plant}|${day}`
}
