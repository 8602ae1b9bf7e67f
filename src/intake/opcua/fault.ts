import type { OpcuaConnect } from './server-stats.js'

/** The reason why a server is not connected, or is no longer. */
export class OpcuaFault extends Error {
  /** @param sentence what is wrong and what to do, for whoever runs the gateway */
  constructor(
    readonly result: Exclude<OpcuaConnect, 'ok'>,
    sentence: string,
  ) {
    super(sentence)
  }
}

/** Codes by which a server says that it does not take the certificate of the gateway. Source: OPC 10000-4 table 177. */
const OUR_CERTIFICATE =
  /BadSecurityChecksFailed|BadCertificate\w+|BadApplicationSignatureInvalid|BadSecurityPolicyRejected|BadSecureChannelClosed/
const OUR_USER = /BadUserAccessDenied|BadIdentityToken\w+|BadUserSignatureInvalid/
const CODE = /\b(?:Bad|Uncertain)[A-Z]\w*/
const SYSTEM = /\b(?:ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)\b/
const WORDS_MAX = 200

/** A server has closed the connection in the place of an answer. */
const HUNG_UP = /rejected by server|disconnected by third party/

/**
 * Error of the library in words of ours. `ownCertificate` is the file that a server may have to trust; `isSecured`: it came while a
 * secured connection was begun with a server that answers.
 */
export function opcuaFaultOf(error: unknown, ownCertificate: string, isSecured = false): OpcuaFault {
  if (error instanceof OpcuaFault) return error
  const { message } = error as Error
  if (isSecured && HUNG_UP.test(message)) {
    const remedy = `let the server trust ${ownCertificate}, and look whether its clock is right`
    return new OpcuaFault(
      'refused',
      `the server refuses the certificate of the gateway, for it closes the connection: ${remedy}`,
    )
  }
  const code = CODE.exec(message)?.[0]
  if (OUR_USER.test(message)) {
    const remedy = 'check username and password_file, or user_cert_file, and what this user may do there'
    return new OpcuaFault('refused', `the server refuses the user (${code}): ${remedy}`)
  }
  if (OUR_CERTIFICATE.test(message)) {
    const remedy = `let the server trust ${ownCertificate}, and look whether its clock is right`
    return new OpcuaFault('refused', `the server refuses the certificate of the gateway (${code}): ${remedy}`)
  }
  const system = SYSTEM.exec(message)?.[0]
  if (system !== undefined) return new OpcuaFault('unreachable', `no connection: ${system}`)
  const words = message.replace(/\s+/g, ' ').trim()
  const said = words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words
  return new OpcuaFault(code === undefined ? 'unreachable' : 'refused', said)
}
