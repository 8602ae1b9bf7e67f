import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { recordFileFault } from '../../archive/record/files.js'
import { isLeftOver } from '../../archive/record/left-over.js'
import {
  EMPTY,
  filesOfManifest,
  MANIFEST_NAME,
  manifestText,
  type RecordManifest,
  readManifest,
} from '../../archive/record/manifest.js'
import { dateOf } from '../../archive/record/names.js'
import type { Finding } from '../../base/report.js'
import type { Cursor } from '../../journal/cursor.js'
import { nodeDisk } from '../../journal/disk.js'
import { SegmentFile, segmentPath, segmentsIn, startOfSegment } from '../../journal/segment.js'
import { UNFINISHED } from '../../program/durable-file.js'
import type { DayState } from './day-lines.js'
import { failedFinding, soundFinding } from './finding.js'
import { areSameFiles, type LedgerIndex, type SealedDay } from './ledger-index.js'
import { toldDays } from './removed-days.js'
import { daysOfManifest, type RecordedDay } from './states.js'

/** Checks the files of a data directory: archive and journal beside what the ledger has of them. */

const BLOCK_BYTES = 4 * 2 ** 20

export interface FileCheck {
  readonly archiveDir: string
  readonly journalDir: string
  readonly index: LedgerIndex
  /** Files whose content was found right in an earlier turn, as `name sha256`. */
  readonly known: Set<string>
  /** Computes roots again; null to trust that a file which has not changed gives the root it gave. */
  readonly root: ((dir: string, state: DayState) => Promise<{ readonly rows: number; readonly root: string }>) | null
  readonly signal: AbortSignal | undefined
  /** 0..1 of the files. */
  progress(share: number): void
}

/** Every file that the manifest names as it was written, no other, and each sealed day as the ledger has it. */
export async function checkArchive(check: FileCheck): Promise<readonly Finding[]> {
  const { archiveDir, index } = check
  const path = join(archiveDir, MANIFEST_NAME)
  let manifest: RecordManifest
  try {
    manifest = readManifest(archiveDir)
    if (existsSync(path) && !readFileSync(path).equals(Buffer.from(manifestText(manifest)))) throw new Error(path)
  } catch {
    return [failedFinding('manifest', `archive/${MANIFEST_NAME}`, ['is not as it was written', '与写入时不一致'])]
  }
  const findings: Finding[] = []
  if (manifest === EMPTY && !index.days().next().done) {
    findings.push(failedFinding('manifest', `archive/${MANIFEST_NAME}`, ['is missing', '缺失']))
  }
  const files = filesOfManifest(manifest)
  const named = new Set([MANIFEST_NAME, ...files.map(({ name }) => name)])
  const leftOver: Finding[] = []
  const names = new Set(filesBelow(archiveDir))
  for (const name of names) {
    if (named.has(name) || name.endsWith(UNFINISHED)) continue
    const subject = `archive/${name}`
    if (await isLeftOver(archiveDir, manifest, name, names))
      leftOver.push(soundFinding('left_over', subject, unread(subject)))
    else findings.push(failedFinding('added', subject, ['does not belong to the archive', '不属于档案']))
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  let done = 0
  for (const file of files) {
    check.signal?.throwIfAborted()
    const key = `${file.name} ${file.sha256}`
    const wrong = check.known.has(key) ? '' : await recordFileFault(archiveDir, file)
    if (wrong === '') check.known.add(key)
    else
      findings.push(
        failedFinding('file', `archive/${file.name}`, [wrong, wrong === 'is missing' ? '缺失' : '已被改动']),
      )
    done += file.bytes
    check.progress(bytes === 0 ? 1 : done / bytes)
  }
  return [...findings, ...leftOver, ...(await checkDays(check, manifest, findings.length > 0))]
}

function unread(subject: string): readonly [en: string, zh: string] {
  return [
    `${subject} is not in the archive: a gateway is writing or deleting it, or was killed while it did; nobody reads it, and the next start deletes it`,
    `${subject} 不在档案之内：网关正在写入或删除它，或在此过程中被强制结束；该文件不会被读取，下次启动时将被删除`,
  ]
}

async function checkDays(check: FileCheck, manifest: RecordManifest, isFaulty: boolean): Promise<readonly Finding[]> {
  const { index, archiveDir, root } = check
  const findings: Finding[] = []
  const days = daysOfManifest({ days: toldDays(manifest, index) })
  const recorded = new Map(days.map((day) => [nameOf(day.kind, day.plant, day.date), day]))
  let sealedRows = 0
  let sealedDays = 0
  for (const sealed of index.days()) {
    check.signal?.throwIfAborted()
    const subject = nameOf(sealed.rows_of, sealed.plant, sealed.day)
    const day = recorded.get(subject)
    recorded.delete(subject)
    if (day === undefined && sealed.files.length === 0 && sealed.rows === 0) continue
    const wrong = day === undefined ? GONE : changeOf(sealed, day)
    if (wrong !== null) findings.push(failedFinding('day', subject, wrong))
    else if (day !== undefined && areSameFiles(sealed.files, day.files)) {
      sealedDays += 1
      sealedRows += sealed.rows
      if (root === null || isFaulty) continue
      const found = await root(archiveDir, day)
      if (found.root !== sealed.root || found.rows !== sealed.rows) {
        findings.push(failedFinding('root', subject, ['has other rows than were sealed', '的数据行与封存时不符']))
      }
    } else recorded.set(subject, day!)
  }
  if (isFaulty || findings.length > 0) return findings
  const waiting = recorded.size
  const rows: readonly [string, string] =
    root === null ? ['', ''] : [', their roots calculated from the rows again', '，并由数据行重新计算了根哈希']
  return [
    ...notedFindings(manifest),
    soundFinding('archive', 'archive', [
      `the files of the archive are as they were written: ${sealedDays} days of plants and kinds with ${sealedRows} rows are sealed, ${waiting} wait to be${rows[0]}`,
      `档案文件与写入时一致：已封存 ${sealedDays} 个（工厂·类别·日），共 ${sealedRows} 行；${waiting} 个待封存${rows[1]}`,
    ]),
  ]
}

/** Says that a day is about to lose rows; nothing when none is. */
function notedFindings({ removals }: RecordManifest): readonly Finding[] {
  const note = removals?.note
  if (note === undefined) return []
  const subject = nameOf(note.kind, note.plant, dateOf(note.day))
  return [
    soundFinding('removal', subject, [
      `rows of ${subject} are to go (order ${note.act}): until new files have taken their place it is as it was sealed`,
      `${subject} 的部分数据行将被删除（指令 ${note.act}）：在新文件替换之前仍与封存时一致`,
    ]),
  ]
}

const GONE: readonly [string, string] = ['was sealed, and is gone', '曾被封存，现已缺失']

/** Objection to a day that is not as it was sealed; null when it was only added to, or files were merged. */
function changeOf(sealed: SealedDay, day: RecordedDay): readonly [string, string] | null {
  const isRewritten = day.files.some(({ name, sha256 }) =>
    sealed.files.some((old) => old.name === name && old.sha256 !== sha256),
  )
  if (isRewritten) return ['has another file than was sealed', '的文件与封存时不符']
  const isSame = areSameFiles(sealed.files, day.files)
  if (isSame || day.generation > sealed.generation) return null
  return ['lacks files that were sealed', '缺少已封存的文件']
}

/** Segments without a gap; the closed ones as they were sealed, or true in themselves when they are not sealed yet. */
export async function checkJournal(check: FileCheck): Promise<readonly Finding[]> {
  const { journalDir, index } = check
  const findings: Finding[] = []
  const segments = segmentsIn(nodeDisk, journalDir)
  for (const name of nodeDisk.list(journalDir)) {
    if (!/^\d{8}\.journal$/.test(name)) {
      findings.push(failedFinding('added', `journal/${name}`, ['does not belong to the journal', '不属于日志']))
    }
  }
  for (const [segment] of index.segments()) {
    if (!segments.includes(segment))
      findings.push(failedFinding('segment', nameOfSegment(segment), ['is missing', '缺失']))
  }
  for (const [i, segment] of segments.entries()) {
    check.signal?.throwIfAborted()
    const next = segments[i + 1]
    if (next === undefined) break
    // A restored journal goes on far behind its end; the header says which segment it goes on from.
    if (next !== segment + 1 && segmentBefore(journalDir, next) !== segment) {
      findings.push(failedFinding('segment', nameOfSegment(segment + 1), ['is missing', '缺失']))
      continue
    }
    const sealed = index.segments().get(segment)
    const name = nameOfSegment(segment)
    if (sealed === undefined) {
      if (!isTrue(journalDir, segment, next)) findings.push(failedFinding('segment', name, ['is damaged', '已损坏']))
      continue
    }
    const file = { name: `${name.slice('journal/'.length)}`, bytes: sealed.bytes, sha256: sealed.sha256, rows: 0 }
    const wrong = await recordFileFault(journalDir, file)
    if (wrong !== '') findings.push(failedFinding('segment', name, [wrong, '已被改动']))
  }
  if (findings.length > 0) return findings
  const sealed = segments.filter((segment) => index.segments().has(segment)).length
  return [
    soundFinding('journal', 'journal', [
      `the journal has ${segments.length} segments without a gap, ${sealed} of them sealed and as they were`,
      `日志有 ${segments.length} 段且连续，其中 ${sealed} 段已封存且未被改动`,
    ]),
  ]
}

/** The segment that the header of one names as the one before it; null when it cannot be read. */
function segmentBefore(dir: string, segment: number): number | null {
  const file = new SegmentFile(nodeDisk, dir, segment)
  file.close()
  return file.header?.previous.segment ?? null
}

/** True when the records of a closed segment follow one another up to where the one behind it says that it ends. */
function isTrue(dir: string, segment: number, behind: number): boolean {
  const next = new SegmentFile(nodeDisk, dir, behind)
  const end: Cursor | undefined = next.header?.previous
  next.close()
  // The newest file may be one that never held anything.
  if (end === undefined) return true
  const file = new SegmentFile(nodeDisk, dir, segment)
  try {
    if (file.header === null || end.segment !== segment) return false
    let at = startOfSegment(file.header)
    while (at.offset < end.offset) {
      const last = file.records(at, end.offset, BLOCK_BYTES).at(-1)
      if (last === undefined) return false
      at = last.end
    }
    return at.offset === end.offset && at.crc === end.crc
  } finally {
    file.close()
  }
}

export function filesBelow(dir: string): readonly string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort()
}

function nameOf(kind: string, plant: string, day: string): string {
  return `${kind} of ${plant} on ${day}`
}

function nameOfSegment(segment: number): string {
  return segmentPath('journal', segment)
}
