import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { type Certificate, type CertificateFacts, certificateSubject, factsOf } from './certificates.js'

/** The certificate that clients have to trust so that they take that of a listener. */
export interface TrustedCertificate {
  /** `file`: it is at hand; `public`: clients have it already; `unknown`: only whoever signed has it. */
  readonly by: 'file' | 'public' | 'unknown'
  /** Name of whoever has signed the last certificate that the listener shows. */
  readonly issuer: string
  /** null unless it is at hand. */
  readonly pem: string | null
  readonly facts: CertificateFacts | null
}

const PEM = /-----BEGIN (?<kind>|TRUSTED |X509 )CERTIFICATE-----[\s\S]+?-----END \k<kind>CERTIFICATE-----/g

/**
 * Looks for the end of the chain that a listener shows: in its own file, among the authorities of its clients, for a plant mostly has
 * one for both, and among the public ones.
 */
export function trustedCertificateOf({ cert, clientCa }: Pick<Certificate, 'cert' | 'clientCa'>): TrustedCertificate {
  const chain = certificatesIn(cert)
  let last = chain[0]
  if (last === undefined) return { by: 'unknown', issuer: '', pem: null, facts: null }
  const seen = new Set([last.fingerprint256])
  const signers = [...chain, ...certificatesIn(clientCa ?? '')]
  const roots = certificatesIn(rootCertificates.join('\n'))
  const isOfPublic = (of: X509Certificate) => roots.some((root) => isSignerOf(root, of))
  // An authority that clients have may itself have been signed by an older one, which they have no longer.
  let isPublic = isOfPublic(last)
  while (!isSelfSigned(last)) {
    const signer = signers.find((one) => isSignerOf(one, last!))
    // Two that have signed each other would lead round for ever.
    if (signer === undefined || seen.has(signer.fingerprint256)) break
    seen.add(signer.fingerprint256)
    last = signer
    isPublic ||= isOfPublic(last)
  }
  const issuer = certificateSubject({ subject: last.issuer })
  if (isSelfSigned(last)) return { by: 'file', issuer, pem: last.toString(), facts: factsOf(last) }
  return { by: isPublic ? 'public' : 'unknown', issuer, pem: null, facts: null }
}

/** Certificates of a file, without what is none: this only tells people what listeners have. */
function certificatesIn(pem: string): readonly X509Certificate[] {
  return [...pem.matchAll(PEM)].flatMap(([text]) => {
    try {
      return [new X509Certificate(text)]
    } catch {
      return []
    }
  })
}

function isSelfSigned(one: X509Certificate): boolean {
  return one.subject === one.issuer && one.verify(one.publicKey)
}

function isSignerOf(signer: X509Certificate, of: X509Certificate): boolean {
  return signer !== of && of.checkIssued(signer) && of.verify(signer.publicKey)
}
