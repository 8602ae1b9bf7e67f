import { OPCUA_USER_KINDS, type OpcuaMode, type OpcuaUserKind } from '../../base/opcua.js'
import { opcuaFaultOf } from './fault.js'
import { loadOpcua } from './library.js'
import { opcuaEndpoints, POLICY_URI } from './open-session.js'
import { OpcuaPki, type PkiPlace } from './pki.js'

/** Endpoint of a server, in the words of the settings. */
export interface OfferedEndpoint {
  readonly mode: OpcuaMode
  /** The end of its URI, such as `Basic256Sha256`, or `None`. */
  readonly policy: string
  readonly users: readonly OpcuaUserKind[]
  /** Certificate of the server, DER; null where it has none. */
  readonly certificate: Buffer | null
  /** `Good` where the certificate is trusted, else the reason by its symbol; null without a certificate. */
  readonly certificateStatus: string | null
}

interface AskedServer {
  readonly endpoint: string
  readonly applicationUri: string
  readonly timeoutMs: number
}

/** Asks a server for its endpoints, as it tells everybody. Rejects with an `OpcuaFault`. */
export async function offeredEndpoints(asked: AskedServer, place: PkiPlace): Promise<readonly OfferedEndpoint[]> {
  const library = await loadOpcua()
  const pki = await OpcuaPki.open(library, place, asked.applicationUri)
  const open = { id: 'look', mode: 'none', policy: 'Basic256Sha256', user: null, trustsAny: true } as const
  try {
    const found = await opcuaEndpoints(library, { ...asked, ...open }, pki)
    const endpoints: OfferedEndpoint[] = []
    for (const { securityMode, securityPolicyUri, userIdentityTokens, serverCertificate } of found) {
      const certificate = (serverCertificate ?? null)?.length ? serverCertificate : null
      const kinds = (userIdentityTokens ?? []).flatMap(({ tokenType }) => OPCUA_USER_KINDS[Number(tokenType)] ?? [])
      endpoints.push({
        mode: modeNameOf(library.MessageSecurityMode, securityMode),
        policy: (securityPolicyUri ?? '').replace(POLICY_URI, ''),
        users: [...new Set(kinds)],
        certificate,
        certificateStatus: certificate === null ? null : await pki.statusOf(certificate),
      })
    }
    return endpoints
  } catch (error) {
    throw opcuaFaultOf(error, pki.ownCertificate)
  } finally {
    await pki.close()
  }
}

function modeNameOf(modes: { readonly None: number; readonly Sign: number }, mode: number): OpcuaMode {
  if (mode === modes.None) return 'none'
  return mode === modes.Sign ? 'sign' : 'sign_and_encrypt'
}
