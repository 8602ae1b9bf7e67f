import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { EndpointDescription, OPCUAClient, OPCUAClientOptions, UserIdentityInfo } from 'node-opcua-client'
import { readSecret } from '../../access/secret.js'
import type { OpcuaMode, OpcuaPlan, OpcuaPolicy } from '../../base/opcua.js'
import { OpcuaFault, opcuaFaultOf } from './fault.js'
import { inTime } from './in-time.js'
import { loadOpcua, type OpcuaLibrary } from './library.js'
import { OpcuaPki, type PkiPlace } from './pki.js'
import type { OpcuaSession, RawSession } from './session.js'

export const POLICY_URI = 'http://opcfoundation.org/UA/SecurityPolicy#'
const SESSION_MS = 120_000

/** Address and security of a server, and the user there. */
export type OpcuaAddress = Pick<
  OpcuaPlan,
  'id' | 'endpoint' | 'mode' | 'policy' | 'applicationUri' | 'user' | 'trustsAny' | 'timeoutMs'
>

/** Connects to a server and begins a session there. Rejects with an `OpcuaFault`; then nothing is left open. */
export async function openOpcuaSession(
  address: OpcuaAddress,
  place: PkiPlace,
  signal: AbortSignal,
): Promise<OpcuaSession> {
  const library = await loadOpcua()
  const pki = await OpcuaPki.open(library, place, address.applicationUri).catch((error: Error) => {
    throw new OpcuaFault('refused', `the certificate of the gateway cannot be made in ${place.dir}: ${error.message}`)
  })
  const faultOf = (error: unknown): OpcuaFault => opcuaFaultOf(error, pki.ownCertificate)
  let client: OPCUAClient | null = null
  let isSecured = false
  const hangUp = (): void => void client?.disconnect().catch(() => undefined)
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    const user = identityOf(library, address)
    const certificate = await trustedCertificate(library, address, pki)
    isSecured = certificate !== null
    client = library.OPCUAClient.create(optionsOf(library, address, pki, certificate))
    await inTime(client.connect(address.endpoint), address.timeoutMs, 'no connection')
    isSecured = false
    const session = (await inTime(client.createSession(user), address.timeoutMs, 'no session')) as RawSession
    return { library, session, faultOf, close: () => closed(client!, session, pki) }
  } catch (error) {
    await closed(client, null, pki)
    throw signal.aborted
      ? new OpcuaFault('lost', 'the client is stopping')
      : opcuaFaultOf(error, pki.ownCertificate, isSecured)
  } finally {
    signal.removeEventListener('abort', hangUp)
  }
}

function optionsOf(
  library: OpcuaLibrary,
  { id, mode, policy, applicationUri }: OpcuaAddress,
  { manager, ownCertificate }: OpcuaPki,
  serverCertificate: Buffer | null,
): OPCUAClientOptions {
  return {
    applicationName: 'Greengauge',
    applicationUri,
    clientName: `greengauge-${id}`,
    clientCertificateManager: manager,
    certificateFile: ownCertificate,
    securityMode: modeOf(library, mode),
    securityPolicy: policyUriOf(mode, policy),
    ...(serverCertificate === null ? {} : { serverCertificate }),
    // Servers give the names that they have for themselves, which need not lead to them from here.
    endpointMustExist: false,
    requestedSessionTimeout: SESSION_MS,
    // The next try is decided on here.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
  }
}

function modeOf({ MessageSecurityMode }: OpcuaLibrary, mode: OpcuaMode): number {
  if (mode === 'none') return MessageSecurityMode.None
  return mode === 'sign' ? MessageSecurityMode.Sign : MessageSecurityMode.SignAndEncrypt
}

function policyUriOf(mode: OpcuaMode, policy: OpcuaPolicy): string {
  return `${POLICY_URI}${mode === 'none' ? 'None' : policy}`
}

/** The certificate of the server, once it is trusted; null where messages are not secured. */
async function trustedCertificate(library: OpcuaLibrary, address: OpcuaAddress, pki: OpcuaPki): Promise<Buffer | null> {
  const { mode, policy, trustsAny } = address
  if (mode === 'none') return null
  const endpoints = await opcuaEndpoints(library, address, pki)
  const wanted = endpoints.find(
    ({ securityMode, securityPolicyUri }) =>
      securityMode === modeOf(library, mode) && securityPolicyUri === policyUriOf(mode, policy),
  )
  if (wanted === undefined) {
    const offered = [...new Set(endpoints.map((one) => offerOf(library, one)))].join(', ')
    throw new OpcuaFault('refused', `the server has no endpoint with ${mode} ${policy}; it has ${offered}`)
  }
  const certificate = wanted.serverCertificate
  if (!trustsAny) {
    const thumbprint = createHash('sha1').update(new X509Certificate(certificate).raw).digest('hex')
    await pki.check(certificate, thumbprint)
  }
  return certificate
}

/** Endpoints of a server, as it tells everybody. */
export async function opcuaEndpoints(
  library: OpcuaLibrary,
  address: OpcuaAddress,
  pki: OpcuaPki,
): Promise<readonly EndpointDescription[]> {
  const client = library.OPCUAClient.create(optionsOf(library, { ...address, mode: 'none' }, pki, null))
  try {
    await inTime(client.connect(address.endpoint), address.timeoutMs, 'no connection')
    return await inTime(client.getEndpoints(), address.timeoutMs, 'no list of endpoints')
  } finally {
    await inTime(client.disconnect(), address.timeoutMs, 'no end').catch(() => undefined)
  }
}

/** Words of the settings for the security of an endpoint. */
function offerOf(
  { MessageSecurityMode }: OpcuaLibrary,
  { securityMode, securityPolicyUri }: EndpointDescription,
): string {
  if (securityMode === MessageSecurityMode.None) return 'none'
  const mode = securityMode === MessageSecurityMode.Sign ? 'sign' : 'sign_and_encrypt'
  return `${mode} ${(securityPolicyUri ?? '').replace(POLICY_URI, '')}`
}

/** Throws an `OpcuaFault` when a file cannot be read. */
function identityOf({ UserTokenType }: OpcuaLibrary, { id, user }: OpcuaAddress): UserIdentityInfo {
  if (user === null) return { type: UserTokenType.Anonymous }
  try {
    if ('name' in user) {
      const source = { value: user.password ?? undefined, file: user.passwordFile ?? undefined }
      const password = readSecret({ ...source, fileSetting: `password_file of OPC UA server ${id}` })
      return { type: UserTokenType.UserName, userName: user.name, password }
    }
    const certificateData = new X509Certificate(readFileSync(user.certFile)).raw
    return { type: UserTokenType.Certificate, certificateData, privateKey: readFileSync(user.keyFile, 'utf8') }
  } catch (error) {
    throw new OpcuaFault('refused', (error as Error).message)
  }
}

async function closed(client: OPCUAClient | null, session: RawSession | null, pki: OpcuaPki): Promise<void> {
  const quietly = (what: Promise<unknown> | undefined): Promise<unknown> =>
    what === undefined ? Promise.resolve() : inTime(what, 2000, 'no end').catch(() => undefined)
  await quietly(session?.close(true))
  await quietly(client?.disconnect())
  await quietly(pki.close())
}
