import { digestOf, newToken } from './token.js'

/** A ticket is for one feed, once, and soon. */
export const TICKET_S = 30
/** Not yet used; of more the oldest is void. */
export const TICKETS_MAX = 1_000

/** Single-use secrets that stand for whoever asked for one: a browser cannot put a header on a WebSocket, and addresses are logged. */
export class Tickets<Holder> {
  readonly #open = new Map<string, { readonly holder: Holder; readonly untilMs: number }>()

  issue(holder: Holder, nowMs: number): string {
    const ticket = newToken('ggt')
    this.#open.set(digestOf(ticket), { holder, untilMs: nowMs + TICKET_S * 1000 })
    if (this.#open.size > TICKETS_MAX) {
      const [oldest] = this.#open.keys()
      this.#open.delete(oldest!)
    }
    return ticket
  }

  /** The holder of a ticket, which is used up by that; null when it is none, was used, or is too old. */
  take(ticket: string, nowMs: number): Holder | null {
    const key = digestOf(ticket)
    const found = this.#open.get(key)
    this.#open.delete(key)
    // One of a clock that was ahead would be good for too long.
    const isGood = found !== undefined && nowMs < found.untilMs && nowMs >= found.untilMs - 2 * TICKET_S * 1000
    return isGood ? found.holder : null
  }

  get size(): number {
    return this.#open.size
  }
}
