import type { AuditNotes } from '../base/audit-log.js'
import type { Clock } from '../base/clock.js'
import type { Person } from '../base/roles.js'
import { isSubject } from './account-changes.js'
import { hashPassword, isOutdated, isPassword, SCRYPT_COST, type ScryptCost } from './password.js'
import type { Account, ProviderSubject } from './people.js'
import { type Session, type SessionLimits, Sessions } from './sessions.js'
import { Throttle } from './throttle.js'
import { Tickets } from './tickets.js'
import { digestOf, isSameDigest } from './token.js'

/** Somebody who has been let in, for as long as that holds. */
export interface Visitor {
  readonly person: Person
  /** cookie: of a browser, which sends it without being asked; the others are sent on purpose. */
  readonly by: 'cookie' | 'token' | 'machine' | 'open'
  /** Still let in, with the role of now; null once the session is over, or account or token are gone. */
  now(): Person | null
}

/** Person that everybody is where nobody has to say who they are, and whoever gives commands on this machine. */
const ANYBODY: Person = { name: '', role: 'admin' }

export interface GateOptions {
  /** `auth.required` */
  readonly isRequired: boolean
  readonly clock: Clock
  readonly people: readonly Account[]
  readonly sessions: readonly Session[]
  readonly limits: SessionLimits
  /** Digest of the token for commands on this machine; null for none. */
  readonly machineToken: string | null
  readonly cost?: ScryptCost
  /** For the audit log. */
  readonly note: AuditNotes
  /** Sessions are others than before: to be kept. */
  keep(sessions: readonly Session[]): void
  /** A password that was right is to be kept under another hash. */
  rehash?(name: string, before: string, after: string): void
}

/** A session as its owner sees it. */
export interface OpenSession {
  /** Part of a digest: it opens nothing. */
  readonly id: string
  readonly name: string
  readonly sinceMs: number
  readonly seenMs: number
}

const SESSION_ID_LENGTH = 16

function idOf(sha256: string): string {
  return sha256.slice(0, SESSION_ID_LENGTH)
}

/** Nobody is let in whom the audit log does not tell of. */
export class NotRecorded extends Error {
  constructor() {
    super('The audit log cannot be written, so nobody can sign in; /readyz says why.')
  }
}

/** Lets people and their programs in: by session, token, ticket, or because everybody is. */
export class Gate {
  readonly isRequired: boolean
  readonly sessionMaxMs: number
  readonly #options: GateOptions
  readonly #cost: ScryptCost
  readonly #sessions: Sessions
  readonly #tickets = new Tickets<Visitor>()
  readonly #throttle = new Throttle()
  /** Hash that a password is compared with when nobody has the name, so that it takes as long. */
  readonly #nobodys: Promise<string> | string
  #people: ReadonlyMap<string, Account> = new Map()
  /** Keyed by the digest of a token. */
  #tokens: ReadonlyMap<string, string> = new Map()

  constructor(options: GateOptions) {
    this.isRequired = options.isRequired
    this.sessionMaxMs = options.limits.maxMs
    this.#options = options
    this.#cost = options.cost ?? SCRYPT_COST
    this.#sessions = new Sessions(options.sessions, options.limits, () => options.keep(this.#sessions.all))
    this.#nobodys = options.isRequired ? hashPassword('nobody', this.#cost) : ''
    this.configure(options.people)
  }

  /** The accounts as they are now; what is no longer so ends at once. */
  configure(people: readonly Account[]): void {
    const before = this.#people
    this.#people = new Map(people.map((account) => [account.name, account]))
    this.#tokens = new Map(people.flatMap(({ name, tokens }) => tokens.map(({ sha256 }) => [sha256, name] as const)))
    for (const name of this.#sessions.keepFor(this.#people, before)) {
      void this.#options.note({ act: 'signed_out', actor: name, subject: 'the account was changed' })
    }
  }

  /** Everybody, where nobody has to say who they are. */
  open(): Visitor | null {
    return this.isRequired ? null : { person: ANYBODY, by: 'open', now: () => ANYBODY }
  }

  bySession(token: string): Visitor | null {
    const sha256 = digestOf(token)
    return this.#visitor('cookie', () => {
      const session = this.#sessions.use(sha256, this.#options.clock.nowMs())
      return session === null ? null : this.#personOf(session.name)
    })
  }

  /** @param isLocal whether it comes from this machine: the token for commands on it is good for nothing elsewhere */
  byToken(token: string, isLocal: boolean): Visitor | null {
    const sha256 = digestOf(token)
    const { machineToken } = this.#options
    if (machineToken !== null && isSameDigest(sha256, machineToken)) {
      return isLocal ? { person: ANYBODY, by: 'machine', now: () => ANYBODY } : null
    }
    return this.#visitor('token', () => {
      const name = this.#tokens.get(sha256)
      return name === undefined ? null : this.#personOf(name)
    })
  }

  ticketFor(visitor: Visitor): string {
    return this.#tickets.issue(visitor, this.#options.clock.nowMs())
  }

  byTicket(ticket: string): Visitor | null {
    const visitor = this.#tickets.take(ticket, this.#options.clock.nowMs())
    return visitor === null || visitor.now() === null ? null : visitor
  }

  /** Time that somebody has to wait before a try, ms; 0: it may be begun. */
  signInWaitMs(name: string, address: string): number {
    return this.#noted(name, address, this.#throttle.waitMs(name, address, this.#options.clock.nowMs()))
  }

  /** The same; 0: the try counts, and `signIn` is to follow. */
  beginSignIn(name: string, address: string): number {
    return this.#noted(name, address, this.#throttle.begin(name, address, this.#options.clock.nowMs()))
  }

  #noted(name: string, address: string, waitMs: number): number {
    if (waitMs > 0) this.#refused(name, `${address}, too often`)
    return waitMs
  }

  /**
   * The token of a new session; null when name or password is wrong, or the account disabled: nobody is told which.
   * Rejects with `NotRecorded`.
   */
  async signIn(name: string, password: string, address: string): Promise<string | null> {
    const { clock, note, rehash } = this.#options
    const account = this.#people.get(name)
    const kept = account?.password ?? (await this.#nobodys)
    const isRight = await isPassword(password, kept)
    if (!isRight || account === undefined || !this.#isStill(account)) {
      this.#refused(name, address)
      return null
    }
    this.#throttle.forgive(name, address, clock.nowMs())
    if (!(await note({ act: 'signed_in', actor: name, subject: address }))) throw new NotRecorded()
    if (!this.#isStill(account)) return null
    if (rehash !== undefined && isOutdated(kept, this.#cost)) {
      rehash(name, kept, await hashPassword(password, this.#cost))
    }
    return this.#sessions.begin(name, clock.nowMs())
  }

  /** The account of somebody at an OpenID provider, as it is in force; null for none. */
  accountOf(of: ProviderSubject): Account | null {
    return [...this.#people.values()].find((one) => isSubject(one, of)) ?? null
  }

  /**
   * The token of a new session for somebody whom the provider vouches for; null when the account is gone or disabled.
   * Rejects with `NotRecorded`.
   * @param sid session at the provider; null without one
   */
  async signOn(of: ProviderSubject, sid: string | null, address: string): Promise<string | null> {
    const { clock, note } = this.#options
    const account = this.accountOf(of)
    if (account === null || account.disabled) return null
    const { name } = account
    if (!(await note({ act: 'signed_in', actor: name, subject: `${address}, by single sign-on` }))) {
      throw new NotRecorded()
    }
    return this.#isStill(account) ? this.#sessions.begin(name, clock.nowMs(), sid) : null
  }

  /** Somebody was not signed in by the provider. @param subject why not */
  signOnRefused(subject: string): void {
    this.#refused('', subject)
  }

  /** Ends sessions that the provider began: one of its own, or all of a person. Answers how many there were. */
  endSignOns(
    issuer: string,
    { subject, sid }: { readonly subject: string | null; readonly sid: string | null },
  ): number {
    const over = this.#sessions.all.filter((one) => {
      const of = this.#people.get(one.name)?.oidc
      if (of?.issuer !== issuer || (subject !== null && of.subject !== subject)) return false
      // A session of which nobody knows the provider's own is one of the person all the same.
      return sid === null || one.sid === sid || (one.sid === undefined && subject !== null)
    })
    for (const { sha256, name } of over) {
      this.#sessions.end(sha256)
      void this.#options.note({ act: 'signed_out', actor: name, subject: 'by the provider of single sign-on' })
    }
    return over.length
  }

  /** It may have been changed or disabled while a hash was made, or a disk waited for. */
  #isStill({ name, sessions_from }: Account): boolean {
    const now = this.#people.get(name)
    return now?.sessions_from === sessions_from && !now.disabled
  }

  signOut(token: string): void {
    const name = this.#sessions.end(digestOf(token))
    if (name !== null) void this.#options.note({ act: 'signed_out', actor: name, subject: 'by the person' })
  }

  /**
   * The hash that the password of somebody who is signed in was compared with; null for a wrong one, which counts as a try to
   * sign in, to be begun by `beginSignIn`.
   */
  async provenHash(name: string, password: string, address: string): Promise<string | null> {
    const hash = this.#people.get(name)?.password
    if (hash !== undefined && (await isPassword(password, hash))) {
      this.#throttle.forgive(name, address, this.#options.clock.nowMs())
      return hash
    }
    this.#refused(name, address)
    return null
  }

  /** Sessions that are open, of one person or of all (null), those begun last first. */
  openSessions(name: string | null): readonly OpenSession[] {
    return this.#sessions
      .openAt(this.#options.clock.nowMs())
      .filter((one) => name === null || one.name === name)
      .map(({ sha256, name, since_ms, seen_ms }) => ({ id: idOf(sha256), name, sinceMs: since_ms, seenMs: seen_ms }))
      .sort((a, b) => b.sinceMs - a.sinceMs)
  }

  /** Ends a session of one person, or of whomever (null); false when there is none by that id. @param by who ends it */
  endSession(id: string, name: string | null, by: string): boolean {
    const found = this.#sessions.all.find((one) => idOf(one.sha256) === id && (name === null || one.name === name))
    if (found === undefined) return false
    this.#sessions.end(found.sha256)
    const others = by === '' ? 'by a command on this machine' : `by ${by}`
    const subject = by === found.name ? 'by the person, elsewhere' : others
    void this.#options.note({ act: 'signed_out', actor: found.name, subject })
    return true
  }

  /** Id of the session that a cookie opens. */
  sessionId(token: string): string {
    return idOf(digestOf(token))
  }

  #refused(name: string, subject: string): void {
    // A name that nobody has may be a password in the wrong field: it is not written down.
    void this.#options.note({ act: 'sign_in_refused', actor: this.#people.has(name) ? name : '', subject })
  }

  #personOf(name: string): Person | null {
    const account = this.#people.get(name)
    return account === undefined || account.disabled ? null : { name, role: account.role }
  }

  #visitor(by: Visitor['by'], now: () => Person | null): Visitor | null {
    const person = now()
    return person === null ? null : { person, by, now }
  }
}
