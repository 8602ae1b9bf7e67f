import type { Clock } from '../base/clock.js'
import { MINUTE_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import { sendTo, shownAddressOf } from '../notify/address.js'
import { outcomeOf, postJson } from '../notify/http.js'
import { readMemory, writeMemory } from '../notify/memory.js'
import { FinalResults, type ToldStarts } from './final-results.js'
import type { ResultSources } from './mqtt-results.js'
import type { ResultWebhookOptions } from './options.js'

/** Time between two looks at what waits. */
const ROUND_MS = 1000
/** Points in one message. */
const BATCH_MAX = 100
/** Points of a figure that are read for the time in which the gateway did not run. */
const MISSED_MAX = 100
const SEND_MS = 15_000
const PAUSE_MS_MAX = 60_000
const SAVE_MS = 10_000
const SAY_MS = MINUTE_MS

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
  #isChanged = false
  #saidMs = -Infinity

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
    await this.#takeMissed(signal, sources)
    while (!signal.aborted) {
      await this.#deliver(signal)
      await this.#save(false)
      await clock.sleep(ROUND_MS, signal)
    }
    stop()
    await this.#save(true)
  }

  /** Windows that became final while nobody was told; of a figure that is new here it begins with the next one. */
  async #takeMissed(signal: AbortSignal, sources: ResultSources): Promise<void> {
    for (const { id: plant } of sources.plants()) {
      for (const point of sources.latest(plant, { wants: this.#results.wants })) {
        if (signal.aborted) return
        const told = this.#results.toldStart(point)
        if (told === undefined) {
          this.#results.begin(point, point.provisional ? before(point) : point.start)
          this.#isChanged = true
          continue
        }
        const fromMs = Date.parse(told)
        const range = { fromMs, toMs: Date.parse(point.end), afterMs: fromMs, limit: MISSED_MAX }
        const { plant, kpi, window, scope, id } = point
        const points = await sources.points({ plant, kpi, window, scope, id, ...range, finalOnly: true })
        for (const missed of points) this.#results.take(missed)
      }
    }
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
        this.#isChanged = true
        this.#pauseMs = 0
        continue
      }
      this.#pauseMs = Math.min(PAUSE_MS_MAX, Math.max(ROUND_MS, 2 * this.#pauseMs))
      const asked = outcome.kind === 'busy' ? (outcome.retryAfterMs ?? 0) : PAUSE_MS_MAX
      this.#notBeforeMs = clock.nowMs() + Math.min(PAUSE_MS_MAX, Math.max(this.#pauseMs, asked))
      this.#say(`results are not taken at ${shownAddressOf(hookOf(options))}: ${outcome.detail}`)
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
    const dropped = this.#results.takeDropped()
    if (dropped > 0) this.#say(`${dropped} final figures waited for too long and are not posted: the API has them`)
    if (!this.#isChanged || (!isLast && Math.abs(nowMs - this.#savedMs) < SAVE_MS)) return
    this.#savedMs = nowMs
    try {
      await writeMemory(this.#deps.path, { told: this.#results.told })
      this.#isChanged = false
    } catch (error) {
      this.#say(`it cannot be written how far results were posted: ${(error as Error).message}`)
    }
  }

  #say(text: string): void {
    const { clock, log, options } = this.#deps
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - this.#saidMs) < SAY_MS) return
    this.#saidMs = nowMs
    log('warn', `webhook ${options.id}: ${text}`)
  }
}

function hookOf({ id, url, url_file }: ResultWebhookOptions) {
  return { id, url, url_file, of: 'webhook of results' }
}

/** An instant right before a window that still runs, so that this one is the first that is told. */
function before({ start }: KpiPoint): string {
  return new Date(Date.parse(start) - 1).toISOString()
}
