import type { AlarmItem } from '../base/alarm.js'
import type { Clock } from '../base/clock.js'
import { HOUR_MS } from '../base/durations.js'
import type { ChannelState } from '../base/notify.js'
import type { AlarmChannel, ChannelDelivery, ChannelTestAnswer } from '../base/wire/channels.js'
import { Pauses } from '../stores/pauses.js'
import type { ChannelMemory, ChannelMemoryFile } from './memory.js'
import { inOrderOfUrgency, type Notification, type PlantWords } from './message.js'
import type { ChannelOptions } from './options.js'
import { type NotificationBatch, Queue } from './queue.js'
import type { ChannelSender, SendOutcome } from './sender.js'

/** Interval at which alarms that are due are looked for. */
const LOOK_MS = 1_000
/** Robots take 20 messages a minute, and no person reads more. */
const PACE_MS = 3_100
/** The file is synced each time it is written: alarms that come close together are written once. */
const SAVE_MS = 2_000
/** No try takes longer. */
const SEND_MS = 10_000
/** Longest pause between two tries that did not get through. */
const BUSY_MAX_MS = 300_000
/** A message that was refused is tried again after this time: somebody may have mended it on the other side. */
const REFUSED_MS = 300_000
/** Pause between two tests, so that a test does not use up what a robot takes. */
const TEST_MS = 5_000
/** A message that is under way when its channel ends has so long to arrive: given up, it would be sent again. */
const LAST_SEND_MS = 2_000
const RECENT_MAX = 50
const IDS_MAX = 10

export interface ChannelDeps {
  readonly options: ChannelOptions
  readonly publicUrl: string | null
  readonly sender: ChannelSender
  readonly clock: Clock
  readonly random: () => number
  readonly file: ChannelMemoryFile
  readonly memory: ChannelMemory
  /** The one that it takes the place of, which has ended: what it counted goes on, and what it may not have saved. */
  readonly before?: Channel | undefined
  find(plant: string, id: string): AlarmItem | null
  plant(id: string): PlantWords
  /** False while somebody else may tell the same; absent: nobody else does. */
  readonly maySend?: (() => boolean) | undefined
  log(level: 'info' | 'warn', text: string): void
}

/**
 * Tells people of alarms by one way. An alarm is sent at least once: one whose answer was lost, or that was sent and not
 * noted before the process ended, comes again. What is noticed waits in a bounded queue, and nobody waits for it.
 */
export class Channel {
  readonly #deps: ChannelDeps
  readonly #queue: Queue
  readonly #pauses: Pauses
  #recent: readonly ChannelDelivery[]
  #lastSentMs: number | null
  #state: ChannelState
  #reason = ''
  #isChanged: boolean
  #unsaved = ''
  #notBeforeMs = 0
  #testedAtMs = -Infinity
  #savedMs = -Infinity
  #waiting = new AbortController()
  readonly #counts: { sent: number; busy: number; refused: number }

  constructor(deps: ChannelDeps) {
    const { options, memory, clock } = deps
    this.#deps = deps
    this.#pauses = new Pauses(deps.random, BUSY_MAX_MS)
    this.#isChanged = deps.before !== undefined
    this.#counts = { ...(deps.before?.figures.messages ?? { sent: 0, busy: 0, refused: 0 }) }
    this.#recent = memory.recent
    this.#lastSentMs = memory.lastSentMs
    this.#state = memory.lastSentMs === null ? 'idle' : 'ok'
    this.#queue = new Queue(
      {
        plants: options.plants === undefined ? null : new Set(options.plants),
        minSeverity: options.min_severity,
        digestMs: options.digest_s * 1000,
        isClearedSent: options.send_cleared,
      },
      memory.queue,
      clock.nowMs(),
    )
  }

  get id(): string {
    return this.#deps.options.id
  }

  /** For metrics: tries since the start by what became of them, without tests, and what waits. */
  get figures() {
    return { id: this.id, messages: this.#counts, pending: this.#queue.size, dropped: this.#queue.dropped }
  }

  get status(): AlarmChannel {
    const { options, sender } = this.#deps
    const { id, type, plants, min_severity, language, digest_s, send_cleared } = options
    const reasons = [this.#reason, this.#unsaved].filter((reason) => reason !== '')
    return {
      id,
      type,
      target: sender.target,
      plants: plants ?? null,
      min_severity,
      language,
      digest_s,
      send_cleared,
      state: this.#state,
      reason: reasons.join('; '),
      pending: this.#queue.size,
      dropped: this.#queue.dropped,
      last_sent_at: this.#lastSentMs === null ? null : new Date(this.#lastSentMs).toISOString(),
      recent: this.#recent,
    }
  }

  /** State that it is opened again with. */
  memory(): ChannelMemory {
    return { queue: this.#queue.memory(), recent: this.#recent, lastSentMs: this.#lastSentMs }
  }

  /** An alarm is there, or has changed. */
  notice(alarm: AlarmItem): void {
    if (this.#queue.notice(alarm, this.#deps.clock.nowMs())) this.#waiting.abort()
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    const isLate = new AbortController()
    const end = (): void => {
      this.#waiting.abort()
      setTimeout(() => isLate.abort(), LAST_SEND_MS).unref()
    }
    signal.addEventListener('abort', end, { once: true })
    while (!signal.aborted) {
      if (this.#deps.maySend?.() ?? true) await this.#deliver(isLate.signal)
      await this.#save(false)
      this.#waiting = new AbortController()
      if (!signal.aborted) await clock.sleep(LOOK_MS, this.#waiting.signal)
    }
    await this.#save(true)
  }

  /** Sends a marked message now. */
  async test(): Promise<ChannelTestAnswer> {
    const nowMs = this.#deps.clock.nowMs()
    if (Math.abs(nowMs - this.#testedAtMs) < TEST_MS) {
      return { ok: false, detail: `it was tested just now; try again in ${TEST_MS / 1000} s` }
    }
    this.#testedAtMs = nowMs
    const message = this.#message({ isTest: true, told: [], older: 0 })
    const outcome = await this.#send(message, AbortSignal.timeout(SEND_MS))
    this.#note(outcome, null)
    if (outcome.kind === 'sent') {
      // Messages that wait need not wait any longer.
      this.#pauses.reset()
      this.#notBeforeMs = this.#deps.clock.nowMs() + PACE_MS
      this.#turn('ok', '')
    } else if (outcome.kind === 'refused') this.#turn('failed', outcome.detail)
    return { ok: outcome.kind === 'sent', detail: outcome.detail }
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    const { clock, find } = this.#deps
    const nowMs = clock.nowMs()
    const waitMs = this.#notBeforeMs - nowMs
    // The clock was set back when the pause is longer than any.
    if (waitMs > 0 && waitMs <= HOUR_MS) return
    const batch = this.#queue.take(nowMs, find)
    if (batch === null) return
    const sorted = { ...batch, told: inOrderOfUrgency(batch.told) }
    const message = this.#message({ ...sorted, isTest: false })
    const outcome = await this.#send(message, AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]))
    if (signal.aborted && outcome.kind !== 'sent') return
    this.#counts[outcome.kind]++
    this.#note(outcome, sorted)
    this.#conclude(outcome, sorted)
  }

  /** A fault of the way out stops nobody else; only its kind is told, for its words may hold a secret. */
  async #send(message: Notification, signal: AbortSignal): Promise<SendOutcome> {
    try {
      return await this.#deps.sender.send(message, signal)
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error
      return { kind: 'refused', detail: `the message could not be made or sent (${kind}): look at the settings` }
    }
  }

  #conclude(outcome: SendOutcome, batch: NotificationBatch): void {
    const { clock, find } = this.#deps
    const nowMs = clock.nowMs()
    if (outcome.kind === 'sent') {
      this.#lastSentMs = nowMs
      this.#queue.settle(batch)
      // An alarm may have changed while it was on its way.
      for (const { plant, alarm } of batch.entries) {
        const found = find(plant, alarm)
        if (found !== null) this.#queue.notice(found, nowMs)
      }
      this.#pauses.reset()
      this.#notBeforeMs = nowMs + PACE_MS
      this.#turn('ok', '')
    } else if (outcome.kind === 'busy') {
      this.#notBeforeMs = nowMs + this.#pauses.next(outcome.retryAfterMs)
      this.#turn('retrying', outcome.detail)
    } else {
      this.#notBeforeMs = nowMs + REFUSED_MS
      this.#turn('failed', outcome.detail)
    }
  }

  /** Another state is said once in the log. */
  #turn(state: ChannelState, reason: string): void {
    const before = this.#state
    this.#state = state
    this.#reason = reason
    if (state === before) return
    const channel = `alarm channel ${this.id}`
    if (state === 'retrying')
      this.#deps.log('warn', `${channel} does not get through, what waits is sent later: ${reason}`)
    if (state === 'failed') {
      const remedy = 'mend its settings or the other side; what waits is tried again every five minutes'
      this.#deps.log('warn', `${channel} is refused: ${reason}; ${remedy}`)
    }
    if (state === 'ok' && before !== 'idle') this.#deps.log('info', `${channel} gets through again`)
  }

  /** Puts a try at the head of the list of the last ones. `batch` is null for a test. */
  #note({ kind, detail }: SendOutcome, batch: NotificationBatch | null): void {
    const delivery: ChannelDelivery = {
      at: new Date(this.#deps.clock.nowMs()).toISOString(),
      alarms: batch?.entries.length ?? 0,
      ids: (batch?.entries ?? []).slice(0, IDS_MAX).map(({ alarm }) => alarm),
      test: batch === null,
      ok: kind === 'sent',
      detail,
    }
    const [last] = this.#recent
    const isSame =
      last !== undefined && !last.ok && !delivery.ok && last.test === delivery.test && last.detail === detail
    this.#recent = [delivery, ...this.#recent.slice(isSame ? 1 : 0)].slice(0, RECENT_MAX)
    this.#isChanged = true
  }

  #message(of: Pick<Notification, 'isTest' | 'told' | 'older'>): Notification {
    const { options, publicUrl, clock, plant } = this.#deps
    return { ...of, sentAtMs: clock.nowMs(), language: options.language, publicUrl, plant }
  }

  /**
   * Writes at once what was sent, which is not sent again then; what waits, at the end or once in a while. A disk that takes
   * nothing stops no alarm: it is said, and what was sent may come again after a restart.
   */
  async #save(isLast: boolean): Promise<void> {
    const { file, clock, log: say } = this.#deps
    const nowMs = clock.nowMs()
    const isDue = isLast || Math.abs(nowMs - this.#savedMs) >= SAVE_MS
    if (!this.#isChanged && !(this.#queue.isChanged && isDue)) return
    this.#savedMs = nowMs
    this.#isChanged = false
    try {
      await file.write(this.memory())
      this.#unsaved = ''
    } catch (error) {
      this.#isChanged = true
      const reason = `what was sent cannot be noted in ${file.path} (${(error as Error).message})`
      if (this.#unsaved === '') say('warn', `alarm channel ${this.id}: ${reason}; it may be sent again after a restart`)
      this.#unsaved = reason
    }
  }
}
