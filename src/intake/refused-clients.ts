import { originOf } from '../access/places/origin.js'
import type { Clock } from '../base/clock.js'
import { DAY_MS } from '../base/durations.js'
import { type ClientRefusal, REFUSED_CLIENTS_MAX, type RefusedClient } from '../base/wire/refused-clients.js'

const TEXT_MAX = 200

/** A client as it shows itself. */
export interface ShownClient {
  readonly client: string
  readonly address: string | undefined
}

/**
 * Remembers who was not let in, so that an engineer sees why a device does not show up. Bounded: a crowd at one address drives
 * out its own first.
 */
export class RefusedClients {
  /** By client id and address, the one that came last at the end. */
  readonly #clients = new Map<string, RefusedClient>()
  readonly #clock: Pick<Clock, 'nowMs'>
  #isChanged = false

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  refused({ client, address = '' }: ShownClient, reason: ClientRefusal, detail: string): void {
    const key = keyOf(client, address)
    const known = this.#clients.get(key)
    const last = new Date(this.#clock.nowMs()).toISOString()
    // Held off without a look: what was wrong before is what is to be mended.
    const said = reason === 'too_often' && known !== undefined ? known.detail : detail
    const texts = { client: cut(client, TEXT_MAX), address, detail: cut(said, 2 * TEXT_MAX) }
    this.#clients.delete(key)
    this.#clients.set(key, { ...texts, reason, since: known?.since ?? last, last, count: (known?.count ?? 0) + 1 })
    if (this.#clients.size > REFUSED_CLIENTS_MAX) this.#forgetOne()
    this.#isChanged = true
  }

  /** It is let in: what was wrong before is mended. One that has proved who it is may have come from elsewhere before. */
  admitted({ client, address = '' }: ShownClient, isProved = false): void {
    if (this.#clients.delete(keyOf(client, address))) this.#isChanged = true
    if (isProved) this.#forget((one) => one.client === cut(client, TEXT_MAX))
  }

  /** A handshake of TLS at this address is over: what was wrong with an earlier one is mended. */
  handshaken(address = ''): void {
    const key = keyOf('', address)
    const reason = this.#clients.get(key)?.reason
    if ((reason === 'tls' || reason === 'https') && this.#clients.delete(key)) this.#isChanged = true
  }

  /** All that came within a day, newest first; null when they are as they were at the last call. */
  changes(): readonly RefusedClient[] | null {
    const sinceMs = this.#clock.nowMs() - DAY_MS
    this.#forget(({ last }) => Date.parse(last) < sinceMs)
    if (!this.#isChanged) return null
    this.#isChanged = false
    return [...this.#clients.values()].reverse()
  }

  #forget(isOver: (one: RefusedClient) => boolean): void {
    for (const [key, one] of this.#clients) {
      if (!isOver(one)) continue
      this.#clients.delete(key)
      this.#isChanged = true
    }
  }

  #forgetOne(): void {
    const counts = new Map<string, number>()
    // A host of IPv6 has as many addresses as it likes.
    const hostOf = ({ address }: RefusedClient) => originOf(address).host
    for (const one of this.#clients.values()) counts.set(hostOf(one), (counts.get(hostOf(one)) ?? 0) + 1)
    const most = Math.max(...counts.values())
    for (const [key, one] of this.#clients) {
      if (counts.get(hostOf(one)) !== most) continue
      this.#clients.delete(key)
      return
    }
  }
}

function keyOf(client: string, address: string): string {
  return [address, client.slice(0, TEXT_MAX)].join(' ')
}

/** The beginning of a text, without the rest of it, which a slice would keep in memory. */
function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : Buffer.from(text.slice(0, lengthMax)).toString()
}
