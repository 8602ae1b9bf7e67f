import { existsSync } from 'node:fs'
import { mkdir, open, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ACTIONS_REFUSED_UNRECORDED, type AuditEntry, type AuditNote, type AuditNotes } from '../../base/audit-log.js'
import type { Clock } from '../../base/clock.js'
import { canonical, NO_HASH } from '../ledger/entry.js'
import { entryBehind } from './entry.js'
import { RefusalRateLimit } from './refusals.js'
import { type AuditLogSeal, isContinued } from './sealed.js'
import { auditEntries, auditLines, auditSegment, auditSegmentName, auditSegments, SEGMENT_BYTES } from './segments.js'

/** Acts that wait for the disk; further ones are counted, and the count is written. */
const WAITING_MAX = 1000
/** Entries that are written with one sync. */
const BATCH_MAX = 100
/** Pause between two tries when the disk refuses, and between two looks at what was counted. */
const LOOK_MS = 10_000

export interface AuditLogOptions {
  /** `DATA_DIR/audit-log`. */
  readonly dir: string
  readonly clock: Clock
  readonly segmentBytes?: number
  log(level: 'error' | 'warn', text: string): void
}

interface Waiting {
  readonly note: AuditNote
  readonly answer: (isRecorded: boolean) => void
}

/** The one writer of an audit log. Its format is at the head of `segments.ts`. */
export class AuditLog {
  readonly dir: string
  readonly #options: AuditLogOptions
  readonly #refusals: RefusalRateLimit
  #waiting: Waiting[] = []
  #notTaken = 0
  #isWriting = false
  #isOpen = false
  #segment = 1
  /** Bytes of the newest segment that are durable. */
  #bytes = 0
  /** The newest segment may hold more than that. */
  #isTorn = false
  /** The name of the newest segment is on the disk. */
  #isNamed = false
  #last: AuditLogSeal = { number: 0, hash: NO_HASH }
  #trouble = ''
  /** Reason that what comes now does not belong behind what the ledger has sealed; '' when it does. */
  #gap = ''

  private constructor(options: AuditLogOptions) {
    this.dir = options.dir
    this.#options = options
    this.#refusals = new RefusalRateLimit(options.clock.nowMs())
  }

  /**
   * Opens the log, or begins it. One with lines that cannot be read is gone on with behind the last that can: acts are
   * recorded whatever somebody has done to the file, and the check names the line for ever. Never rejects: a disk that
   * refuses is tried again.
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const log = new AuditLog(options)
    await log.#open().catch((error: unknown) => log.#refused(error))
    return log
  }

  /**
   * Says what the ledger has sealed last, null for nothing. A log in which that is not there, or not followed by what is behind
   * it, is gone on with, but never sealed again, so that it is found for ever.
   */
  follow(sealed: AuditLogSeal | null): void {
    if (sealed === null || isContinued(this.dir, sealed)) return
    this.#gap = `it was cut off or altered: entry ${sealed.number}, which the ledger has sealed, is not there as it was, or what is behind it does not follow; put ${this.dir} back from a backup, and see what "greengauge audit-log check" finds`
    this.#options.log('error', `the audit log: ${this.#gap}`)
  }

  /** The newest entry on the disk that the ledger may seal; null before the first, and behind a gap. */
  get head(): AuditLogSeal | null {
    return this.#last.number === 0 || this.#gap !== '' ? null : this.#last
  }

  /** Reason that keeps acts from being recorded, or the log from being whole; '' when nothing does. */
  get trouble(): string {
    return this.#trouble || this.#gap
  }

  note: AuditNotes = (note) => {
    if (!this.#refusals.mayPass(note, this.#options.clock.nowMs())) return Promise.resolve(false)
    return this.#submit(note)
  }

  /** Tries again what the disk refused, and writes what was counted, until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#options.clock.sleep(LOOK_MS, signal)
      await this.#writeCounted(signal.aborted)
      await this.#write()
    }
  }

  async #writeCounted(isLast: boolean): Promise<void> {
    for (const note of this.#refusals.takeCounted(this.#options.clock.nowMs(), isLast)) await this.#submit(note)
  }

  #submit(note: AuditNote): Promise<boolean> {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#notTaken += 1
      return Promise.resolve(false)
    }
    return new Promise((answer) => {
      this.#waiting.push({ note, answer })
      void this.#write()
    })
  }

  /** One write after the other; what comes meanwhile is in the next one. */
  async #write(): Promise<void> {
    if (this.#isWriting) return
    this.#isWriting = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_MAX)
      try {
        await this.#append(batch.map(({ note }) => note))
      } catch (error) {
        this.#isWriting = false
        this.#refused(error)
        return
      }
      this.#waiting = this.#waiting.slice(batch.length)
      for (const { answer } of batch) answer(true)
      this.#countWhatWasNotTaken()
    }
    this.#isWriting = false
    if (this.#trouble !== '') this.#options.log('warn', 'the audit log is written again')
    this.#trouble = ''
  }

  #countWhatWasNotTaken(): void {
    if (this.#notTaken === 0 || this.#waiting.length > 0) return
    const subject = `${this.#notTaken} more acts that were not recorded while the disk took nothing`
    this.#notTaken = 0
    this.#waiting.push({ note: { act: 'refused', actor: '', subject }, answer: () => undefined })
  }

  /** Tells those who asked; acts that were done all the same stay for the next try. */
  #refused(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    if (this.#trouble === '') this.#options.log('error', `the audit log cannot be written, nobody can sign in: ${why}`)
    this.#trouble = `it cannot be written, and nobody can sign in: ${why}`
    for (const { answer } of this.#waiting) answer(false)
    this.#waiting = this.#waiting.filter(({ note }) => !ACTIONS_REFUSED_UNRECORDED.includes(note.act))
  }

  async #append(notes: readonly AuditNote[]): Promise<void> {
    const { clock, segmentBytes = SEGMENT_BYTES } = this.#options
    if (!this.#isOpen) await this.#open()
    if (this.#isTorn) await this.#cut()
    if (this.#bytes >= segmentBytes) {
      this.#segment += 1
      this.#bytes = 0
      this.#isNamed = false
    }
    const at = new Date(clock.nowMs()).toISOString()
    const entries: AuditEntry[] = []
    let last = this.#last
    for (const note of notes) {
      const entry = entryBehind(last, at, note)
      entries.push(entry)
      last = entry
    }
    const text = entries.map((entry) => `${canonical(entry)}\n`).join('')
    this.#isTorn = true
    const file = await open(this.#path(), 'a', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    if (!this.#isNamed) await syncFolder(this.dir)
    this.#isNamed = true
    this.#isTorn = false
    this.#bytes += Buffer.byteLength(text)
    this.#last = { number: last.number, hash: last.hash }
  }

  /**
   * Cuts off what a write that failed has left, before the next. The page in which the file ends is written anew by that, so
   * that the next sync tells the truth of it, though Linux has marked the page clean when the last one failed.
   */
  async #cut(): Promise<void> {
    if (existsSync(this.#path())) await truncate(this.#path(), this.#bytes)
  }

  async #open(): Promise<void> {
    const { dir, clock, log: say } = this.#options
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await syncFolder(dirname(dir))
    const segments = auditSegments(dir)
    this.#segment = segments.at(-1) ?? 1
    if (segments.length > 0) {
      const { lines, rest } = auditLines(auditSegment(dir, this.#segment))
      this.#bytes = lines.reduce((sum, line) => sum + line.length + 1, 0)
      if (rest.length > 0) {
        const to = `${dir}.torn-${clock.nowMs()}`
        await writeFile(to, rest, { mode: 0o600 })
        await truncate(this.#path(), this.#bytes)
        say('warn', `the last line of ${this.#path()} had not been written to its end; it was set aside as ${to}`)
      }
    }
    for (const segment of segments.toReversed()) {
      const last = auditEntries(auditSegment(dir, segment)).at(-1)
      if (last === undefined) continue
      this.#last = { number: last.number, hash: last.hash }
      break
    }
    this.#isOpen = true
  }

  #path(): string {
    return join(this.dir, auditSegmentName(this.#segment))
  }
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
