import { z } from 'zod'
import { personName } from '../base/account-names.js'
import type { Account } from './people.js'
import { SID_LENGTH_MAX } from './single-sign-on/claims.js'
import { digestOf, newToken } from './token.js'

/** Sessions of signed-in people: the content of `access/sessions.json`, written by the gateway so that a restart signs nobody out. */

const session = z.strictObject({
  /** SHA-256 of what the cookie holds. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: personName,
  /** Signed in, and last asked for something; epoch ms. */
  since_ms: z.number().int(),
  seen_ms: z.number().int(),
  /** Session at the OpenID provider that it was begun by. */
  sid: z.string().max(SID_LENGTH_MAX).optional(),
})

export const sessionsFile = z.array(session)
export type Session = z.output<typeof session>

/** In all, and of one person; of more the one that was used longest ago ends. */
export const SESSIONS_MAX = 2_000
export const SESSIONS_EACH_MAX = 20
/** `seen_ms` is kept this exactly: not every request is worth a write. */
const SEEN_STEP_MS = 300_000
/** Sessions are written this often at most, however many there are. */
const KEPT_EACH_MS = 60_000

export interface SessionLimits {
  /** Longest time without a request, ms. */
  readonly idleMs: number
  /** Since signing in, ms. */
  readonly maxMs: number
}

export class Sessions {
  readonly #limits: SessionLimits
  readonly #changed: () => void
  readonly #open = new Map<string, Session>()
  #keptMs = 0

  /** @param changed is called when what has to be kept is another */
  constructor(kept: readonly Session[], limits: SessionLimits, changed: () => void) {
    this.#limits = limits
    this.#changed = changed
    for (const one of kept) this.#open.set(one.sha256, one)
  }

  /**
   * Begins a session and gives what the cookie is to hold: 256 random bits, of which only a digest stays here.
   * @param sid session at the provider; null without one
   */
  begin(name: string, nowMs: number, sid: string | null = null): string {
    const token = newToken('ggs')
    this.#expire(nowMs)
    const mine = [...this.#open.values()].filter((one) => one.name === name)
    if (mine.length >= SESSIONS_EACH_MAX) this.#endOldest(mine)
    else if (this.#open.size >= SESSIONS_MAX) this.#endOldest([...this.#open.values()])
    const sha256 = digestOf(token)
    this.#open.set(sha256, { sha256, name, since_ms: nowMs, seen_ms: nowMs, ...(sid === null ? {} : { sid }) })
    this.#changed()
    return token
  }

  /** The session of a digest, which counts as used by that; null when there is none, or no longer. */
  use(sha256: string, nowMs: number): Session | null {
    const found = this.#open.get(sha256)
    if (found === undefined) return null
    if (this.#isOver(found, nowMs)) {
      this.end(sha256)
      return null
    }
    if (Math.abs(nowMs - found.seen_ms) < SEEN_STEP_MS) return found
    const seen = { ...found, seen_ms: nowMs }
    this.#open.set(sha256, seen)
    if (Math.abs(nowMs - this.#keptMs) >= KEPT_EACH_MS) {
      this.#keptMs = nowMs
      this.#changed()
    }
    return seen
  }

  /** Answers whose it was; null when there was none. */
  end(sha256: string): string | null {
    const found = this.#open.get(sha256)
    if (!this.#open.delete(sha256)) return null
    this.#changed()
    return found?.name ?? null
  }

  /**
   * Ends those whose account is gone, disabled, or has had its password or role changed since; answers whose they were. A list
   * is read a moment after it was written: a session that was begun in between, by what was right before, ends with the others.
   * @param before the accounts until now; empty at a start
   */
  keepFor(accounts: ReadonlyMap<string, Account>, before: ReadonlyMap<string, Account>): readonly string[] {
    const over = [...this.#open.values()].filter(({ name, since_ms: since }) => {
      const account = accounts.get(name)
      if (account === undefined || account.disabled || since < Date.parse(account.sessions_from)) return true
      const known = before.get(name)
      return known !== undefined && known.sessions_from !== account.sessions_from
    })
    for (const { sha256 } of over) this.#open.delete(sha256)
    if (over.length > 0) this.#changed()
    return over.map(({ name }) => name)
  }

  openAt(nowMs: number): readonly Session[] {
    return [...this.#open.values()].filter((one) => !this.#isOver(one, nowMs))
  }

  /** Sessions that have to be kept. */
  get all(): readonly Session[] {
    return [...this.#open.values()]
  }

  #isOver({ since_ms: since, seen_ms: seen }: Session, nowMs: number): boolean {
    // One begun by a clock that was ahead would last too long.
    if (since - nowMs > SEEN_STEP_MS) return true
    return nowMs - seen >= this.#limits.idleMs + SEEN_STEP_MS || nowMs - since >= this.#limits.maxMs
  }

  #expire(nowMs: number): void {
    for (const one of this.#open.values()) if (this.#isOver(one, nowMs)) this.#open.delete(one.sha256)
  }

  #endOldest(among: readonly Session[]): void {
    const oldest = among.reduce((a, b) => (b.seen_ms < a.seen_ms ? b : a))
    this.#open.delete(oldest.sha256)
  }
}
