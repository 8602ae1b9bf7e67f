import { readFileSync } from 'node:fs'
import { readSecret } from '../../access/secret.js'
import { EXIT, type ExitCode } from '../../base/exit-codes.js'
import type { Config } from '../../config/config.js'
import { complain } from '../../program/output.js'
import { apiAddress } from '../../runtime/api-address.js'
import { machineTokenFile } from '../../runtime/machine-token.js'
import { fetchPinned, type PinnedInit } from './pinned-fetch.js'
import { NoGateway, Unreachable } from './unreachable.js'

/** All commands ask a gateway in this way. */

/** A gateway, and who asks it. */
export interface GatewayApi {
  /** `http://host:port`, or `https://` */
  readonly base: string
  /** The one certificate that is taken there: a file, PEM; null for plain HTTP. */
  readonly certFile: string | null
  /** Reads the token to ask with anew: a start of the gateway makes another. '' for none. */
  token(): string
}

const NO_TOKEN =
  'the token of GREENGAUGE_TOKEN or GREENGAUGE_TOKEN_FILE is not one line of letters, digits, - and _, as greengauge user token add prints it'

/** The gateway that runs with these settings. */
export function gatewayOf(config: Pick<Config, 'http' | 'data_dir'>): GatewayApi {
  const { http, data_dir } = config
  return { base: apiAddress(http), certFile: http.tls?.cert_file ?? null, token: () => tokenFor(data_dir) }
}

/** Token of the environment; '' without. */
export function tokenOfEnvironment(env: NodeJS.ProcessEnv = process.env): string {
  return readSecret({
    value: env.GREENGAUGE_TOKEN,
    file: env.GREENGAUGE_TOKEN_FILE,
    fileSetting: 'GREENGAUGE_TOKEN_FILE',
  })
}

/** Token of the environment, for a gateway on another machine; else that which the gateway has left in its data directory. */
export function tokenFor(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  const own = tokenOfEnvironment(env)
  if (own !== '') return own
  try {
    return readFileSync(machineTokenFile(dataDir), 'utf8').trim()
  } catch {
    // None is needed where nobody has to say who they are, and who may not read it is told so by the gateway.
    return ''
  }
}

/** The answer to a request for a path, whatever its status. Throws `Unreachable` where none comes. */
export async function requestGateway(api: GatewayApi, path: string, init: PinnedInit = {}): Promise<Response> {
  const url = `${api.base}${path}`
  const token = api.token().trim()
  // The library would refuse it too, with the token in its words.
  if (!/^[\x21-\x7e]*$/.test(token)) throw new Unreachable(NO_TOKEN, EXIT.permission)
  const headers = new Headers(init.headers)
  if (token !== '') headers.set('authorization', `Bearer ${token}`)
  try {
    return await fetchPinned(url, { ...init, headers }, api.certFile)
  } catch (error) {
    throw new NoGateway(url.replace(/\?.*/, ''), causeOf(error))
  }
}

/** Answer of the gateway to a GET, or a POST of `body`, below `/api/v1`. Throws `Unreachable` with its words when it refuses. */
export async function callApi<T>(api: GatewayApi, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const posted =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answered = await requestGateway(api, `/api/v1${path}`, { ...posted, ...(signal !== undefined && { signal }) })
  if (answered.ok) return (await answered.json()) as T
  throw await gatewayRefusal(answered)
}

/** Refusal of the gateway, in its words. */
export async function gatewayRefusal(answered: Response): Promise<Unreachable> {
  const said = (await answered.json().catch(() => ({}))) as { readonly detail?: string }
  return new Unreachable(said.detail ?? `${answered.url} answers ${answered.status}`, codeOf(answered.status))
}

/**
 * The same for a command that ends with it; undefined after saying on stderr why there is no answer, with the exit code set.
 */
export async function callGateway<T>(
  config: Pick<Config, 'http' | 'data_dir'>,
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  try {
    return await callApi<T>(gatewayOf(config), path, body)
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    complain(`error: ${error.message}`)
    process.exitCode = error.code
    return undefined
  }
}

function codeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.permission
  return status === 503 ? EXIT.unavailable : EXIT.badData
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
