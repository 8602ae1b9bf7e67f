import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { type Certificate, readCertificate } from '../../src/access/certificates.js'

/** Certificates for tests: an authority, and what it has signed. Made anew each time; the keys are of P-256. */
export interface Pair {
  /** PEM */
  readonly cert: string
  readonly key: string
}

type Subject = readonly { readonly name: string; readonly value: string }[]

const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

export async function newAuthority(name = 'Test authority'): Promise<Pair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** For localhost and 127.0.0.1, or a client certificate where nobody asks for names. */
export async function signedBy(
  authority: Pair,
  subject: string | Subject,
  valid: { readonly fromMs?: number; readonly toMs?: number } = {},
): Promise<Pair> {
  const attributes = typeof subject === 'string' ? [{ name: 'commonName', value: subject }] : [...subject]
  const made = await generate(attributes, {
    ...EC,
    ca: authority,
    ...(valid.fromMs === undefined ? {} : { notBeforeDate: new Date(valid.fromMs) }),
    ...(valid.toMs === undefined ? {} : { notAfterDate: new Date(valid.toMs) }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** The same in files of a new folder, by the names of the settings. */
export function inFiles(
  pair: Pair,
  clientCa?: string,
): { cert_file: string; key_file: string; client_ca_file?: string } {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-tls-'))
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 })
    return join(dir, name)
  }
  return {
    cert_file: file('certificate.pem', pair.cert),
    key_file: file('key.pem', pair.key),
    ...(clientCa === undefined ? {} : { client_ca_file: file('clients.pem', clientCa) }),
  }
}

/** As a listener wants it. */
export function certificateOf(pair: Pair, clientCa?: string): Certificate {
  return readCertificate('mqtt.tls', inFiles(pair, clientCa))
}
