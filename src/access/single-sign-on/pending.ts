import { digestOf, newToken } from '../token.js'

/** A sign-in that has been sent to the provider and is not back yet. */
export interface PendingSignOn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** Part of the address behind `#`, to which the browser goes afterwards. */
  readonly to: string
}

/** Time that somebody has at the provider, ms. */
export const PENDING_MS = 600_000
/** In all; of more the oldest is forgotten, and its person begins again. */
export const PENDING_MAX = 1_000
/** Number of one network, so that one alone cannot make all others be forgotten. */
export const PENDING_OF_NETWORK_MAX = 200

interface Kept extends PendingSignOn {
  readonly network: string
  readonly sinceMs: number
}

/** Sign-ins under way, each bound to the browser that began it by a cookie, and good for one answer. */
export class PendingSignOns {
  readonly #kept = new Map<string, Kept>()

  /** Answers what the cookie is to hold. */
  add(pending: PendingSignOn, network: string, nowMs: number): string {
    this.#expire(nowMs)
    const ofNetwork = [...this.#kept].filter(([, one]) => one.network === network)
    if (ofNetwork.length >= PENDING_OF_NETWORK_MAX) this.#kept.delete(ofNetwork[0]![0])
    else if (this.#kept.size >= PENDING_MAX) this.#kept.delete(this.#kept.keys().next().value!)
    const token = newToken('ggo')
    this.#kept.set(digestOf(token), { ...pending, network, sinceMs: nowMs })
    return token
  }

  /** The sign-in that a browser began; null for none, or no longer. It is forgotten by that. */
  take(token: string | undefined, nowMs: number): PendingSignOn | null {
    this.#expire(nowMs)
    if (token === undefined) return null
    const key = digestOf(token)
    const found = this.#kept.get(key) ?? null
    this.#kept.delete(key)
    return found
  }

  #expire(nowMs: number): void {
    for (const [key, { sinceMs }] of this.#kept) {
      if (Math.abs(nowMs - sinceMs) >= PENDING_MS) this.#kept.delete(key)
    }
  }
}
