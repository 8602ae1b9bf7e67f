import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OPCUA_TRUSTS, type OpcuaTrust } from '../../base/opcua.js'
import { ownCertificateName } from './pki.js'

/** Certificates of servers as they lie in the folder of the client; it is read anew at each connection. */

const FOLDERS: Readonly<Record<OpcuaTrust, readonly string[]>> = {
  trusted: ['trusted', 'certs'],
  rejected: ['rejected'],
}
/** Files that are looked at of each folder. */
const FILES_MAX = 500
const BYTES_MAX = 256 * 1024

export interface KeptCertificate {
  readonly trust: OpcuaTrust
  readonly file: string
  readonly certificate: X509Certificate
}

/** Every certificate of a server, each once; one that lies in both folders is trusted. Throws errors of the system. */
export function keptCertificates(dir: string): readonly KeptCertificate[] {
  const kept = new Map<string, KeptCertificate>()
  for (const trust of OPCUA_TRUSTS) {
    for (const one of certificatesIn(dir, trust)) {
      const print = one.certificate.fingerprint256
      if (!kept.has(print)) kept.set(print, one)
    }
  }
  return [...kept.values()]
}

/** Puts a certificate among the trusted or the rejected; null when there is none with this SHA-256 (hex). Throws errors of the system. */
export function moveCertificate(dir: string, sha256: string, to: OpcuaTrust): KeptCertificate | null {
  const all = OPCUA_TRUSTS.flatMap((trust) => certificatesIn(dir, trust)).filter(
    ({ certificate }) => certificatePrint(certificate) === sha256,
  )
  const [first] = all
  if (first === undefined) return null
  mkdirSync(join(dir, ...FOLDERS[to]), { recursive: true, mode: 0o700 })
  for (const { trust, file } of all.filter((one) => one.trust !== to)) {
    renameSync(join(dir, ...FOLDERS[trust], file), join(dir, ...FOLDERS[to], file))
  }
  return { ...first, trust: to }
}

/** Our own certificate; null before the first connection has made it. */
export function ownCertificate(dir: string, applicationUri: string): X509Certificate | null {
  return certificateIn(join(dir, 'own', 'certs', ownCertificateName(applicationUri)))
}

/** SHA-256 of a certificate in small hex digits. */
export function certificatePrint({ fingerprint256 }: Pick<X509Certificate, 'fingerprint256'>): string {
  return fingerprint256.replaceAll(':', '').toLowerCase()
}

function certificatesIn(dir: string, trust: OpcuaTrust): readonly KeptCertificate[] {
  const folder = join(dir, ...FOLDERS[trust])
  return filesOf(folder).flatMap((file) => {
    const certificate = certificateIn(join(folder, file))
    return certificate === null ? [] : [{ trust, file, certificate }]
  })
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, FILES_MAX)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Null for a file that is not there, or no certificate: people put other things there too. */
function certificateIn(path: string): X509Certificate | null {
  try {
    return statSync(path).size > BYTES_MAX ? null : new X509Certificate(readFileSync(path))
  } catch {
    return null
  }
}
