import type { Credential } from '../access/credentials.js'
import { digestOf, isSameDigest } from '../access/token.js'
import type { ClientRole } from '../base/client-roles.js'
import type { Clock } from '../base/clock.js'
import type { Access, ConnectCredentials, ConnectRefusal, Principal } from './access.js'
import { covers } from './topic-filter.js'

/** A credential with its times as epoch ms. */
interface Known {
  readonly role: ClientRole
  readonly tokens: readonly { readonly sha256: string; readonly untilMs: number }[]
  readonly subject: string | null
  readonly isDisabled: boolean
  readonly isOfAnyClientId: boolean
}

/** Token or certificate that a connection has proven itself by; it holds as long as the credential still says so. */
type Proof = { readonly sha256: string } | { readonly subject: string }

/** Compared with where there is nothing to compare with, so that an unknown client id takes as long as a known one. */
const NO_DIGEST = '0'.repeat(64)
/** A credential has no more; as many are compared whoever asks. */
const TOKENS_MAX = 2

/** Says whether a Sparkplug host is there: the gateway's own word. */
const HOST_STATE = 'spBv1.0/STATE/#'

/**
 * A client with a credential has to prove it, by a token as its password or by its certificate, and may do what its role
 * says. Who has none is let in as `others` says, or not at all when everybody must prove who they are.
 * `OwnTopics`, which is put around this one, says which topics are a client's own.
 */
export class CredentialAccess implements Access {
  #byClient: ReadonlyMap<string, Known> = new Map()
  /** Client by the digest of its token: for the sentence that says whose it is. */
  #clientOf: ReadonlyMap<string, string> = new Map()
  /** Client by the certificate subject of a credential that goes with any client id. */
  #clientOfSubject: ReadonlyMap<string, string> = new Map()
  #changes = 0
  #nextEndMs = Number.POSITIVE_INFINITY

  constructor(
    private readonly others: Access,
    private readonly isRequired: boolean,
    private readonly clock: Pick<Clock, 'nowMs'>,
    credentials: readonly Credential[],
  ) {
    this.replace(credentials)
  }

  get edition(): number {
    return this.others.edition + this.#changes
  }

  /** @returns the clients that could prove themselves before and cannot any more, whatever they show */
  replace(credentials: readonly Credential[]): readonly string[] {
    const before = this.#byClient
    this.#byClient = new Map(credentials.map((one) => [one.client, known(one)]))
    this.#clientOf = new Map(credentials.flatMap(({ client, tokens }) => tokens.map(({ sha256 }) => [sha256, client])))
    this.#clientOfSubject = new Map(
      credentials.flatMap((one) => (one.any_client_id && one.subject !== null ? [[one.subject, one.client]] : [])),
    )
    this.#changes += 1
    this.#setNextEnd()
    return [...before.keys()].filter(
      (client) => isProvable(before.get(client)) && !isProvable(this.#byClient.get(client)),
    )
  }

  /** True when a token has come to its end since the last call, and somebody may be connected by it. */
  expire(): boolean {
    if (this.clock.nowMs() < this.#nextEndMs) return false
    this.#setNextEnd()
    this.#changes += 1
    return true
  }

  /** A client id that has a credential is nobody else's, whatever is shown with it. */
  clientOf({ clientId, username = '', certificateSubject }: Omit<ConnectCredentials, 'password'>): string {
    if (this.#byClient.has(clientId)) return clientId
    if (this.#byClient.get(username)?.isOfAnyClientId === true) return username
    return this.#clientOfSubject.get(certificateSubject ?? '') ?? clientId
  }

  admit(credentials: ConnectCredentials): Principal | ConnectRefusal {
    const { clientId, username, password, certificateSubject } = credentials
    const found = this.#byClient.get(clientId)
    const sha256 = password === undefined ? NO_DIGEST : digestOf(password)
    const isTokenRight = this.#isToken(found, sha256)
    if (found === undefined) {
      if (!this.isRequired) return this.#unproven(credentials)
      const why = 'it has no credential: greengauge device add … --client, or device client add'
      return this.#wrong(credentials, sha256, why)
    }
    if (certificateSubject !== null && found.subject === certificateSubject) {
      return found.isDisabled ? disabled(clientId) : this.#proven(credentials, { subject: certificateSubject })
    }
    if (username !== undefined && username !== '' && username !== clientId) {
      return { connackCode: 4, sentence: 'the user name of a client with a credential is its client id' }
    }
    if (!isTokenRight) return this.#wrong(credentials, sha256, whyNot(found, password))
    return found.isDisabled ? disabled(clientId) : this.#proven(credentials, { sha256 })
  }

  /** Answers as `admit` does for a client that has proven itself. */
  supposing(credentials: ConnectCredentials): Principal | ConnectRefusal {
    const found = this.#byClient.get(credentials.clientId)
    if (found?.isDisabled === true) return disabled(credentials.clientId)
    const [token] = found?.tokens ?? []
    if (found?.subject != null) return this.#proven(credentials, { subject: found.subject })
    if (token !== undefined) return this.#proven(credentials, token)
    return this.admit({ ...credentials, password: undefined })
  }

  #wrong({ clientId, password, certificateSubject }: ConnectCredentials, sha256: string, why: string): ConnectRefusal {
    const owner = this.#clientOf.get(sha256)
    if (owner !== undefined && owner !== clientId) {
      return {
        connackCode: 2,
        sentence: `the token is that of client ${owner}: a client id is bound to its credential, unless greengauge device client any-id ${owner} says otherwise and ${owner} is the user name`,
      }
    }
    const [holder] = certificateSubject === null ? [] : this.#holdersOf(certificateSubject)
    const isShownAlone = password === undefined || !this.#byClient.has(clientId)
    if (holder !== undefined && isShownAlone) {
      const remedy = `connect with ${holder} as the client id, or greengauge device client any-id ${holder}`
      return {
        connackCode: 4,
        sentence: `its certificate ${certificateSubject} is that of client ${holder}: ${remedy}`,
      }
    }
    return { connackCode: 4, sentence: why }
  }

  /** The clients that prove themselves by this certificate. */
  #holdersOf(subject: string): readonly string[] {
    return [...this.#byClient].flatMap(([client, known]) => (known.subject === subject ? [client] : []))
  }

  /** Until it is given a credential. */
  #unproven(credentials: ConnectCredentials): Principal | ConnectRefusal {
    const principal = this.others.admit(credentials)
    return 'connackCode' in principal ? principal : new Unproven(this, credentials.clientId, principal)
  }

  hasCredential(client: string): boolean {
    return this.#byClient.has(client)
  }

  #proven(credentials: ConnectCredentials, proof: Proof): Principal | ConnectRefusal {
    const principal = this.others.admit(credentials)
    if ('connackCode' in principal) return principal
    return new Proven(this, credentials.clientId, proof, principal)
  }

  /** Null when the proof does not hold any more. */
  roleBy(clientId: string, proof: Proof): ClientRole | null {
    const found = this.#byClient.get(clientId)
    if (found === undefined || found.isDisabled) return null
    const isRight = 'subject' in proof ? found.subject === proof.subject : this.#isToken(found, proof.sha256)
    return isRight ? found.role : null
  }

  /** Takes as long whatever is wrong. */
  #isToken(found: Known | undefined, sha256: string): boolean {
    const nowMs = this.clock.nowMs()
    let isRight = false
    for (let i = 0; i < TOKENS_MAX; i++) {
      const token = found?.tokens[i]
      const isSame = isSameDigest(token?.sha256 ?? NO_DIGEST, sha256)
      isRight = (isSame && token !== undefined && nowMs < token.untilMs) || isRight
    }
    return isRight
  }

  #setNextEnd(): void {
    const nowMs = this.clock.nowMs()
    const ends = [...this.#byClient.values()].flatMap(({ tokens }) => tokens.map(({ untilMs }) => untilMs))
    this.#nextEndMs = ends.filter((endMs) => endMs > nowMs).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  }
}

/** Rights of a connection whose client has no credential, as long as it has none. */
class Unproven implements Principal {
  constructor(
    private readonly credentials: CredentialAccess,
    private readonly clientId: string,
    private readonly principal: Principal,
  ) {}

  holds(): boolean {
    return !this.credentials.hasCredential(this.clientId)
  }

  mayPublish(topic: string): boolean {
    return this.holds() && this.principal.mayPublish(topic)
  }

  maySubscribe(filter: string): boolean {
    return this.holds() && this.principal.maySubscribe(filter)
  }

  mayReceive(topic: string): boolean {
    return this.holds() && this.principal.mayReceive(topic)
  }
}

/** Rights of a connection that has proven itself, asked anew each time: role, tokens and all else may change. */
class Proven implements Principal {
  constructor(
    private readonly credentials: CredentialAccess,
    private readonly clientId: string,
    private readonly proof: Proof,
    private readonly principal: Principal,
  ) {}

  get isProved(): boolean {
    return true
  }

  get reach(): NonNullable<Principal['reach']> {
    return REACH[this.#role ?? 'device']
  }

  holds(): boolean {
    return this.#role !== null
  }

  mayPublish(topic: string): boolean {
    return MAY_PUBLISH[this.#role ?? 'reader'](topic) && this.principal.mayPublish(topic)
  }

  maySubscribe(filter: string): boolean {
    return this.#role !== null && this.principal.maySubscribe(filter)
  }

  mayReceive(topic: string): boolean {
    return this.#role !== null && this.principal.mayReceive(topic)
  }

  get #role(): ClientRole | null {
    return this.credentials.roleBy(this.clientId, this.proof)
  }
}

const REACH = { device: 'own', gateway: 'free', reader: 'all' } as const satisfies Record<
  ClientRole,
  Principal['reach']
>

const MAY_PUBLISH: Readonly<Record<ClientRole, (topic: string) => boolean>> = {
  device: () => true,
  gateway: (topic) => !covers(HOST_STATE, topic),
  reader: () => false,
}

function known({ role, tokens, subject, disabled: isDisabled, any_client_id = false }: Credential): Known {
  const times = tokens.map(({ sha256, until }) => ({
    sha256,
    untilMs: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
  }))
  return { role, tokens: times, subject, isDisabled, isOfAnyClientId: any_client_id }
}

/** One that is revoked stays as a name without any proof, so that nobody else has it. */
function isProvable(found: Known | undefined): boolean {
  return found !== undefined && (found.tokens.length > 0 || found.subject !== null)
}

function disabled(clientId: string): ConnectRefusal {
  return { connackCode: 5, sentence: `client ${clientId} is disabled; greengauge device client enable takes it back` }
}

function whyNot({ tokens, subject }: Known, password: Buffer | undefined): string {
  if (tokens.length === 0 && subject === null)
    return 'its credential is revoked; greengauge device rotate gives a new token'
  if (password !== undefined) return 'its token is wrong or has expired; greengauge device rotate gives a new one'
  return subject === null ? 'it gives no password, which is to be its token' : `it shows no certificate of ${subject}`
}
