import { existsSync, readdirSync } from 'node:fs'
import type { Finding } from '../../base/report.js'
import { NO_HASH } from '../ledger/entry.js'
import { failedFinding, soundFinding } from '../ledger/finding.js'
import { isTrue, parseAuditEntry } from './entry.js'
import { auditLines, auditSegment, auditSegmentName, auditSegments } from './segments.js'

/** A log that is broken in many places is told by its first ones. */
const FINDINGS_MAX = 100

/** The files in which a check finds a log. */
export interface AuditLogFiles {
  /** Names of all that is there. */
  readonly names: readonly string[]
  /** Numbers of the segments that are there, ascending. */
  readonly segments: readonly number[]
  read(segment: number): Uint8Array
}

/** The log in a folder; null when there is no such folder. */
export function auditLogFolder(dir: string): AuditLogFiles | null {
  if (!existsSync(dir)) return null
  return {
    segments: auditSegments(dir),
    names: readdirSync(dir).sort(),
    read: (segment) => auditSegment(dir, segment),
  }
}

/**
 * Checks an audit log, also while a gateway writes it: every line as it was written, in order, and the entries that the ledger
 * has sealed among them. The first finding that is not `ok` names the first line that does not hold.
 *
 * @param seals hash by number, read from the ledger before: what was sealed was written before that
 */
export function checkAuditLog(files: AuditLogFiles | null, seals: ReadonlyMap<number, string>): readonly Finding[] {
  if (files === null && seals.size === 0) return []
  return new TrailCheck(files ?? NOTHING, seals).findings()
}

const NOTHING: AuditLogFiles = { names: [], segments: [], read: () => new Uint8Array() }

class TrailCheck {
  readonly #files: AuditLogFiles
  readonly #seals: ReadonlyMap<number, string>
  readonly #findings: Finding[] = []
  readonly #found = new Set<number>()
  #last = { number: 0, hash: NO_HASH }
  /** False behind a line that could not be read: nobody knows what its hash was. */
  #isLastKnown = true
  #torn = ''

  constructor(files: AuditLogFiles, seals: ReadonlyMap<number, string>) {
    this.#files = files
    this.#seals = seals
  }

  findings(): readonly Finding[] {
    const { segments } = this.#files
    const newest = segments.at(-1) ?? 0
    for (let segment = 1; segment <= newest; segment++) {
      if (segments.includes(segment)) this.#take(segment, segment === newest)
      else {
        this.#fault(nameOf(segment), ['is missing', '缺失'])
        this.#isLastKnown = false
      }
      if (this.#findings.length >= FINDINGS_MAX) break
    }
    this.#checkSeals()
    this.#checkNames()
    if (this.#findings.length === 0) {
      const { number, hash } = this.#last
      this.#findings.push(
        soundFinding('audit_log', 'audit-log', [
          `${number} entries of the audit log follow one another without a gap, ${this.#seals.size} of them sealed in the ledger; the last has the hash ${hash}`,
          `审计日志的 ${number} 条条目首尾相接，其中 ${this.#seals.size} 条已在账本中封存；末条哈希为 ${hash}`,
        ]),
      )
    }
    if (this.#torn !== '') {
      this.#findings.push(
        soundFinding('torn', this.#torn, [
          `${this.#torn} is not written to its end: a gateway writes it at this moment, or was killed while it did; nothing was told of it, and the next start sets it aside`,
          `${this.#torn} 未写完：网关正在写入，或在写入时被强制结束；其内容从未对外告知，下次启动时将被移出`,
        ]),
      )
    }
    return this.#findings
  }

  #take(segment: number, isNewest: boolean): void {
    const { lines, rest } = auditLines(this.#files.read(segment))
    for (const [i, line] of lines.entries()) this.#takeLine(line, `${nameOf(segment)} line ${i + 1}`)
    if (lines.length === 0 && !isNewest) this.#fault(nameOf(segment), ['holds nothing', '没有内容'])
    if (rest.length === 0) return
    const where = `${nameOf(segment)} line ${lines.length + 1}`
    // A kill leaves the beginning of a line: not a whole one with something else than a newline behind it.
    const isBeginning = parseAuditEntry(rest.subarray(0, -1)) === null
    if (isNewest && isBeginning) this.#torn = where
    else this.#fault(where, ['is no entry as it was written', '不是写入时的条目'])
  }

  #takeLine(line: Uint8Array, where: string): void {
    const entry = parseAuditEntry(line)
    if (entry === null) {
      this.#fault(where, ['is no entry as it was written', '不是写入时的条目'])
      this.#isLastKnown = false
      return
    }
    const { number, hash, previous } = entry
    if (!isTrue(entry)) {
      this.#fault(where, ['was altered: its hash is not that of what it says', '已被改动：哈希与内容不符'])
    }
    if (this.#isLastKnown && number !== this.#last.number + 1) {
      this.#fault(where, [
        `is entry ${number} behind entry ${this.#last.number}: entries were removed, added or put into another order`,
        `第 ${number} 条紧接在第 ${this.#last.number} 条之后：有条目被删除、添加或调换顺序`,
      ])
    } else if (this.#isLastKnown && previous !== this.#last.hash) {
      this.#fault(where, ['does not belong behind the entry before it', '与前一条目不相连'])
    }
    const sealed = this.#seals.get(number)
    if (sealed !== undefined) {
      this.#found.add(number)
      if (sealed !== hash) {
        this.#fault(where, [`is another entry ${number} than the ledger has sealed`, `与账本封存的第 ${number} 条不符`])
      }
    }
    this.#last = { number, hash }
    this.#isLastKnown = true
  }

  #checkSeals(): void {
    for (const number of this.#seals.keys()) {
      if (this.#found.has(number)) continue
      this.#fault(`audit-log entry ${number}`, [
        `is missing: the ledger has sealed it, and the log ends with entry ${this.#last.number}`,
        `缺失：账本已封存该条目，而日志止于第 ${this.#last.number} 条`,
      ])
    }
  }

  #checkNames(): void {
    const { names, segments } = this.#files
    const own = new Set(segments.map(auditSegmentName))
    for (const name of names) {
      if (!own.has(name)) this.#fault(`audit-log/${name}`, ['does not belong to the audit log', '不属于审计日志'])
    }
  }

  #fault(subject: string, words: readonly [en: string, zh: string]): void {
    if (this.#findings.length < FINDINGS_MAX) this.#findings.push(failedFinding('audit_log', subject, words))
  }
}

function nameOf(segment: number): string {
  return `audit-log/${auditSegmentName(segment)}`
}
