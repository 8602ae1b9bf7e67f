import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { isLoopbackName } from '../access/our-name.js'

/** Checks which pages may change something here, and who asks from this machine. */

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
  return isFromHere(asked) && (host === undefined || isLoopbackName(host.replace(/:\d+$/, '')))
}

export function isEncrypted(socket: Asked['socket']): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true
}
