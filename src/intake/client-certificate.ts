import type { TLSSocket } from 'node:tls'
import { certificateSubject } from '../access/certificates.js'

/**
 * Subject of the certificate that the client has shown and proved, as `CN=press-7,O=Acme`; null without one. One that is
 * not of the authorities we know, or has ended, is as good as none: its `problem` says so.
 */
export function clientSubject(socket: TLSSocket): { subject: string | null; problem: string | null } {
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) return { subject: null, problem: null }
  if (!socket.authorized) {
    const why = String(socket.authorizationError)
    return { subject: null, problem: `its client certificate is not taken: ${why}` }
  }
  const subject = certificateSubject(shown)
  return { subject: subject === '' ? null : subject, problem: null }
}
