import { setTimeout as sleep } from 'node:timers/promises'
import type { AlarmItem } from '../../../src/base/alarm.js'
import type { AlarmsAnswer } from '../../../src/base/wire/alarms.js'

const LOOK_MS = 500
const PAGE = 500
/** A gateway that is stopped does not answer. */
const ANSWER_MS_MAX = 3000

/** One alarm as somebody saw it who looked at the list twice a second. */
export interface SeenAlarm {
  /** The alarm as it was when it was first in the list. */
  readonly first: AlarmItem
  /** The alarm as it is now. */
  last: AlarmItem
  /** Clock of whoever looked, epoch ms. */
  readonly seenAtMs: number
  /** It was seen for the first time as one that was over; null until then. */
  overAtMs: number | null
}

/** The list of alarms, looked at again and again, also while the gateway is away. */
export class AlarmWatch {
  readonly seen = new Map<string, SeenAlarm>()
  /** Looks that were answered. */
  looks = 0
  readonly #url: string
  #isEnded = false
  readonly #watching: Promise<void>

  private constructor(httpUrl: string) {
    this.#url = `${httpUrl}/api/v1/alarms?limit=${PAGE}`
    this.#watching = this.#watch()
  }

  static start(httpUrl: string): AlarmWatch {
    return new AlarmWatch(httpUrl)
  }

  /** Looks once more and ends. */
  async end(): Promise<readonly SeenAlarm[]> {
    this.#isEnded = true
    await this.#watching
    await this.#look()
    return [...this.seen.values()]
  }

  async #watch(): Promise<void> {
    while (!this.#isEnded) {
      await this.#look().catch(() => undefined)
      await sleep(LOOK_MS)
    }
  }

  async #look(): Promise<void> {
    for (let cursor = ''; ; ) {
      const answer = await fetch(`${this.#url}${cursor}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
      if (!answer.ok) return
      const { items, next } = (await answer.json()) as AlarmsAnswer
      for (const item of items) this.#note(item)
      this.looks += 1
      if (next === null) return
      cursor = `&cursor=${next}`
    }
  }

  #note(item: AlarmItem): void {
    const key = `${item.plant}|${item.id}`
    const nowMs = Date.now()
    const seen = this.seen.get(key) ?? { first: item, last: item, seenAtMs: nowMs, overAtMs: null }
    seen.last = item
    if (item.cleared_at === null) seen.overAtMs = null
    else seen.overAtMs ??= nowMs
    this.seen.set(key, seen)
  }
}
