import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Finding, Text } from '../../base/report.js'
import { NAMES, SMALL_BYTES_MAX } from '../bundle/format.js'
import { checkChain } from '../ledger/check-chain.js'
import { DayCourse } from '../ledger/day-course.js'
import { HEAD_FILE, LEDGER_FILE, type LedgerEntry } from '../ledger/entry.js'
import { bounded, fails, holds } from './findings.js'
import { shrunkFinding } from './removals.js'
import { reportOf } from './stated-report.js'
import { type VerifyOptions, verifyBundle } from './verify-bundle.js'
import { withBundle } from './with-bundle.js'

/** Kind of the thing that was checked, and the findings on it. */
export interface Verification {
  readonly what: 'bundle' | 'report' | 'ledger'
  /** In the order in which it was looked at. */
  readonly findings: readonly Finding[]
  /** Nothing was found that does not hold. */
  readonly ok: boolean
  /** True when a key was named that it had to be signed with; otherwise nobody knows whose it is. */
  readonly isKeyNamed: boolean
}

/** There is nothing at the path that can be read. */
export class UnreadableError extends Error {}

/**
 * Checks whatever lies at a path: a bundle, zipped or unpacked, a report as JSON, or a ledger's folder.
 * Throws an `UnreadableError` when there is no such thing, or the disk does not give it.
 */
export async function verifyPath(path: string, options: VerifyOptions = {}): Promise<Verification> {
  const is = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableError(
      error.code === 'ENOENT' ? `there is no ${path}` : `${path} cannot be read (${error.code})`,
    )
  })
  const ledger = is.isDirectory() ? await ledgerIn(path) : null
  if (ledger !== null) return verified('ledger', options, checkLedgerFolder(ledger, options))
  if (is.isFile() && (await isReport(path))) return verified('report', options, checkLoneReport(path, is.size, options))
  return verified('bundle', options, checkBundle(path, options))
}

async function verified(
  what: Verification['what'],
  { key }: VerifyOptions,
  checks: AsyncIterable<Finding>,
): Promise<Verification> {
  const findings: Finding[] = []
  for await (const finding of checks) findings.push(finding)
  const ok = findings.length > 0 && findings.every((finding) => finding.ok)
  return { what, findings, ok, isKeyNamed: key !== undefined }
}

function checkBundle(path: string, options: VerifyOptions): AsyncGenerator<Finding> {
  return withBundle(path, (bundle) => verifyBundle(bundle, options))
}

/** The folder of a ledger: the one named, or `ledger/` in a data directory. A bundle has one too, and is more. */
async function ledgerIn(path: string): Promise<string | null> {
  const isThere = async (name: string) => (await stat(join(path, name)).catch(() => null))?.isFile() === true
  // First, as otherwise whoever altered a bundle would lay a ledger that holds into its folder.
  const ofBundle = [NAMES.manifest, NAMES.manifestSignature, NAMES.report, NAMES.guide]
  for (const name of ofBundle) if (await isThere(name)) return null
  if (await isThere(LEDGER_FILE)) return path
  return (await isThere(join('ledger', LEDGER_FILE))) ? join(path, 'ledger') : null
}

async function* checkLedgerFolder(dir: string, { key }: VerifyOptions): AsyncGenerator<Finding> {
  const head = await readFile(join(dir, HEAD_FILE)).catch(() => null)
  const pieces = createReadStream(join(dir, LEDGER_FILE), { highWaterMark: 2 ** 20 })
  const [course, wrong]: [DayCourse, Finding[]] = [new DayCourse(), []]
  const take = ({ number, body }: LedgerEntry) => {
    const fault = course.take(body)
    if (fault !== null) wrong.push(shrunkFinding(number, fault))
  }
  const { findings } = await checkChain(pieces, { head, take, ...(key === undefined ? {} : { fingerprint: key }) })
  yield* findings
  yield* bounded('rows', wrong)
  yield holds('stated', '', {
    en: 'only the ledger itself was checked; whether the files of the archive are those that it seals is seen by "greengauge ledger check"',
    zh: '此处仅检查账本本身；存档文件是否与其封存的一致，请用 "greengauge ledger check" 检查',
  })
}

/** The first bytes say what a file is, whatever it is called. */
async function isReport(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, 0)
    return bytesRead === 1 && buffer[0] === 0x7b
  } finally {
    await file.close()
  }
}

async function* checkLoneReport(path: string, bytes: number, { key }: VerifyOptions): AsyncGenerator<Finding> {
  const name = basename(path)
  const tooLarge: Text = { en: 'it is larger than any report', zh: '它比任何报告都大' }
  const report = bytes > SMALL_BYTES_MAX ? tooLarge : reportOf(await readFile(path))
  if ('en' in report) {
    yield fails('report', name, { en: `${name}: ${report.en}`, zh: `${name}：${report.zh}` })
    return
  }
  if (key !== undefined) {
    yield fails('key', name, {
      en: `${name} alone is signed with no key: which key its figures stand under, its evidence bundle shows`,
      zh: `${name} 单独一份并无签名：其数值由哪把密钥签署，须查看证据包`,
    })
  }
  yield holds('report', name, {
    en: `${name} has the form of a report: ${report.id}, version ${report.version}`,
    zh: `${name} 具备报告的格式：${report.id} 第 ${report.version} 版`,
  })
}
