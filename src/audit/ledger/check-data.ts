import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from '../../archive/record/files.js'
import { MANIFEST_NAME } from '../../archive/record/manifest.js'
import type { Finding } from '../../base/report.js'
import { UNFINISHED } from '../../program/durable-file.js'
import { auditLogFolder, checkAuditLog } from '../log/check.js'
import { checkChain } from './check-chain.js'
import { checkArchive, checkJournal, type FileCheck, filesBelow } from './check-files.js'
import { DayCourse } from './day-course.js'
import { HEAD_FILE, KEY_FILE, LEDGER_FILE, TIME_STAMPS } from './entry.js'
import { failedFinding, soundFinding } from './finding.js'
import { spkiOf } from './fingerprint.js'
import { readKey } from './keys.js'
import { LedgerIndex } from './ledger-index.js'
import { nameOfStamp } from './stamp.js'
import { readTimeStamp } from './time-stamp.js'

export interface DataCheck {
  readonly dataDir: string
  /** Computes the root of each sealed day again; null to compare the files' hashes only. */
  readonly root: FileCheck['root']
  /** Fingerprint of the key which the ledger must have. */
  readonly fingerprint?: string
  readonly signal?: AbortSignal
  progress?(share: number): void
}

/** While a gateway runs, files come and go: what looks wrong is looked at again, so often. */
const TURNS = 10

/**
 * Checks the ledger of a data directory, and the archive and the journal against it, also while a gateway runs on it.
 * Findings that are `ok` say what holds; any other names the file, entry, day or segment that does not.
 */
export async function checkData(check: DataCheck): Promise<readonly Finding[]> {
  const known = new Set<string>()
  for (let turn = 1; ; turn++) {
    const before = marksOf(check.dataDir)
    const isLast = () => turn === TURNS || marksOf(check.dataDir) === before
    try {
      const findings = await checkOnce(check, known)
      if (findings.every(({ ok }) => ok) || isLast()) return findings
    } catch (error) {
      // A file that went while it was read.
      if (check.signal?.aborted || isLast()) throw error
    }
  }
}

async function checkOnce(check: DataCheck, known: Set<string>): Promise<readonly Finding[]> {
  const { dataDir, root, signal, fingerprint } = check
  const dir = join(dataDir, 'ledger')
  const path = join(dir, LEDGER_FILE)
  // Without either the first start may have been killed before the head of its first entry.
  const isBegun = existsSync(join(dir, HEAD_FILE)) || filesBelow(join(dataDir, 'archive')).length > 0
  if (!existsSync(path)) {
    return isBegun
      ? [failedFinding('chain', `ledger/${LEDGER_FILE}`, ['is missing', '缺失'])]
      : [
          soundFinding('chain', 'ledger', [
            'nothing is on record yet, and nothing sealed',
            '尚无任何档案，也无任何封存',
          ]),
        ]
  }
  const index = new LedgerIndex()
  const hashes = new Map<number, string>()
  const seals = new Map<number, string>()
  const course = new DayCourse()
  const shrunk: Finding[] = []
  const head = existsSync(join(dir, HEAD_FILE)) ? readFileSync(join(dir, HEAD_FILE)) : null
  const chain = await checkChain(createReadStream(path, { highWaterMark: 2 ** 20 }), {
    ...(isBegun ? { head } : {}),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    take: (entry) => {
      hashes.set(entry.number, entry.hash)
      if (entry.body.kind === 'audit_log') seals.set(entry.body.entry, entry.body.sha256)
      index.take(entry)
      const wrong = course.take(entry.body)
      if (wrong !== null) shrunk.push(failedFinding('rows', `entry ${entry.number}`, wrong))
    },
  })
  const files: FileCheck = {
    archiveDir: join(dataDir, 'archive'),
    journalDir: join(dataDir, 'journal'),
    index,
    known,
    root,
    signal,
    progress: (share) => check.progress?.(share),
  }
  return [
    ...chain.findings,
    ...shrunk,
    ...checkKey(dir, chain.key === null ? null : spkiOf(chain.key)),
    ...(await checkTimeStamps(dir, index, hashes)),
    ...(await checkArchive(files)),
    ...(await checkJournal(files)),
    ...checkAuditLog(auditLogFolder(join(dataDir, 'audit-log')), seals),
  ]
}

function checkKey(dir: string, spki: Buffer | null): readonly Finding[] {
  const subject = `ledger/${KEY_FILE}`
  try {
    const key = readKey(dir)
    if (key === null) return [failedFinding('key', subject, ['is missing', '缺失'])]
    if (spki !== null && !spkiOf(key.key).equals(spki)) {
      return [failedFinding('key', subject, ['is not the key of this ledger', '不是本账本的密钥'])]
    }
    return []
  } catch {
    return [failedFinding('key', subject, ['is not as it was written', '与写入时不一致'])]
  }
}

async function checkTimeStamps(
  dir: string,
  index: LedgerIndex,
  hashes: ReadonlyMap<number, string>,
): Promise<readonly Finding[]> {
  const named = new Set([LEDGER_FILE, HEAD_FILE, KEY_FILE])
  const findings: Finding[] = []
  for (const { entry, file, sha256 } of index.timeStamps) {
    const name = `${TIME_STAMPS}/${file}`
    named.add(name)
    const path = join(dir, name)
    if (!existsSync(path)) findings.push(failedFinding('time_stamp', `ledger/${name}`, ['is missing', '缺失']))
    else if ((await measure(path)).sha256 !== sha256) {
      findings.push(failedFinding('time_stamp', `ledger/${name}`, ['was altered', '已被改动']))
    } else {
      const stamp = readTimeStamp(readFileSync(path))
      const isOfEntry = stamp.digest === hashes.get(entry)
      findings.push(
        isOfEntry
          ? soundFinding('time_stamp', `ledger/${name}`, [
              `entry ${entry} and all before it were there at ${stamp.time}, says the time stamp ${file}; check its signature with openssl ts -verify`,
              `时间戳 ${file} 表明第 ${entry} 条及之前的条目在 ${stamp.time} 已存在；请用 openssl ts -verify 核对其签名`,
            ])
          : failedFinding('time_stamp', `ledger/${name}`, ['is of another ledger', '属于其他账本']),
      )
    }
  }
  for (const name of filesBelow(dir)) {
    if (named.has(name) || name.endsWith(UNFINISHED)) continue
    const subject = `ledger/${name}`
    findings.push(
      isUnsaid(dir, name, hashes)
        ? soundFinding('left_over', subject, [
            `${subject} is a time stamp that no entry names: a gateway takes it at this moment, or was killed while it did; give it to "greengauge ledger stamp" again`,
            `${subject} 是尚无条目提及的时间戳：网关正在接收它，或在接收时被强制结束；请再次交给 "greengauge ledger stamp"`,
          ])
        : failedFinding('added', subject, ['does not belong to the ledger', '不属于账本']),
    )
  }
  return findings
}

/** True for a time stamp of this ledger as it stands there before its entry: over the hash of an entry, and named after both. */
function isUnsaid(dir: string, name: string, hashes: ReadonlyMap<number, string>): boolean {
  try {
    const bytes = readFileSync(join(dir, name))
    const { digest } = readTimeStamp(bytes)
    return [...hashes].some(
      ([entry, hash]) => hash === digest && name === `${TIME_STAMPS}/${nameOfStamp(entry, bytes)}`,
    )
  } catch {
    return false
  }
}

/** Changes with everything that a running gateway does to these files. */
function marksOf(dataDir: string): string {
  const text = (...path: readonly string[]) => {
    const full = join(dataDir, ...path)
    return existsSync(full) ? readFileSync(full, 'latin1') : ''
  }
  const journal = filesBelow(join(dataDir, 'journal')).join()
  return [text('archive', MANIFEST_NAME), text('ledger', HEAD_FILE), journal].join('\n')
}
