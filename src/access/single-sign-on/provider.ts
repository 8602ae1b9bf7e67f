import type { JWTVerifyGetKey } from 'jose'
import type { Configuration } from 'openid-client'
import type { Clock } from '../../base/clock.js'
import { HOUR_MS } from '../../base/durations.js'
import type { SignOnFaultKind } from '../../base/sign-on-faults.js'
import { readSecret } from '../secret.js'
import { type ProvedPerson, provedPerson } from './claims.js'
import { type EndedSignOn, LogoutTokens } from './logout-tokens.js'
import type { OidcOptions } from './options.js'
import { type PendingSignOn, PendingSignOns } from './pending.js'
import { SignOnFault } from './sign-on-fault.js'

/** Path below `public_url` to which the provider sends browsers back. */
export const CALLBACK_PATH = '/api/v1/session/oidc/callback'
/** Longest wait for an answer of the provider, s. */
const TIMEOUT_S = 10
/** Documents of the provider are read again after so long, ms. */
const FRESH_MS = HOUR_MS
/** A provider that did not answer is left alone for so long, ms. */
const PAUSE_MS = 5_000

interface Known {
  readonly config: Configuration
  readonly keys: JWTVerifyGetKey
  readonly sinceMs: number
}

/** An answer that a browser brings back from the provider. */
export interface SignOnAnswer {
  /** Token in the cookie of the sign-in. */
  readonly token: string | undefined
  /** Query of the address, with its question mark. */
  readonly search: string
}

/**
 * The OpenID provider by which people sign in: authorization code with PKCE (S256), state and nonce, and an ID token whose
 * signature is proved (OpenID Connect Core 1.0, RFC 9700). Nothing of the provider is asked or loaded before somebody needs it.
 */
export class SingleSignOn {
  readonly options: OidcOptions
  readonly #clock: Clock
  readonly #pending = new PendingSignOns()
  readonly #logoutTokens: LogoutTokens
  #known: Known | null = null
  #asking: Promise<Known> | null = null
  #failedMs = Number.NEGATIVE_INFINITY

  constructor(options: OidcOptions, clock: Clock) {
    this.options = options
    this.#clock = clock
    this.#logoutTokens = new LogoutTokens(options.client_id)
  }

  /** Address under `public_url`. @param path begins with a slash */
  urlOf(path: string): string {
    return `${this.options.public_url.replace(/\/+$/, '')}${path}`
  }

  /** Begins a sign-in: the address at the provider, and what the cookie of this browser is to hold. Throws `SignOnFault`. */
  async begin(to: string, network: string): Promise<{ readonly url: string; readonly token: string }> {
    const { config } = await this.#provider()
    const client = await import('openid-client')
    const pending: PendingSignOn = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
      to,
    }
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.urlOf(CALLBACK_PATH),
      scope: [...new Set(['openid', ...this.options.scopes])].join(' '),
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, token: this.#pending.add(pending, network, this.#clock.nowMs()) }
  }

  /** Proves what the provider says of a person. Throws `SignOnFault`. */
  async finish({ token, search }: SignOnAnswer): Promise<{ readonly person: ProvedPerson; readonly to: string }> {
    const pending = this.#pending.take(token, this.#clock.nowMs())
    if (pending === null) throw new SignOnFault('expired', 'this browser has no sign-in under way')
    const { config } = await this.#provider()
    const client = await import('openid-client')
    const answer = new URL(`${this.urlOf(CALLBACK_PATH)}${search}`)
    const tokens = await client
      .authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: pending.codeVerifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
      })
      .catch(refuse)
    const proved = tokens.claims()
    if (proved === undefined) throw new SignOnFault('invalid', 'the provider gave no ID token')
    const more = this.#isWhole(proved) ? {} : await this.#moreOf(config, tokens.access_token, proved.sub)
    return { person: provedPerson({ ...more, ...proved }, this.options), to: pending.to }
  }

  /** Sessions that a token of back-channel logout ends. Throws `SignOnFault`. */
  async ended(logoutToken: string): Promise<EndedSignOn> {
    const { config, keys } = await this.#provider()
    // The setting may lack the slash at the end with which the provider writes its own name.
    const { issuer } = config.serverMetadata()
    return this.#logoutTokens.read(logoutToken, { issuer, keys }, this.#clock.nowMs())
  }

  #isWhole(claims: Readonly<Record<string, unknown>>): boolean {
    const { name_claim, roles_claim } = this.options
    return claims[name_claim] !== undefined && claims[roles_claim] !== undefined
  }

  /** Claims that are not in the ID token, from where the provider has them as well. */
  async #moreOf(config: Configuration, accessToken: string, subject: string): Promise<Record<string, unknown>> {
    if (config.serverMetadata().userinfo_endpoint === undefined) return {}
    const { fetchUserInfo } = await import('openid-client')
    return fetchUserInfo(config, accessToken, subject).catch(refuse)
  }

  /** Documents of the provider; many who want them at once wait for one answer. */
  async #provider(): Promise<Known> {
    const nowMs = this.#clock.nowMs()
    if (this.#known !== null && Math.abs(nowMs - this.#known.sinceMs) < FRESH_MS) return this.#known
    if (Math.abs(nowMs - this.#failedMs) < PAUSE_MS) {
      throw new SignOnFault('unreachable', 'the provider did not answer a moment ago')
    }
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #discover(): Promise<Known> {
    const { issuer, client_id, client_secret: value, client_secret_file: file } = this.options
    const client = await import('openid-client')
    try {
      const secret = readSecret({ value, file, fileSetting: 'client_secret_file of auth.oidc' })
      const config = await client.discovery(
        new URL(issuer),
        client_id,
        undefined,
        secret === '' ? client.None() : client.ClientSecretBasic(secret),
        {
          timeout: TIMEOUT_S,
          execute: [
            client.enableNonRepudiationChecks,
            ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
          ],
        },
      )
      this.#known = { config, keys: await keysOf(config), sinceMs: this.#clock.nowMs() }
      return this.#known
    } catch (error) {
      this.#failedMs = this.#clock.nowMs()
      throw new SignOnFault('unreachable', `the documents of ${issuer} cannot be had: ${(error as Error).message}`)
    }
  }
}

async function keysOf(config: Configuration): Promise<JWTVerifyGetKey> {
  const { createRemoteJWKSet } = await import('jose')
  const { jwks_uri: uri } = config.serverMetadata()
  if (uri === undefined) throw new Error('it names no jwks_uri')
  return createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_S * 1000 })
}

/** Turns what the library throws into a fault with a kind; its message names no token and no secret. */
function refuse(error: Error & { readonly code?: string; readonly error?: string }): never {
  throw new SignOnFault(kindOf(error), `${error.error ?? error.code ?? ''} ${error.message}`.trim().slice(0, 200))
}

function kindOf({ code, error, name }: { code?: string; error?: string; name?: string }): SignOnFaultKind {
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') return error === 'access_denied' ? 'denied' : 'invalid'
  const isOfNetwork = code === 'OAUTH_TIMEOUT' || name === 'TypeError' || name === 'TimeoutError'
  return isOfNetwork ? 'unreachable' : 'invalid'
}
