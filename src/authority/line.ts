import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readSecret } from '../access/secret.js'
import type { AuthorityState, SendResult } from '../base/authority.js'
import type { Clock } from '../base/clock.js'
import { DAY_MS } from '../base/durations.js'
import { maskPasswords } from '../base/hj212/mask.js'
import type { AuthorityOptions, Reported } from '../base/options/authorities.js'
import type { AuthorityEvent, AuthorityStack } from '../base/wire/authorities.js'
import type { TimeRange } from '../kpi/series/calendar.js'
import { Pauses } from '../stores/pauses.js'
import { type DueWindow, SendBacklog } from './backlog.js'
import { AuthorityConnection, type FrameOutcome } from './connection.js'
import { type Again, type AuthorityMemory, type AuthorityMemoryFile, EMPTY_AUTHORITY_MEMORY } from './memory.js'
import { commandOf, contentOf, type FrameSender, framedPartsOf, type StackMessage, sendingOf } from './message.js'
import type { SendLog } from './send-log.js'
import { hj212EditionOf } from './stack.js'
import { isKept, type Kept, type Windows } from './windows.js'

/** Time between two looks for what is due. */
const LOOK_MS = 1_000
/** Figures that were sent are looked at again this often. */
const AGAIN_MS = 60_000
/** Longest pause between two tries to connect. */
const BUSY_MAX_MS = 60_000
/** Time after which what was refused is tried again: somebody may have mended it on the other side. */
const REFUSED_MS = 300_000
/** Commands of the authority that may wait to be noted: who asks faster is hung up on. */
const ASKED_MAX = 100

/** Source of the messages that a line is to tell. */
export interface MessageSource {
  /** null while nothing can be said of now: the journal is still being read, or the stack has never sent. */
  now(): Promise<StackMessage | null>
  /** `wait` while the figures of a window may still change without late data; null when there is nothing to be told. */
  of(kept: Kept, span: TimeRange): Promise<StackMessage | null | 'wait'>
  /** Windows before `beforeMs` whose stored figures have changed since `change`, and up to where that was looked. */
  changed(
    kept: Again,
    beforeMs: number,
    change: number,
  ): Promise<{ readonly starts: readonly number[]; readonly change: number }>
}

export interface AuthorityLineDeps {
  readonly options: AuthorityOptions
  readonly station: AuthorityOptions['stacks'][number]
  /** As people name it: plant and authority. */
  readonly name: string
  readonly clock: Clock
  readonly random: () => number
  readonly windows: Windows
  readonly file: AuthorityMemoryFile
  readonly memory: AuthorityMemory
  /** Logs of minutes, hours and days, and of real-time data, which are many. */
  readonly logs: { readonly kept: SendLog; readonly realTime: SendLog }
  readonly source: MessageSource
  /** False while somebody else may tell the same; absent: nobody else does. */
  readonly maySend?: (() => boolean) | undefined
  log(level: 'info' | 'warn', text: string): void
}

/**
 * Tells one authority of one stack, over a connection of its own. A frame goes out, and again without an answer within
 * OverTime, up to ReCount times; then the connection counts as broken, and minutes, hours and days wait until there is
 * another. They are told in order, at least once: one whose answer was lost comes again, with what the figures are then.
 */
export class AuthorityLine {
  readonly #deps: AuthorityLineDeps
  readonly #backlog: SendBacklog
  readonly #connection: AuthorityConnection
  readonly #pauses: Pauses
  readonly #counts = new Map<string, number>()
  #saved: AuthorityMemory
  /** As whom frames are sent over the connection that is there, or was lost and is not mourned yet. */
  #sender: FrameSender | null = null
  #state: AuthorityState = 'connecting'
  #reason = ''
  #notBeforeMs = -Infinity
  #realTimeMs = -Infinity
  #lookedAgainMs = -Infinity
  /** Number of commands that the authority has sent and that are not noted yet. */
  #asking = 0

  constructor(deps: AuthorityLineDeps) {
    const { options, windows, memory, clock } = deps
    this.#deps = deps
    this.#pauses = new Pauses(deps.random, BUSY_MAX_MS)
    this.#saved = EMPTY_AUTHORITY_MEMORY
    this.#backlog = new SendBacklog(
      windows,
      options.send.filter(isKept),
      options.keep_days * DAY_MS,
      memory,
      clock.nowMs(),
    )
    this.#connection = new AuthorityConnection(clock, (command, qn) => void this.#asked(command, qn))
  }

  /** Frames by command and what became of them, since the start. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  get oldestPendingMs(): number | null {
    return this.#backlog.pending(this.#deps.clock.nowMs()).oldestMs
  }

  get status(): AuthorityStack {
    const { station, clock } = this.#deps
    const { counts, oldestMs } = this.#backlog.pending(clock.nowMs())
    const { lastAnsweredMs, restated } = this.#backlog.memory
    return {
      stack: station.id,
      mn: station.mn,
      state: this.#state,
      reason: this.#reason,
      pending: counts,
      oldest_pending: instantOf(oldestMs),
      last_answered_at: instantOf(lastAnsweredMs),
      restated,
    }
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    while (!signal.aborted) {
      const isMore = await this.#step(signal).catch((error) => this.#unnoted(error))
      if (!isMore && !signal.aborted) await clock.sleep(LOOK_MS, signal)
    }
    this.#connection.close('stopped')
    await this.#save().catch((error) => this.#unnoted(error))
  }

  /** True when more may be due at once. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#deps
    const nowMs = clock.nowMs()
    await this.#drop(nowMs)
    await this.#lookAgain(nowMs)
    await this.#save()
    if (!(this.#deps.maySend?.() ?? true)) return false
    const sender = await this.#connect(signal)
    if (sender === null) return false
    await this.#tellNow(sender, signal)
    for (const due of this.#backlog.due(nowMs)) {
      const message = await this.#deps.source.of(due.kept, due)
      if (message === 'wait') continue
      if (signal.aborted || !this.#connection.isOpen) return false
      return this.#tell(due, message, sender, signal)
    }
    return false
  }

  /** The sender over an open connection; null while there is none. */
  async #connect(signal: AbortSignal): Promise<FrameSender | null> {
    if (this.#connection.isOpen) return this.#sender
    if (this.#sender !== null) this.#hangUp('retrying', this.#connection.why)
    const { options, clock } = this.#deps
    const waitMs = this.#notBeforeMs - clock.nowMs()
    // The clock was set back when the pause is longer than any.
    if (waitMs > 0 && waitMs <= REFUSED_MS) return null
    let [tls, sender]: [{ ca: string | null } | null, FrameSender | null] = [null, null]
    try {
      if (options.tls) tls = { ca: options.ca_file === undefined ? null : readFileSync(options.ca_file, 'utf8') }
      sender = this.#senderNow()
    } catch (error) {
      this.#hangUp('failed', (error as Error).message)
      return null
    }
    const why = await this.#connection.connect({ host: options.host, port: options.port, tls }, signal)
    if (signal.aborted) return null
    if (why !== '') {
      this.#hangUp('retrying', why)
      return null
    }
    this.#sender = sender
    if (this.#state === 'connecting' || this.oldestPendingMs === null) this.#turn('ok', '')
    return sender
  }

  async #tellNow(sender: FrameSender, signal: AbortSignal): Promise<void> {
    const { options, clock, source } = this.#deps
    if (!options.send.includes('real_time')) return
    const nowMs = clock.nowMs()
    const sinceMs = nowMs - this.#realTimeMs
    if (sinceMs >= 0 && sinceMs < options.real_time_s * 1000) return
    const message = await source.now()
    if (message === null) return
    this.#realTimeMs = nowMs
    for (const groups of framedPartsOf(message, sender)) {
      // Real-time data are not sent again: the next frame says what is true then.
      const outcome = await this.#send(message, groups, sender, 0, signal)
      if (outcome.kind !== 'answered' && outcome.kind !== 'unanswered') return
      if (outcome.kind === 'answered') this.#turn('ok', '')
    }
  }

  async #tell(
    due: DueWindow,
    message: StackMessage | null,
    sender: FrameSender,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { options, clock } = this.#deps
    if (message === null) {
      this.#backlog.settle(due, null, clock.nowMs())
      return true
    }
    for (const groups of framedPartsOf(message, sender)) {
      const outcome = await this.#send(message, groups, sender, options.resend, signal)
      if (outcome.kind === 'answered') continue
      if (outcome.kind === 'unanswered') {
        const tries = `${options.resend + 1} times within ${options.answer_timeout_s} s`
        this.#hangUp('retrying', `no answer to ${commandOf(message.period)}, ${tries}`)
      }
      return false
    }
    this.#backlog.settle(due, this.#hashOf(message), clock.nowMs())
    this.#pauses.reset()
    this.#turn('ok', '')
    await this.#save()
    return true
  }

  /** One frame, and the same frame again while nobody answers. Each is noted before it goes out. */
  async #send(
    { period, timeMs }: StackMessage,
    groups: readonly string[],
    sender: FrameSender,
    resend: number,
    signal: AbortSignal,
  ): Promise<FrameOutcome> {
    const { options, clock } = this.#deps
    const sending = sendingOf(period, groups, sender, this.#backlog.nextQnMs(clock.nowMs()))
    const about = { period, data_time: instantOf(timeMs), qn: sending.qn }
    const shown = Buffer.from(maskPasswords(Buffer.from(sending.segment))).toString()
    let outcome: FrameOutcome = { kind: 'unanswered' }
    for (let attempt = 1; attempt <= resend + 1 && outcome.kind === 'unanswered'; attempt++) {
      await this.#note({ ...about, what: 'sent', attempt, detail: shown })
      outcome = await this.#connection.exchange(sending, options.answer_timeout_s * 1000, signal)
      this.#count(period, outcome.kind)
      await this.#note({ ...about, what: outcome.kind, attempt, detail: 'detail' in outcome ? outcome.detail : '' })
    }
    if (signal.aborted) return outcome
    if (outcome.kind === 'broken') this.#hangUp('retrying', outcome.detail)
    if (outcome.kind === 'refused') this.#hangUp('failed', outcome.detail, REFUSED_MS)
    return outcome
  }

  async #drop(nowMs: number): Promise<void> {
    for (const { kept, startMs, endMs, count } of this.#backlog.drop(nowMs)) {
      const text = `${count} of ${kept} from ${instantOf(startMs)} to ${instantOf(endMs)} were never answered in keep_days`
      this.#deps.log('warn', `${this.#deps.name}: ${text}; nobody will be told of them any more`)
      await this.#note({ what: 'dropped', period: kept, data_time: instantOf(startMs), detail: text })
    }
  }

  /** Hours and days whose figures are others than those that were sent. */
  async #lookAgain(nowMs: number): Promise<void> {
    const sinceMs = nowMs - this.#lookedAgainMs
    if (sinceMs >= 0 && sinceMs < AGAIN_MS) return
    this.#lookedAgainMs = nowMs
    const { options, source, windows } = this.#deps
    const { next, change } = this.#backlog.memory
    let reached = Infinity
    for (const kept of ['hour', 'day'] as const) {
      const beforeMs = next[kept]
      if (!options.send.includes(kept) || beforeMs === undefined) continue
      const changed = await source.changed(kept, beforeMs, change)
      reached = Math.min(reached, changed.change)
      for (const startMs of changed.starts) {
        const hash = this.#backlog.hashOf(kept, startMs)
        if (hash === undefined) continue
        const message = await source.of(kept, windows.at(kept, startMs))
        // It is final again when it has changed once more: then it is looked at again.
        if (message === 'wait' || message === null || this.#hashOf(message) === hash) continue
        await this.#restate(kept, message)
      }
    }
    if (Number.isFinite(reached)) this.#backlog.lookedTo(reached)
  }

  async #restate(kept: Again, message: StackMessage): Promise<void> {
    const { options, name, log: say } = this.#deps
    const isToBeSent = options.restated === 'send'
    this.#backlog.restate(kept, message.timeMs, isToBeSent)
    const at = instantOf(message.timeMs)
    const what = isToBeSent ? 'it is sent again' : 'it is not sent again (restated: note)'
    say('info', `${name}: the ${kept} of ${at} has other figures than those that were sent; ${what}`)
    const now = contentOf(message, hj212EditionOf(options)).join(';')
    await this.#note({ what: 'restated', period: kept, data_time: at, detail: `${what}; now ${now}` })
  }

  async #asked(command: string, qn: string | null): Promise<void> {
    if (this.#asking >= ASKED_MAX) {
      this.#connection.close('it asks for more than can be noted')
      return
    }
    this.#asking++
    const detail = `command ${command} was refused: nothing here is controlled from outside`
    await this.#note({ what: 'asked', qn, detail }).catch((error) => this.#unnoted(error))
    this.#asking--
  }

  /** Throws when the password cannot be read. */
  #senderNow(): FrameSender {
    const { options, station, name } = this.#deps
    const fileSetting = `password_file of ${name}`
    const password = readSecret({ value: options.password, file: options.password_file, fileSetting })
    return { st: options.st, mn: station.mn, password, edition: hj212EditionOf(options) }
  }

  #note(event: Pick<AuthorityEvent, 'what' | 'detail'> & Partial<AuthorityEvent>): Promise<void> {
    const { clock, station, logs } = this.#deps
    const log = event.period === 'real_time' ? logs.realTime : logs.kept
    return log.append({
      at: instantOf(clock.nowMs())!,
      stack: station.id,
      period: null,
      data_time: null,
      qn: null,
      attempt: 1,
      ...event,
    })
  }

  /** A disk that takes nothing: what cannot be noted is not sent. Anything else is a fault of the program. */
  #unnoted(error: unknown): false {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    this.#hangUp('failed', `what is sent cannot be noted: ${(error as Error).message}`)
    return false
  }

  async #save(): Promise<void> {
    const { memory } = this.#backlog
    if (memory === this.#saved) return
    await this.#deps.file.write(memory)
    this.#saved = memory
  }

  /** Hash of what is said, whichever QN it has. */
  #hashOf(message: StackMessage): string {
    const content = contentOf(message, hj212EditionOf(this.#deps.options))
    return createHash('sha256').update(content.join(';')).digest('hex').slice(0, 16)
  }

  #count(period: Reported, result: SendResult): void {
    const key = `${commandOf(period)}/${result}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Without a connection, for a while. */
  #hangUp(state: AuthorityState, reason: string, askedMs: number | null = null): void {
    this.#connection.close(reason)
    this.#sender = null
    this.#notBeforeMs = this.#deps.clock.nowMs() + this.#pauses.next(askedMs)
    this.#turn(state, reason)
  }

  /** Another state is said once in the log. */
  #turn(state: AuthorityState, reason: string): void {
    const before = this.#state
    this.#state = state
    this.#reason = reason
    if (state === before) return
    const { name, log: say } = this.#deps
    if (state === 'retrying') say('warn', `${name} does not answer, what is due waits: ${reason}`)
    if (state === 'failed') say('warn', `${name}: ${reason}; mend its settings or the other side, what is due waits`)
    if (state === 'ok' && before !== 'connecting') say('info', `${name} answers again`)
  }
}

function instantOf<T extends number | null>(ms: T): T extends number ? string : null {
  return (ms === null ? null : new Date(ms).toISOString()) as T extends number ? string : null
}
