import type { Message } from './message.js'

/**
 * What became of a message. `busy`: the same comes again later, after `retryAfterMs` at the soonest when the other side
 * asked for that. `refused`: it would not take it later either, as long as nobody changes something.
 */
export type Outcome =
  | { readonly kind: 'sent'; readonly detail: string }
  | { readonly kind: 'busy'; readonly detail: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly detail: string }

/** The way out of one channel. */
export interface Sender {
  /** Where messages go, without secrets. */
  readonly target: string
  /** One try; never rejects. Nothing that is secret stands in the answer. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>
}

const DETAIL_MAX = 300
/** What is shorter may stand in any sentence by chance. */
const SECRET_MIN = 4

/** What the other side said, on one line and without what it must not repeat. */
export function withoutSecrets(detail: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret.length >= SECRET_MIN)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((text, secret) => text.replaceAll(secret, '(secret)'), detail)
  const line = hidden.replace(/\s+/g, ' ').trim()
  return line.length > DETAIL_MAX ? `${line.slice(0, DETAIL_MAX)}…` : line
}

/** User and password of an address as they are sent: RFC 7617. Throws where a `%` does not begin two hex digits. */
export function basicOf({ username, password }: URL): string {
  return Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
}

/** Whether user and password of an address can be read. */
export function isUserReadable(url: URL): boolean {
  try {
    basicOf(url)
    return true
  } catch {
    return false
  }
}

/** An address without user and query, where tokens stand; in a path too, what is as long as one is left out. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname.replace(/[^/]{20,}/g, '…')}`
}

/** Everything in an address that its owner would not want to be read. */
export function secretsOf(url: URL): string[] {
  const long = url.pathname.match(/[^/]{20,}/g) ?? []
  return [url.password, url.username, ...url.searchParams.values(), ...long].filter((part) => part !== '')
}
