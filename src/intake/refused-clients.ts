import type { Clock } from '../base/clock.js'
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
    const texts = { client: client.slice(0, TEXT_MAX), address, detail: said.slice(0, 2 * TEXT_MAX) }
    this.#clients.delete(key)
    this.#clients.set(key, { ...texts, reason, since: known?.since ?? last, last, count: (known?.count ?? 0) + 1 })
    if (this.#clients.size > REFUSED_CLIENTS_MAX) this.#forgetOne()
    this.#isChanged = true
  }

  /** It is let in: what was wrong before is mended. */
  admitted({ client, address = '' }: ShownClient): void {
    if (this.#clients.delete(keyOf(client, address))) this.#isChanged = true
  }

  /** All of them, newest first; null when they are as they were at the last call. */
  changes(): readonly RefusedClient[] | null {
    if (!this.#isChanged) return null
    this.#isChanged = false
    return [...this.#clients.values()].reverse()
  }

  #forgetOne(): void {
    const counts = new Map<string, number>()
    for (const { address } of this.#clients.values()) counts.set(address, (counts.get(address) ?? 0) + 1)
    const most = Math.max(...counts.values())
    for (const [key, { address }] of this.#clients) {
      if (counts.get(address) !== most) continue
      this.#clients.delete(key)
      return
    }
  }
}

function keyOf(client: string, address: string): string {
  return [address, client.slice(0, TEXT_MAX)].join(' ')
}
