import type { Clock } from '../base/clock.js'

/** Another trouble is said in the log no sooner than this after the last. */
const SAY_MS = 60_000

/** Reason why one store does not take what it is given, said once when it begins and once when it is over. */
export class Trouble {
  readonly #store: string
  readonly #clock: Clock
  readonly #say: (level: 'info' | 'warn', text: string) => void
  #reason = ''
  #sinceMs = 0
  #said = ''
  #saidAtMs = -Infinity
  /** Reason why a question got no answer, until the store has been looked at. */
  #doubt = ''
  #doubtedAtMs = -Infinity
  #refused = 0
  #refusedSaidAtMs = -Infinity

  constructor(store: string, clock: Clock, say: (level: 'info' | 'warn', text: string) => void) {
    this.#store = store
    this.#clock = clock
    this.#say = say
  }

  /** '' when there is none. */
  get reason(): string {
    return this.#reason
  }

  begin(reason: string): void {
    const nowMs = this.#clock.nowMs()
    if (this.#reason === '') this.#sinceMs = nowMs
    // A reason that was not said in time is said when it is still so later.
    if (this.#reason === '' || (reason !== this.#said && nowMs - this.#saidAtMs >= SAY_MS)) {
      this.#say('warn', `${this.#store} takes nothing, it gets everything later: ${reason}`)
      this.#saidAtMs = nowMs
      this.#said = reason
    }
    this.#reason = reason
    this.#doubt = ''
  }

  end(): void {
    if (this.#reason === '') return
    const seconds = Math.round((this.#clock.nowMs() - this.#sinceMs) / 1000)
    this.#say('info', `${this.#store} takes what it is given again, after ${seconds} s`)
    this.#reason = ''
  }

  /** A question got no answer; true when the store is to be looked at for that. */
  doubt(reason: string): boolean {
    const nowMs = this.#clock.nowMs()
    if (Math.abs(nowMs - this.#doubtedAtMs) < SAY_MS) return false
    this.#doubtedAtMs = nowMs
    this.#doubt = reason
    return true
  }

  /** Something was refused for ever: said at once, and then no sooner than a minute after the last. */
  refused(count: number, detail: string): void {
    const nowMs = this.#clock.nowMs()
    this.#refused += count
    if (Math.abs(nowMs - this.#refusedSaidAtMs) < SAY_MS) return
    this.#refusedSaidAtMs = nowMs
    const what = this.#refused === 1 ? 'one reading or KPI point' : `${this.#refused} readings or KPI points`
    const where = `GET /api/v1/stores/${this.#store}/refused`
    this.#say('warn', `${this.#store} does not take ${what} (${where}), the rest is stored: ${detail}`)
  }

  /** The store was looked at, and is well. */
  looked(): void {
    if (this.#doubt !== '') this.#say('warn', `${this.#store} did not answer a question about history: ${this.#doubt}`)
    this.#doubt = ''
  }
}
