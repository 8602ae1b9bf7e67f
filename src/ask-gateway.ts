import { apiAddress } from './api-address.js'
import { EXIT } from './base/exit-codes.js'
import type { Config } from './config.js'

/**
 * What the running gateway answers to a GET, or a POST of `body`, below `/api/v1`; undefined after saying on stderr why it
 * does not, with the exit code set.
 */
export async function askGateway<T>({ http }: Config, path: string, body?: unknown): Promise<T | undefined> {
  const url = `${apiAddress(http)}/api/v1${path}`
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, init).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    complain(`error: no gateway answers at ${url}: ${cause}; start it with greengauge run`, EXIT.unavailable)
    return null
  })
  if (response === null) return undefined
  const answer = (await response.json()) as T & { readonly detail?: string }
  if (response.ok) return answer
  complain(`error: ${answer.detail ?? response.statusText}`, response.status === 503 ? EXIT.unavailable : EXIT.badData)
  return undefined
}

function complain(text: string, code: number): void {
  process.stderr.write(`${text}\n`)
  process.exitCode = code
}
