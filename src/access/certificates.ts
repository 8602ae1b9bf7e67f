import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { DAY_MS } from '../base/durations.js'
import { secureContextOf } from './secure-context.js'

/** Certificates of listeners: read from their files, and refused with a sentence where nobody could connect with them. */

export interface CertificateFiles {
  readonly cert_file: string
  readonly key_file: string
  readonly client_ca_file?: string | null
}

/** Facts of a certificate that may be shown; no secrets. */
export interface CertificateFacts {
  /** As `certificateSubject` writes it. */
  readonly subject: string
  /** Host names and addresses that it is for; empty when it names none. */
  readonly names: readonly string[]
  /** SHA-256 of the certificate, as browsers show it: `AB:CD:…`. */
  readonly fingerprint: string
  /** Epoch ms. */
  readonly validFromMs: number
  readonly validToMs: number
}

/** A certificate with what a listener needs to show it: a plain object, so that it goes from thread to thread. */
export interface Certificate extends CertificateFacts {
  /** PEM: the certificate first, then those between it and its authority. */
  readonly cert: string
  /** PEM. */
  readonly key: string
  /** PEM of the authorities whose client certificates are taken; null for none. */
  readonly clientCa: string | null
}

/** Error on a certificate that cannot be used, with its parts. */
export interface CertificateFault extends Error {
  readonly code: string
  /** Dotted, `mqtt.tls.key_file`, with the file that it names. */
  readonly setting: string
  readonly file: string
  readonly why: string
  readonly remedy: string
}

/** `code` of the error when a certificate cannot be used. */
export const NO_CERTIFICATE = 'ENOCERTIFICATE'

/** So long before its end people are told. */
export const WARN_MS = 30 * DAY_MS
const RSA_BITS_MIN = 2048
const FOR_THE_SERVICE =
  'give it to the user that the gateway runs as (chown), or hand it over as a credential of systemd: docs/operate/tls-and-accounts.md'

/**
 * Reads certificate and key of `section`, such as `mqtt.tls`. Throws with setting, path, remedy and `NO_CERTIFICATE`. One
 * that has ended, or has not begun, is taken: a gateway that does not start would take no messages at all, and the clock of
 * a machine may be wrong at its start. `troubleOf` says it.
 */
export function readCertificate(section: string, files: CertificateFiles): Certificate {
  const refuse = (setting: keyof CertificateFiles, why: string, remedy: string, isPermission = false): never => {
    const message = `${section}.${setting} ${files[setting]} ${why}; ${remedy}`
    const place = { setting: `${section}.${setting}`, file: files[setting] ?? '', why, remedy }
    throw Object.assign(new Error(message), { code: NO_CERTIFICATE, isPermission, ...place }) satisfies CertificateFault
  }
  const read = (setting: keyof CertificateFiles): string => {
    try {
      return readFileSync(files[setting]!, 'utf8')
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unknown'
      const isPermission = why === 'EACCES' || why === 'EPERM'
      const remedy = isPermission ? FOR_THE_SERVICE : 'check the path and who may read it'
      return refuse(setting, `cannot be read (${why})`, remedy, isPermission)
    }
  }
  const parse = <T>(setting: keyof CertificateFiles, what: string, work: () => T): T => {
    try {
      return work()
    } catch {
      return refuse(setting, `holds no ${what}`, 'it begins with -----BEGIN …')
    }
  }
  const cert = read('cert_file')
  const key = read('key_file')
  const own = parse('cert_file', 'certificate in PEM', () => new X509Certificate(cert))
  if (key.includes('ENCRYPTED')) {
    refuse(
      'key_file',
      'has a passphrase, which nobody could give at a start',
      'write it without: openssl pkey -in … -out …',
    )
  }
  const secret = parse('key_file', 'private key in PEM', () => createPrivateKey(key))
  if (!own.checkPrivateKey(secret)) {
    refuse('key_file', `is not the key of the certificate in ${files.cert_file}`, 'give the two that belong together')
  }
  const weakness = weaknessOf(secret)
  if (weakness !== null) refuse('key_file', weakness, 'make a new one: greengauge certificate selfsigned, or openssl')
  const clientCa = files.client_ca_file == null ? null : read('client_ca_file')
  if (clientCa !== null) parse('client_ca_file', 'certificate in PEM', () => new X509Certificate(clientCa))
  const certificate = { ...factsOf(own), cert, key, clientCa }
  try {
    createSecureContext(secureContextOf(certificate))
  } catch (error) {
    refuse('cert_file', `cannot be used: ${(error as Error).message}`, 'check it with openssl x509 -noout -text -in …')
  }
  return certificate
}

export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: certificateSubject(certificate),
    names: namesOf(certificate),
    fingerprint: certificate.fingerprint256,
    validFromMs: Date.parse(certificate.validFrom),
    validToMs: Date.parse(certificate.validTo),
  }
}

/**
 * The subject in one line, the most particular part first: `CN=press-7,O=Acme,C=CN`. As `openssl x509 -noout -subject
 * -nameopt RFC2253,-esc_msb,utf8` prints it. Source: RFC 4514 §2.1; Node gives a line a part, with its values escaped.
 */
export function certificateSubject(certificate: Pick<X509Certificate, 'subject'>): string {
  // Without a subject Node gives undefined, whatever its types say.
  const lines = ((certificate.subject as string | undefined) ?? '').split('\n').filter((line) => line !== '')
  const parts = lines.map((line) =>
    line
      .split(/(?<!\\) \+ /)
      .toReversed()
      .join('+'),
  )
  return parts.toReversed().join(',')
}

/** Trouble that a certificate has or will have, as `fault; remedy`: '' when it is good for another 30 days. */
export function troubleOf({ validFromMs, validToMs }: CertificateFacts, nowMs: number): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  if (nowMs >= validToMs)
    return `it has ended on ${day(validToMs)}, and clients that check it do not connect; put a new one in its place`
  if (nowMs < validFromMs)
    return `it begins on ${day(validFromMs)}, and clients that check it do not connect yet; check the clock`
  if (nowMs < validToMs - WARN_MS) return ''
  const days = Math.floor((validToMs - nowMs) / DAY_MS)
  return `it ends on ${day(validToMs)}, in ${days} day${days === 1 ? '' : 's'}; put a new one in its place`
}

/** False when clients that check it do not connect. */
export function isCertificateValid({ validFromMs, validToMs }: CertificateFacts, nowMs: number): boolean {
  return nowMs >= validFromMs && nowMs < validToMs
}

function namesOf(certificate: X509Certificate): readonly string[] {
  const names = [...(certificate.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,"]+)/g)]
  return names.map(([, name = '']) => name)
}

function weaknessOf(key: KeyObject): string | null {
  const bits = key.asymmetricKeyDetails?.modulusLength
  return bits !== undefined && bits < RSA_BITS_MIN ? `has ${bits} bits, and RSA takes ${RSA_BITS_MIN} or more` : null
}

/** The fault by which `readCertificate` refuses files; null for such as can be used. */
export function certificateFault(section: string, files: CertificateFiles): CertificateFault | null {
  try {
    readCertificate(section, files)
    return null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== NO_CERTIFICATE) throw error
    return error as CertificateFault
  }
}
