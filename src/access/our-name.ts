import type { IncomingMessage } from 'node:http'

/** Names that lead to this machine wherever they are looked up; `*.localhost` is kept for that (RFC 6761 §6.3). */
const LOOPBACK_NAME = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i

/** True for a name that leads to this machine; without a port. */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAME.test(name)
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
    isLoopbackName(name) ||
    name === host.toLowerCase() ||
    origins.some((origin) => new URL(origin).host === asked.toLowerCase())
  )
}
