import { isReading, type RecordKind } from '../../archive/record/kinds.js'
import type { DayBody, LedgerBody, LedgerEntry, SealedFile, Statement } from './entry.js'

const RECENT_MAX = 100

/** The newest entry of a day. */
export interface SealedDay extends DayBody {
  /** Number of the entry. */
  readonly number: number
  /** Files of the state before it. */
  readonly filesBefore: readonly SealedFile[]
}

export type SealedSegment = Extract<LedgerBody, { kind: 'segment' }>
export type ReportEntry = Extract<LedgerBody, { kind: 'report' }>
export type TimeStamp = Extract<LedgerBody, { kind: 'time_stamp' }>

/**
 * Finds the entries of a ledger by their subjects; fed with them in order. It holds one thing a day and kind of the archive,
 * so it grows as the manifest does.
 */
export class LedgerIndex {
  readonly #days = new Map<string, SealedDay>()
  readonly #segments = new Map<number, SealedSegment>()
  readonly #configurations = new Set<string>()
  readonly #statements = new Set<string>()
  /** Key of the day of each `day` entry, by number. */
  readonly #dayOf = new Map<number, string>()
  /** By key of a day, the newest frozen report that rests on it. */
  readonly #frozen = new Map<string, string>()
  readonly #expired = new Map<string, string>()
  /** Hash of the entry, by act, report and version. */
  readonly #reports = new Map<string, string>()
  readonly #counts = new Map<LedgerBody['kind'], number>()
  readonly #recent: LedgerEntry[] = []
  readonly timeStamps: TimeStamp[] = []
  /** SHA-256 of the newest tables. */
  factors = ''
  /** The entry of the audit log that was sealed last; null before the first. */
  auditLog: { readonly number: number; readonly hash: string } | null = null
  /** Segments of the journal before this one are gone. */
  trimmedBefore = 0

  take = (entry: LedgerEntry): void => {
    const { number, body } = entry
    if (this.#recent.push(entry) > RECENT_MAX) this.#recent.shift()
    this.#counts.set(body.kind, (this.#counts.get(body.kind) ?? 0) + 1)
    switch (body.kind) {
      case 'day':
        this.#takeDay({ ...body, number })
        break
      case 'expired':
        this.#expired.set(body.plant, body.before)
        for (const [key, { rows_of, plant, day }] of this.#days) {
          if (isReading(rows_of) && plant === body.plant && day < body.before) this.#days.delete(key)
        }
        break
      case 'segment':
        this.#segments.set(body.segment, body)
        break
      case 'trimmed':
        this.trimmedBefore = Math.max(this.trimmedBefore, body.before)
        for (const segment of this.#segments.keys()) if (segment < body.before) this.#segments.delete(segment)
        break
      case 'configuration':
        this.#configurations.add(`${body.from} ${body.sha256}`)
        break
      case 'factors':
        this.factors = body.sha256
        break
      case 'statement':
        this.#statements.add(statementKey(body.plant, body.said))
        break
      case 'report':
        this.#reports.set(reportKey(body.act, body.report, body.version), entry.hash)
        for (const day of body.days) this.#frozen.set(this.#dayOf.get(day) ?? '', `${body.report} v${body.version}`)
        break
      case 'time_stamp':
        this.timeStamps.push(body)
        break
      case 'audit_log':
        this.auditLog = { number: body.entry, hash: body.sha256 }
        break
      default:
        break
    }
  }

  /** Sealed state of a kind, plant and day (2026-10-01); the number of its entry is what a freeze refers to. */
  day(kind: RecordKind, plant: string, day: string): SealedDay | undefined {
    return this.#days.get(keyOf(kind, plant, day))
  }

  /** The newest frozen report that rests on a state of a day, also an earlier one; null without one. */
  frozenBy(kind: RecordKind, plant: string, day: string): string | null {
    return this.#frozen.get(keyOf(kind, plant, day)) ?? null
  }

  #takeDay(day: Omit<SealedDay, 'filesBefore'>): void {
    // The same text for all entries of a day.
    const known = this.#days.get(keyOf(day.rows_of, day.plant, day.day))
    const key = (known && this.#dayOf.get(known.number)) ?? keyOf(day.rows_of, day.plant, day.day)
    this.#days.set(key, { ...day, filesBefore: known?.files ?? [] })
    this.#dayOf.set(day.number, key)
  }

  days(): IterableIterator<SealedDay> {
    return this.#days.values()
  }

  segments(): ReadonlyMap<number, SealedSegment> {
    return this.#segments
  }

  hasConfiguration(from: string, sha256: string): boolean {
    return this.#configurations.has(`${from} ${sha256}`)
  }

  hasStatement(plant: string, said: Statement): boolean {
    return this.#statements.has(statementKey(plant, said))
  }

  /** Hash of the entry that says so of a version of a report; null when none does. */
  reportHash(act: ReportEntry['act'], report: string, version: number): string | null {
    return this.#reports.get(reportKey(act, report, version)) ?? null
  }

  /** The first day of readings that is kept of a plant; '' when none was let go of. */
  keptFrom(plant: string): string {
    return this.#expired.get(plant) ?? ''
  }

  /** The last entries, newest first, a hundred at most. */
  newest(): readonly LedgerEntry[] {
    return this.#recent.toReversed()
  }

  /** Number of entries by kind. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}

/** True when these are the same files with the same content, in the same order. */
export function areSameFiles(a: readonly SealedFile[], b: readonly SealedFile[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, bytes, sha256 }, i) => {
      const other = b[i]
      return other?.name === name && other.bytes === bytes && other.sha256 === sha256
    })
  )
}

function keyOf(kind: RecordKind, plant: string, day: string): string {
  return `${kind}/${plant}/${day}`
}

function reportKey(act: string, report: string, version: number): string {
  return `${act} ${report} ${version}`
}

function statementKey(plant: string, { device, id }: Statement): string {
  return `${plant}/${device}/${id}`
}
