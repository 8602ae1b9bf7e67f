import { readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import { DAY_MS } from '../../base/durations.js'
import { OpcuaFault } from './fault.js'
import type { OpcuaLibrary } from './library.js'

/** Days that our own certificate is good for. */
const OWN_DAYS = 3650

/** Name of the file of our own certificate, within `own/certs`. */
export function ownCertificateName(applicationUri: string): string {
  return `${applicationUri.replace(/[^A-Za-z0-9.-]+/g, '_')}.pem`
}

export interface PkiPlace {
  /** Folder with `own`, `trusted/certs`, `rejected` and `issuers`, as programs of OPC UA have it. */
  readonly dir: string
  nowMs(): number
}

/** Our own certificate, and those of servers that are trusted. */
export class OpcuaPki {
  private constructor(
    private readonly dir: string,
    readonly manager: OPCUACertificateManager,
    /** File of our own certificate, for servers to trust. */
    readonly ownCertificate: string,
  ) {}

  /** Makes key and certificate where there are none. Throws errors of the system. */
  static async open(library: OpcuaLibrary, { dir, nowMs }: PkiPlace, applicationUri: string): Promise<OpcuaPki> {
    const manager = new library.OPCUACertificateManager({ rootFolder: dir, disableFileWatchers: true })
    await manager.initialize()
    const file = join(dir, 'own', 'certs', ownCertificateName(applicationUri))
    if (!readdirSync(join(dir, 'own', 'certs')).some((name) => file.endsWith(`/${name}`))) {
      await manager.createSelfSignedCertificate({
        applicationUri,
        dns: [hostname()],
        outputFile: file,
        subject: '/CN=Greengauge',
        // A server whose clock is behind takes it too.
        startDate: new Date(nowMs() - DAY_MS),
        validity: OWN_DAYS,
      })
    }
    return new OpcuaPki(dir, manager, file)
  }

  /** `Good` for a certificate that is trusted, else the symbol of the reason; an unknown one is put among the rejected. */
  async statusOf(certificate: Buffer): Promise<string> {
    return (await this.manager.checkCertificate(certificate)).name
  }

  /** Rejects with an `OpcuaFault` when the certificate of a server is not to be trusted, which says what to do. */
  async check(certificate: Buffer, thumbprint: string): Promise<void> {
    const name = await this.statusOf(certificate)
    if (name === 'Good') return
    const trusted = join(this.dir, 'trusted', 'certs')
    if (name !== 'BadCertificateUntrusted') {
      const remedy = `renew it there; one of an authority needs the certificate of this in ${join(this.dir, 'issuers', 'certs')}`
      throw new OpcuaFault('untrusted', `the certificate of the server cannot be taken (${name}): ${remedy}`)
    }
    const rejected = join(this.dir, 'rejected')
    const found = readdirSync(rejected).find((file) => file.toLowerCase().includes(thumbprint.toLowerCase()))
    const file = found === undefined ? rejected : join(rejected, found)
    const remedy = `compare its SHA-1 ${thumbprint} with what the server shows, then move ${file} to ${trusted}`
    throw new OpcuaFault('untrusted', `the certificate of the server is not trusted: ${remedy}`)
  }

  async close(): Promise<void> {
    await this.manager.dispose()
  }
}
