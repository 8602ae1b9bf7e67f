import { expect, test } from 'vitest'
import { OpcuaFault, opcuaFaultOf } from '../../../../src/intake/opcua/fault.js'

/** Proves that what the library says becomes a sentence that says what to do. */

const CERTIFICATE = '/data/opcua/pki/own/certs/urn_greengauge.pem'

test.each([
  ['connect ECONNREFUSED 10.0.0.7:4840', 'unreachable', /^no connection: ECONNREFUSED$/],
  ['getaddrinfo ENOTFOUND plc', 'unreachable', /ENOTFOUND/],
  [
    'serviceResult = BadIdentityTokenRejected (0x80210000)',
    'refused',
    /refuses the user \(BadIdentityTokenRejected\).*password_file/,
  ],
  ['BadUserAccessDenied', 'refused', /refuses the user/],
  ['BadSecurityChecksFailed (0x80130000)', 'refused', /let the server trust \/data\/opcua\/pki\/own/],
  ['BadCertificateUntrusted', 'refused', /refuses the certificate of the gateway/],
  ['BadTooManySessions\n  (0x80560000)', 'refused', /^BadTooManySessions \(0x80560000\)$/],
  ['something else', 'unreachable', /^something else$/],
])('%s', (message, result, sentence) => {
  const fault = opcuaFaultOf(new Error(message), CERTIFICATE)
  expect(fault.result).toBe(result)
  expect(fault.message).toMatch(sentence)
})

test('a fault of ours stays as it is', () => {
  const fault = new OpcuaFault('untrusted', 'BadSecurityChecksFailed')
  expect(opcuaFaultOf(fault, CERTIFICATE)).toBe(fault)
})

test('a connection that is closed without a word is our certificate, where it was secured and the server answers', () => {
  const closed = new Error(
    'The connection may have been rejected by server, Err = (socket has been disconnected by third party)',
  )
  expect(opcuaFaultOf(closed, CERTIFICATE, true)).toMatchObject({
    result: 'refused',
    message: expect.stringMatching(
      /refuses the certificate of the gateway.*let the server trust \/data\/opcua\/pki\/own/,
    ),
  })
  expect(opcuaFaultOf(closed, CERTIFICATE).result).toBe('unreachable')
})
