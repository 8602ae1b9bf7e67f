import type { OpcuaTrust } from '../../../src/base/opcua.js'
import type { OpcuaAnswer, OpcuaEndpointsAnswer } from '../../../src/views/wire/opcua.js'

/** The certificate of an endpoint is trusted or not, and may have a defect all the same. */

type Offered = Pick<OpcuaEndpointsAnswer['endpoints'][number], 'certificate' | 'certificate_status'>

/** Symbols that say only whether it is trusted, which somebody may have changed since the server was asked. */
const OF_TRUST: readonly unknown[] = [null, 'Good', 'BadCertificateUntrusted']

/** One that lies in no folder may be of an authority that is trusted. */
export function trustOf({ certificate, certificate_status }: Offered, kept: OpcuaAnswer['certificates']): OpcuaTrust {
  const known = kept.find(({ sha256 }) => sha256 === certificate?.sha256)
  return known?.trust ?? (certificate_status === 'Good' ? 'trusted' : 'rejected')
}

/** Symbol of the StatusCode for which trust is not enough, as of one that has ended; null for none. */
export function defectOf({ certificate_status }: Offered): string | null {
  return OF_TRUST.includes(certificate_status) ? null : certificate_status
}
