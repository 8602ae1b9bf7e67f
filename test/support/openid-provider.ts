import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider from 'oidc-provider'

/** A real OpenID provider (oidc-provider) on this machine, at which nobody has to type anything. */

export interface ProviderPerson {
  readonly sub: string
  readonly [claim: string]: unknown
}

export const CLIENT = { id: 'greengauge', secret: 'a-secret-of-the-client-5f2c' }

export class OpenidProvider {
  /** Whoever sits before the browser; null says no. */
  person: ProviderPerson | null = null
  readonly people = new Map<string, ProviderPerson>()
  readonly issuer: string
  readonly #server: Server
  readonly #provider: Provider

  private constructor(server: Server, publicUrl: string, keys: JWK) {
    this.#server = server
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${publicUrl}/api/v1/session/oidc/callback`],
          backchannel_logout_uri: `${publicUrl}/api/v1/session/oidc/logout`,
          backchannel_logout_session_required: true,
        },
      ],
      claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
      conformIdTokenClaims: false,
      // The agent that it would connect by refuses addresses of this machine.
      fetch: (url, given: (RequestInit & { dispatcher?: unknown }) | undefined) => {
        const { dispatcher: _none, ...options } = given ?? {}
        return fetch(url, options)
      },
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      jwks: { keys: [keys] },
      cookies: { keys: ['a key for the cookies of a test'] },
      features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => this.people.get(sub) ?? { sub } }),
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      loadExistingGrant: async ({ oidc }) => {
        const { client, session, provider } = oidc
        const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! })
        grant.addOIDCScope('openid profile')
        await grant.save()
        return grant
      },
    })
    this.#provider.on('server_error', (_context, error) => this.errors.push(error.message))
  }

  readonly errors: string[] = []

  static async start(publicUrl: string): Promise<OpenidProvider> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const one = new OpenidProvider(server, publicUrl, await exportJWK(privateKey))
    const answer = one.#provider.callback()
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return answer(request, response)
      const { person } = one
      if (person !== null) one.people.set(person.sub, person)
      const result =
        person === null ? { error: 'access_denied', error_description: 'no' } : { login: { accountId: person.sub } }
      void one.#provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    })
    return one
  }

  /** Ends a session of the provider, and says so to the gateway. */
  async logout(sub: string, sid: string): Promise<void> {
    const client = await this.#provider.Client.find(CLIENT.id)
    await (client as unknown as { backchannelLogout(sub: string, sid: string): Promise<void> }).backchannelLogout(
      sub,
      sid,
    )
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
