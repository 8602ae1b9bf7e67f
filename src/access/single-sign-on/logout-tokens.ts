import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { SignOnFault } from './sign-on-fault.js'

/** Sessions that the provider says are over: those of one of its own sessions, or all of a person. */
export interface EndedSignOn {
  readonly subject: string | null
  readonly sid: string | null
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Longest time since the provider made it, s. */
const AGE_MAX_S = 600
/** Clocks of provider and gateway may differ by so much, s. */
const CLOCK_TOLERANCE_S = 60
/** A provider signs with its own key; a token that anybody could make with a shared one is not taken. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Ids of tokens that are remembered, so that none works twice; a provider that ends more at once is told to come again. */
const IDS_MAX = 10_000

/** Checks tokens of back-channel logout (OpenID Connect Back-Channel Logout 1.0 §2.6). */
export class LogoutTokens {
  readonly #audience: string
  /** Seconds at which an id may be forgotten, by id. */
  readonly #seen = new Map<string, number>()

  constructor(audience: string) {
    this.#audience = audience
  }

  /** Throws `SignOnFault` for a token that says nothing. @param by the provider as it calls itself, and its keys */
  async read(
    token: string,
    by: { readonly issuer: string; readonly keys: JWTVerifyGetKey },
    nowMs: number,
  ): Promise<EndedSignOn> {
    const { jwtVerify } = await import('jose')
    const { payload } = await jwtVerify(token, by.keys, {
      issuer: by.issuer,
      audience: this.#audience,
      algorithms: ALGORITHMS,
      maxTokenAge: AGE_MAX_S,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['iat', 'jti', 'events'],
    }).catch((error: Error) => {
      throw new SignOnFault('invalid', `the logout token cannot be proved: ${error.message}`)
    })
    const ended = endedBy(payload)
    this.#once(String(payload.jti), Math.floor(nowMs / 1000))
    return ended
  }

  #once(id: string, nowS: number): void {
    for (const [one, untilS] of this.#seen) if (untilS < nowS) this.#seen.delete(one)
    if (this.#seen.has(id)) throw new SignOnFault('invalid', 'the logout token was used before')
    if (this.#seen.size >= IDS_MAX) throw new SignOnFault('busy', 'too many sessions end at once')
    this.#seen.set(id, nowS + AGE_MAX_S + 2 * CLOCK_TOLERANCE_S)
  }
}

function endedBy(payload: JWTPayload): EndedSignOn {
  const { events, nonce, sub, sid } = payload
  const isLogout = typeof events === 'object' && events !== null && isObject((events as Record<string, unknown>)[EVENT])
  // A token of a sign-in has a nonce, and must not be taken for one of a logout.
  if (!isLogout || nonce !== undefined) throw new SignOnFault('invalid', 'the token is not one of a logout')
  const subject = typeof sub === 'string' ? sub : null
  const session = typeof sid === 'string' ? sid : null
  if (subject === null && session === null) throw new SignOnFault('invalid', 'the logout token names nobody')
  return { subject, sid: session }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
