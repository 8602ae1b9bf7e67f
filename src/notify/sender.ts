import type { Notification } from './message.js'

/**
 * Fate of a message. `busy`: the same comes again later, after `retryAfterMs` at the soonest when the other side
 * asked for that. `refused`: it would not take it later either, as long as nobody changes something.
 */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly detail: string }
  | { readonly kind: 'busy'; readonly detail: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'refused'; readonly detail: string }

/** The way out of one channel. */
export interface ChannelSender {
  /** Address that messages go to, without secrets. */
  readonly target: string
  /** One try; never rejects. Nothing that is secret stands in the answer. */
  send(message: Notification, signal: AbortSignal): Promise<SendOutcome>
}

/** User and password of an address as they are sent: RFC 7617. Throws where a `%` does not begin two hex digits. */
export function basicOf({ username, password }: URL): string {
  return Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
}

/** True when user and password of an address can be read. */
export function isUserReadable(url: URL): boolean {
  try {
    basicOf(url)
    return true
  } catch {
    return false
  }
}

/** The origin of an address, and no more: any part of a path may be what only its owner knows. */
export function shownUrl({ origin, pathname }: URL): string {
  return pathname === '/' ? origin : `${origin}/…`
}

/** A part of a path that is no plain word, such as a token. */
const NOT_A_WORD = /^[^/]{12,}$|[0-9A-Z]/

/** Everything in an address that its owner would not want to be read, as it stands there, as it is meant, and as it is sent. */
export function secretsOf(url: URL): string[] {
  const { username, password, pathname, searchParams } = url
  const parts = [username, password, pathname, ...pathname.split('/').filter((part) => NOT_A_WORD.test(part))]
  const basic = username === '' || !isUserReadable(url) ? '' : basicOf(url)
  return [...parts, ...parts.map(decoded), ...searchParams.values(), basic].filter((part) => part !== '')
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
