import type { DeviceNotice } from '../base/ingress.js'
import type { EventLoopBudget } from './event-loop-budget.js'

/** Notices that wait for their turn; the newest beyond are dropped and counted. */
const WAITING_MAX = 10_000
/** Cost of a notice, besides that of its subscribers, in units of a small PUBLISH. */
const NOTICE_UNITS = 4

/** Publishes what the pipeline tells devices, in turns: it comes by the thousand, and clients are not to wait for all of it. */
export class NoticeQueue {
  #waiting: DeviceNotice[] = []
  #isClosed = false

  /** @param onDropped called for each notice that is not published because too many wait */
  constructor(
    private readonly budget: EventLoopBudget,
    private readonly publish: (notice: DeviceNotice) => void,
    private readonly onDropped: () => void,
  ) {}

  /** Takes notices, which are published in their order. */
  add(notices: readonly DeviceNotice[]): void {
    if (this.#isClosed) return
    const isIdle = this.#waiting.length === 0
    const room = WAITING_MAX - this.#waiting.length
    this.#waiting.push(...notices.slice(0, room))
    for (let at = room; at < notices.length; at++) this.onDropped()
    if (isIdle) this.#goOn()
  }

  /** Nothing is published any more. */
  close(): void {
    this.#isClosed = true
    this.#waiting = []
  }

  #goOn(): void {
    let published = 0
    while (published < this.#waiting.length && !this.budget.isOver) {
      this.budget.spend(NOTICE_UNITS)
      this.publish(this.#waiting[published++]!)
    }
    this.#waiting.splice(0, published)
    if (this.#waiting.length > 0) this.budget.next(() => this.#goOn())
  }
}
