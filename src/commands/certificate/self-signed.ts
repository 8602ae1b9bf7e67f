import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type CertificateFacts, factsOf } from '../../access/certificates.js'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'

/** A certificate that nobody has signed but its own key: for a first run, and where there is no authority. */
export interface SelfSigned {
  /** PEM. */
  readonly cert: string
  readonly key: string
  readonly facts: CertificateFacts
}

/**
 * For host names and addresses; the first that is short enough is its common name. A key of P-256: its handshakes cost a tenth of RSA's.
 * It is no authority: whoever trusts it trusts this gateway and no other.
 */
export async function selfSigned(hosts: readonly string[], fromMs: number, days: number): Promise<SelfSigned> {
  const { generate } = await import('selfsigned')
  // X.520 gives a common name 64 characters; clients look at the names below.
  const commonName = hosts.find((host) => host.length <= 64) ?? 'greengauge'
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // An hour earlier: not every device's clock is right to the second.
    notBeforeDate: new Date(fromMs - HOUR_MS),
    notAfterDate: new Date(fromMs + days * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  })
  return { cert: made.cert, key: made.private, facts: factsOf(new X509Certificate(made.cert)) }
}
