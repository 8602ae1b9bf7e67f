import type { Clock } from '../base/clock.js'
import { MINUTE_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import { sendTo, shownAddressOf } from '../notify/address.js'
import { outcomeOf, postJson } from '../notify/http.js'
import { readMemory, writeMemory } from '../notify/memory.js'
import { FinalResults, rightBefore, type ToldStarts } from './final-results.js'
import type { ResultSources } from './mqtt-results.js'
import type { ResultWebhookOptions } from './options.js'

/** Time between two looks at what waits. */
const ROUND_MS = 1000
/** Points in one message. */
const BATCH_MAX = 100
/** Points of a figure that are read at once for the time in which the gateway did not run, and how often. */
const MISSED_MAX = 100
const MISSED_PAGES_MAX = 50
const SEND_MS = 15_000
const PAUSE_MS_MAX = 60_000
const SAVE_MS = 10_000
const SAY_MS = MINUTE_MS
/** Time after which the store is asked again when it gave no answer. */
const ASK_AGAIN_MS = 10_000

type Remark = 'refused' | 'dropped' | 'missed' | 'unread' | 'kept'

export interface ResultWebhookDeps {
  readonly clock: Clock
  readonly options: ResultWebhookOptions
  /** File in which it is kept how far each figure was told. */
  readonly path: string
  /** True once the figures of what there was at the start are computed. */
  isLive(): boolean
  log(level: 'warn', text: string): void
}

/**
 * Posts each chosen figure once its window is final. What was not taken is posted again, and after a start the windows that became
 * final since the last one that was: at least once, in order of coming. Nothing is computed for it.
 */
export class ResultWebhook {
  readonly #deps: ResultWebhookDeps
  #results: FinalResults
  #pauseMs = 0
  #notBeforeMs = 0
  #savedMs = -Infinity
  /** When a sentence of each kind was last said: one must not keep another from being said. */
  readonly #saidMs = new Map<Remark, number>()

  constructor(deps: ResultWebhookDeps) {
    this.#deps = deps
    this.#results = new FinalResults(deps.options, {})
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: ResultSources): Promise<void> {
    const { clock, isLive } = this.#deps
    this.#results = new FinalResults(this.#deps.options, await this.#kept())
    while (!isLive() && !signal.aborted) await clock.sleep(ROUND_MS, signal)
    const stop = sources.onPoints((points) => {
      for (const point of points) this.#results.take(point)
    })
    await this.#takeMissedAtLast(signal, sources)
    while (!signal.aborted) {
      await this.#deliver(signal)
      await this.#save(false)
      await clock.sleep(ROUND_MS, signal)
    }
    stop()
    await this.#save(true)
  }

  /** Nothing is posted before all that was missed is known: the mark of a newer window would jump over it. */
  async #takeMissedAtLast(signal: AbortSignal, sources: ResultSources): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#takeMissed(signal, sources)
        return
      } catch (error) {
        const why = (error as Error).message
        this.#say('unread', `what became final while it did not run cannot be read, so nothing is posted yet: ${why}`)
      }
      await this.#deps.clock.sleep(ASK_AGAIN_MS, signal)
    }
  }

  /** Windows that became final while nobody was told; of a figure that is new here it begins with the next one. */
  async #takeMissed(signal: AbortSignal, sources: ResultSources): Promise<void> {
    for (const { id: plant } of sources.plants()) {
      for (const point of sources.latest(plant, { wants: this.#results.wants })) {
        if (signal.aborted) return
        const told = this.#results.toldStart(point)
        if (told === undefined) {
          this.#results.begin(point, point.provisional ? rightBefore(point) : point.start)
          continue
        }
        await this.#takeSince(told, point, sources)
      }
    }
  }

  /** Final windows of a figure that begin later than the newest that was told, up to the newest there is. */
  async #takeSince(
    told: string,
    { plant, kpi, window, scope, id, end }: KpiPoint,
    sources: ResultSources,
  ): Promise<void> {
    const of = { plant, kpi, window, scope, id, toMs: Date.parse(end), limit: MISSED_MAX, finalOnly: true } as const
    let afterMs = Date.parse(told)
    for (let page = 0; page < MISSED_PAGES_MAX; page++) {
      const points = await sources.points({ ...of, fromMs: afterMs, afterMs })
      for (const missed of points) this.#results.take(missed)
      if (points.length < MISSED_MAX) return
      afterMs = Date.parse(points.at(-1)!.start)
    }
    this.#say('missed', 'more figures became final while it did not run than are posted: the API has them')
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    const { clock, options } = this.#deps
    for (let isMore = true; isMore && !signal.aborted; ) {
      const nowMs = clock.nowMs()
      const waitMs = this.#notBeforeMs - nowMs
      // The clock was set back when the pause is longer than any.
      if (this.#results.size === 0 || (waitMs > 0 && waitMs <= PAUSE_MS_MAX)) return
      const points = this.#results.batch(BATCH_MAX)
      const outcome = await this.#send(points, AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]))
      if (signal.aborted) return
      isMore = outcome.kind === 'sent'
      if (outcome.kind === 'sent') {
        this.#results.settle(points)
        this.#pauseMs = 0
        continue
      }
      this.#pauseMs = Math.min(PAUSE_MS_MAX, Math.max(ROUND_MS, 2 * this.#pauseMs))
      const asked = outcome.kind === 'busy' ? (outcome.retryAfterMs ?? 0) : PAUSE_MS_MAX
      this.#notBeforeMs = clock.nowMs() + Math.min(PAUSE_MS_MAX, Math.max(this.#pauseMs, asked))
      this.#say('refused', `results are not taken at ${shownAddressOf(hookOf(options))}: ${outcome.detail}`)
    }
  }

  #send(points: readonly KpiPoint[], signal: AbortSignal): ReturnType<typeof sendTo> {
    const { clock, options } = this.#deps
    const { id, token, token_file } = options
    const secret = { value: token, file: token_file, setting: 'token_file' }
    return sendTo(hookOf(options), secret, async (url, text) => {
      const headers: Record<string, string> = text === '' ? {} : { authorization: `Bearer ${text}` }
      const body = {
        type: 'greengauge.results',
        version: 1,
        webhook: id,
        sent_at: new Date(clock.nowMs()).toISOString(),
        points: this.#results.posted(points),
      }
      return outcomeOf(await postJson(url, body, signal, headers))
    })
  }

  async #kept(): Promise<ToldStarts> {
    try {
      return (await readMemory<{ told: ToldStarts }>(this.#deps.path, { told: {} })).told
    } catch (error) {
      this.#deps.log('warn', `it cannot be read how far results were posted: ${(error as Error).message}`)
      return {}
    }
  }

  async #save(isLast: boolean): Promise<void> {
    const nowMs = this.#deps.clock.nowMs()
    this.#sayDropped()
    if (!this.#results.isChanged || (!isLast && Math.abs(nowMs - this.#savedMs) < SAVE_MS)) return
    this.#savedMs = nowMs
    const { told } = this.#results
    this.#results.isChanged = false
    try {
      await writeMemory(this.#deps.path, { told })
    } catch (error) {
      this.#results.isChanged = true
      this.#say('kept', `it cannot be written how far results were posted: ${(error as Error).message}`)
    }
  }

  /** They are counted until it is time to say so. */
  #sayDropped(): void {
    const { dropped } = this.#results
    if (dropped === 0) return
    const text = `${dropped} final figures waited for too long and are not posted: the API has them`
    if (this.#say('dropped', text)) this.#results.takeDropped()
  }

  /** False where something of this kind has just been said. */
  #say(kind: Remark, text: string): boolean {
    const { clock, log, options } = this.#deps
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - (this.#saidMs.get(kind) ?? -Infinity)) < SAY_MS) return false
    this.#saidMs.set(kind, nowMs)
    log('warn', `webhook ${options.id}: ${text}`)
    return true
  }
}

function hookOf({ id, url, url_file }: ResultWebhookOptions) {
  return { id, url, url_file, of: 'webhook of results' }
}
