import type { Stream } from '../windows/point.js'
import type { AlarmSubject } from './alarm.js'
import { subjectKey } from './alarm.js'
import type { KpiRule } from './rules.js'

/** So many times its delay a range waits at most for late readings that are still worked on. */
const DELAYS_MAX = 10

/** Final windows of one subject with starts in [fromMs, toMs), that have not been judged as they are now. */
export interface WaitingRange {
  readonly subject: AlarmSubject
  readonly rule: KpiRule
  readonly stream: Stream
  readonly fromMs: number
  readonly toMs: number
}

interface Waiting extends WaitingRange {
  /** "Now" of the journal when the first and when the last of its windows changed, epoch ms. */
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Figures that say how much has come are judged only once nothing more comes: devices that were cut off, or gateways that were,
 * have what is missing still on its way, and windows of the past are final before all of it is there. One range a subject.
 */
export class WaitingFigures {
  readonly #waiting = new Map<string, Waiting>()

  add(range: WaitingRange, nowMs: number): void {
    const key = subjectKey(range.subject)
    const before = this.#waiting.get(key) ?? { ...range, firstMs: nowMs }
    const fromMs = Math.min(before.fromMs, range.fromMs)
    const toMs = Math.max(before.toMs, range.toMs)
    this.#waiting.set(key, { ...range, fromMs, toMs, firstMs: Math.min(before.firstMs, nowMs), lastMs: nowMs })
  }

  /**
   * Gives the ranges that have stood still for the delay of their rule, and forgets them.
   * @param isBehind late readings are still worked on: what they change is not known yet
   */
  takeDue(nowMs: number, isBehind: boolean): readonly WaitingRange[] {
    const due: Waiting[] = []
    for (const [key, range] of this.#waiting) {
      const { settleMs } = range.rule
      // A clock that was ahead has been put right.
      if (range.lastMs > nowMs) this.#waiting.set(key, { ...range, firstMs: nowMs, lastMs: nowMs })
      const isPatient = isBehind && nowMs - range.firstMs < DELAYS_MAX * settleMs
      if (isPatient || nowMs - range.lastMs < settleMs) continue
      this.#waiting.delete(key)
      due.push(range)
    }
    return due
  }
}
