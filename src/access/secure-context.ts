import { constants } from 'node:crypto'
import type { SecureContextOptions, TlsOptions } from 'node:tls'

/** TLS settings of every listener: one place, so that none of them is weaker than another. */

/**
 * With forward secrecy and authenticated encryption, and nothing else. Source: RFC 9325 §4.2; those without ECDHE are
 * left out, so that no client can make us compute with large primes.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')
const CURVES = 'X25519:prime256v1:secp384r1'

/** A TLS handshake that takes longer is given up. */
const HANDSHAKE_MS = 5000

interface Shown {
  readonly cert: string
  readonly key: string
  readonly clientCa: string | null
}

/** For a listener, and again for `setSecureContext`: what is left out there would fall back to Node's. */
export function secureContextOf({ cert, key, clientCa }: Shown): SecureContextOptions {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    ecdhCurve: CURVES,
    honorCipherOrder: true,
    // A session that is taken up again would bring a client certificate without its being looked at.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (clientCa === null ? 0 : constants.SSL_OP_NO_TICKET),
    ...(clientCa === null ? {} : { ca: clientCa }),
  }
}

/** `clients`: whether those that show no certificate of their own are let in; it matters with `clientCa` only. */
export function listenerOptions(certificate: Shown, clients: 'optional' | 'required' = 'optional'): TlsOptions {
  const asks = certificate.clientCa !== null
  return {
    ...secureContextOf(certificate),
    handshakeTimeout: HANDSHAKE_MS,
    requestCert: asks,
    rejectUnauthorized: asks && clients === 'required',
  }
}
