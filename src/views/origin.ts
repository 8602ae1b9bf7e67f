import type { IncomingHttpHeaders } from 'node:http'

/**
 * True for a page of our own, and for a program, which sends no Origin. A browser sends one with every POST and every
 * WebSocket, neither of which the same-origin policy holds back.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}
