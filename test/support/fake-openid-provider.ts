import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/**
 * A fake OpenID provider that can be made to lie: no real one does. Its members say what its next answers hold.
 */
export class FakeOpenidProvider {
  readonly issuer: string
  readonly key: CryptoKey
  /** Changes the claims of the next ID token. */
  claims: (right: JWTPayload) => JWTPayload = (right) => right
  /** Makes an ID token of claims; the right one is signed with `key`. */
  sign: (claims: JWTPayload) => Promise<string>
  /** Changes the answer of the token endpoint. */
  tokens: (right: Record<string, unknown>) => Record<string, unknown> = (right) => right
  /** Changes what the provider says of itself. */
  metadata: (right: Record<string, unknown>) => Record<string, unknown> = (right) => right
  /** Requests that came to the token endpoint, the newest last. */
  readonly asked: URLSearchParams[] = []
  readonly #jwks: object
  readonly #server: Server
  /** Sign-ins that were begun, by the code that was given out. */
  readonly #begun = new Map<string, { readonly nonce: string; readonly challenge: string }>()

  private constructor(server: Server, key: CryptoKey, jwks: object) {
    this.#server = server
    this.key = key
    this.#jwks = jwks
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.sign = (claims) => this.signed(claims, key)
  }

  static async start(): Promise<FakeOpenidProvider> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] }
    const provider = new FakeOpenidProvider(server, privateKey, jwks)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', async () => {
        const answer = await provider.#answer(request.url!, Buffer.concat(chunks).toString())
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer))
      })
    })
    return provider
  }

  signed(claims: JWTPayload, key: CryptoKey | Uint8Array, alg = 'RS256'): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg, kid: 'one' }).sign(key)
  }

  /** The answer to a browser that was sent here: the query of the way back. */
  approve(address: string, code = 'a-code'): URLSearchParams {
    const { searchParams: asked } = new URL(address)
    this.#begun.set(code, { nonce: asked.get('nonce')!, challenge: asked.get('code_challenge')! })
    return new URLSearchParams({ code, state: asked.get('state')!, iss: this.issuer })
  }

  async #answer(path: string, body: string): Promise<object> {
    if (path === '/jwks') return this.#jwks
    if (path === '/token') return this.#token(new URLSearchParams(body))
    return this.metadata({
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/auth`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
    })
  }

  async #token(asked: URLSearchParams): Promise<object> {
    this.asked.push(asked)
    const begun = this.#begun.get(asked.get('code')!)
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url')
    if (begun === undefined || begun.challenge !== challenge) return { error: 'invalid_grant' }
    const nowS = Math.floor(Date.now() / 1000)
    const claims = this.claims({
      iss: this.issuer,
      aud: 'greengauge',
      sub: 'u-1',
      sid: 's-1',
      iat: nowS,
      exp: nowS + 60,
      nonce: begun.nonce,
      preferred_username: 'li.na',
      groups: ['energy-audit'],
    })
    return this.tokens({ access_token: 'an-access-token', token_type: 'bearer', id_token: await this.sign(claims) })
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
