import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Checks which pages may change something here, and under which names we are asked. */

/** Names that lead to this machine wherever they are looked up; `*.localhost` is kept for that (RFC 6761 §6.3). */
const LOOPBACK_NAME = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i
const LOOPBACK_ADDRESS = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i
/** Headers in which a proxy says for whom it asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>

/**
 * True for a page of our own, or of one of `origins`, and for a program, which sends no Origin. A browser sends one with
 * every POST and every WebSocket, neither of which the same-origin policy holds back.
 */
export function isOurOrigin({ headers, socket }: Asked, origins: readonly string[]): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (origins.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const { host: named, protocol } = new URL(origin)
  return named === host && (protocol === 'https:' || !isEncrypted(socket))
}

/**
 * False for a name that leads to us and is not ours: that of a foreign page whose name has been pointed here (DNS
 * rebinding), which the browser then takes for a page of ours.
 * @param host the configured one
 */
export function isOurName(
  { headers }: Pick<IncomingMessage, 'headers'>,
  host: string,
  origins: readonly string[],
): boolean {
  const asked = headers.host
  // A program of HTTP/1.0; a browser always sends one.
  if (asked === undefined) return true
  const name = asked.replace(/:\d+$/, '').toLowerCase()
  return (
    LOOPBACK_NAME.test(name) ||
    name === host.toLowerCase() ||
    origins.some((origin) => new URL(origin).host === asked.toLowerCase())
  )
}

/** Asked from this machine, and not by a proxy on it for somebody else. */
export function isFromHere({ headers, socket }: Asked): boolean {
  return LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined)
}

/**
 * From here, and under a name of this machine. What needs no other proof asks for both: a page whose name was pointed
 * here (DNS rebinding) is asked by a browser of this machine, but under its own name.
 */
export function isAskedHere(asked: Asked): boolean {
  const { host } = asked.headers
  return isFromHere(asked) && (host === undefined || LOOPBACK_NAME.test(host.replace(/:\d+$/, '')))
}

export function isEncrypted(socket: Asked['socket']): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}
