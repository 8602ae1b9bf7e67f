import { basicOf, type SendOutcome } from './sender.js'

/** The answer to a POST, or why there is none. */
export type PostReply =
  | { readonly status: number; readonly body: string; readonly retryAfterMs: number | null }
  /** `status` where the answer had begun. */
  | { readonly failure: string; readonly status?: number }

/** More of an answer is not read. */
const BODY_BYTES_MAX = 8 * 1024

/** Posts JSON. Redirects are not followed: what is secret goes where it was meant to go. */
export async function postJson(
  url: URL,
  body: unknown,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostReply> {
  let status: number | undefined
  try {
    const address = new URL(url)
    address.username = ''
    address.password = ''
    const user = basicOf(url)
    const answer = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      signal,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'greengauge',
        ...(url.username === '' ? {} : { authorization: `Basic ${user}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    })
    status = answer.status
    const retryAfterMs = secondsOf(answer.headers.get('retry-after'))
    return { status: answer.status, body: await beginningOf(answer), retryAfterMs }
  } catch (error) {
    return { failure: failureOf(error), ...(status === undefined ? {} : { status }) }
  }
}

/** Outcome as an HTTP answer alone tells it. */
export function outcomeOf(reply: PostReply): SendOutcome {
  if ('failure' in reply) {
    // The status has said it: a text that never ends must not have the same posted for ever.
    if (isTaken(reply.status)) return { kind: 'sent', detail: `HTTP ${reply.status}` }
    return { kind: 'busy', detail: reply.failure, retryAfterMs: null }
  }
  const { status, body, retryAfterMs } = reply
  if (isTaken(status)) return { kind: 'sent', detail: `HTTP ${status}` }
  const detail = body === '' ? `HTTP ${status}` : `HTTP ${status}: ${body}`
  if (status >= 500 || status === 429 || status === 408 || status === 425) return { kind: 'busy', detail, retryAfterMs }
  if (status < 400) return { kind: 'refused', detail: `HTTP ${status}, a redirect: give the address that it leads to` }
  return { kind: 'refused', detail }
}

function isTaken(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}

/** `fetch` wraps what happened; a connection that failed to every address of a host has its words in the parts. */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  if (error.cause !== undefined) return failureOf(error.cause)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(failureOf).join(', ')
  return error.message
}

async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= BODY_BYTES_MAX) break
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString()
}

/** RFC 9110 §10.2.3; a date is not read, the own pause does then. */
function secondsOf(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null
}
