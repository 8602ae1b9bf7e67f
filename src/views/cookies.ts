import type { IncomingMessage } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'
import { isEncrypted } from './origin.js'

/** The cookie of a session: for us alone, for requests of our own pages alone, and unreadable for scripts. */

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>

/** `__Host-`: browsers take it over TLS and for the whole host only, so nobody can put one in its place. */
function nameFor(isSecure: boolean): string {
  return isSecure ? '__Host-gg_session' : 'gg_session'
}

/** Over TLS, or asked for by a proxy that says it is. */
function isSecure({ headers, socket }: Asked, origins: readonly string[]): boolean {
  return isEncrypted(socket) || origins.some((origin) => origin.startsWith('https:') && origin === headers.origin)
}

/** Session token in the cookie of a request; undefined without one. */
export function sessionIn({ headers, socket }: Asked): string | undefined {
  if (headers.cookie === undefined) return undefined
  const cookies = fastifyCookie.parse(headers.cookie)
  return cookies[nameFor(true)] ?? (isEncrypted(socket) ? undefined : cookies[nameFor(false)])
}

export function giveSession(
  reply: FastifyReply,
  asked: Asked,
  origins: readonly string[],
  token: string,
  maxMs: number,
): void {
  giveSessionAt(reply, isSecure(asked, origins), token, maxMs)
}

/** @param secure whether the browser reaches us over TLS, as far as a setting tells */
export function giveSessionAt(reply: FastifyReply, secure: boolean, token: string, maxMs: number): void {
  reply.setCookie(nameFor(secure), token, { ...OF_COOKIE, secure, maxAge: Math.floor(maxMs / 1000) })
}

export function takeSession(reply: FastifyReply, asked: Asked): void {
  for (const secure of [true, false]) {
    if (!secure && isEncrypted(asked.socket)) continue
    reply.clearCookie(nameFor(secure), { ...OF_COOKIE, secure })
  }
}

function signOnName(isSecure: boolean): string {
  return isSecure ? '__Host-gg_sign_on' : 'gg_sign_on'
}

/** The browser that goes to the provider brings this back with the answer, though a foreign page sends it to us. */
export function giveSignOn(reply: FastifyReply, secure: boolean, token: string, maxMs: number): void {
  reply.setCookie(signOnName(secure), token, { ...OF_SIGN_ON, secure, maxAge: Math.floor(maxMs / 1000) })
}

export function signOnIn({ headers }: Pick<Asked, 'headers'>, secure: boolean): string | undefined {
  return headers.cookie === undefined ? undefined : fastifyCookie.parse(headers.cookie)[signOnName(secure)]
}

export function takeSignOn(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(signOnName(secure), { ...OF_SIGN_ON, secure })
}

const OF_SIGN_ON = { path: '/', httpOnly: true, sameSite: 'lax' } as const
const OF_COOKIE = { path: '/', httpOnly: true, sameSite: 'strict' } as const
