import type { Acl } from './acl.js'

/** Identity of a connection, as the rights that it has. Made once, at its CONNECT. */
export interface Principal {
  mayPublish(topic: string): boolean
  /** False when nothing that the filter could bring is allowed; what it brings is then asked of `mayReceive`. */
  maySubscribe(filter: string): boolean
  mayReceive(topic: string): boolean
  /** False when what it was admitted by is right no more: it is to be disconnected. Absent where that cannot be. */
  holds?(): boolean
  /**
   * Reach beyond the topics of its own devices. `own`: none; `free`: it publishes where nobody has topics of
   * their own, and hears what the gateway tells devices there; `all`: it may hear everything.
   * Absent: `own` when it has devices of its own, else `all`.
   */
  readonly reach?: 'own' | 'free' | 'all'
  /** It has shown a token or a certificate; absent where nobody was asked for one. */
  readonly isProved?: boolean
}

/** Names and proofs that a client shows with its CONNECT. */
export interface ConnectCredentials {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Buffer | undefined
  /** Subject of the client certificate, as `CN=press-7,O=Acme` (`certificateSubject`); null without one that is proved. */
  readonly certificateSubject: string | null
}

/** The CONNACK code of a CONNECT that is refused [MQTT-3.2.2-4]: 2 the client id is another's, 4 wrong secret, 5 not allowed. */
export interface ConnectRefusal {
  readonly connackCode: 2 | 4 | 5
  /** For the log. */
  readonly sentence: string
}

/** Admits clients at their CONNECT, and gives each the rights that it has. */
export interface Access {
  /** Asked for every CONNECT, before its session is looked at: binds the client id to what proves it. */
  admit(credentials: ConnectCredentials): Principal | ConnectRefusal
  /** The client id by which a connection goes, once it has proved it: its own, unless it names a credential that goes with any. */
  clientOf?(credentials: Omit<ConnectCredentials, 'password'>): string
  /** Another number whenever an answer given before may have changed. */
  readonly edition: number
}

/** Nobody has to prove who they are, and all may do what the deny rules leave. */
export class OpenAccess implements Access {
  readonly #anybody: Principal

  constructor(private readonly acl: Acl) {
    this.#anybody = {
      mayPublish: (topic) => acl.mayPublish(topic),
      maySubscribe: (filter) => acl.maySubscribe(filter),
      mayReceive: (topic) => acl.maySubscribe(topic),
    }
  }

  get edition(): number {
    return this.acl.edition
  }

  admit(): Principal {
    return this.#anybody
  }
}

/** Number of topics of a connection that are remembered; a device has a handful, and a flood of them costs what it did without. */
const REMEMBERED_MAX = 64

/** Rights of one connection; the answers that are wanted for every message are remembered by topic. */
export class Rights {
  #edition: number
  /** Made when there is something to remember. */
  #publish: Map<string, boolean> | undefined
  #receive: Map<string, boolean> | undefined

  constructor(
    private readonly access: Pick<Access, 'edition'>,
    private readonly principal: Principal,
  ) {
    this.#edition = access.edition
  }

  mayPublish(topic: string): boolean {
    const known = this.#remembered(this.#publish, topic)
    if (known !== undefined) return known
    this.#publish ??= new Map()
    return remember(this.#publish, topic, this.principal.mayPublish(topic))
  }

  mayReceive(topic: string): boolean {
    const known = this.#remembered(this.#receive, topic)
    if (known !== undefined) return known
    this.#receive ??= new Map()
    return remember(this.#receive, topic, this.principal.mayReceive(topic))
  }

  /** For a new subscription, and again for each of a session that is taken up. */
  maySubscribe(filter: string): boolean {
    return this.principal.maySubscribe(filter)
  }

  holds(): boolean {
    return this.principal.holds?.() ?? true
  }

  #remembered(answers: Map<string, boolean> | undefined, topic: string): boolean | undefined {
    if (this.#edition !== this.access.edition) {
      this.#edition = this.access.edition
      this.#publish?.clear()
      this.#receive?.clear()
    }
    return answers?.get(topic)
  }
}

function remember(answers: Map<string, boolean>, topic: string, answer: boolean): boolean {
  if (answers.size >= REMEMBERED_MAX) answers.clear()
  answers.set(topic, answer)
  return answer
}
