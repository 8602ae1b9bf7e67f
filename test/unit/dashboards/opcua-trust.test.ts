import { expect, test } from 'vitest'
import { defectOf, trustOf } from '../../../dashboards/src/opcua/trust.js'

/** Proves that an endpoint is said to be trusted as it is by now, by folder or authority, with what stands against it all the same. */

const certificate = {
  sha256: 'ab'.repeat(32),
  sha1: 'ab'.repeat(20),
  subject: 'CN=Press',
  issuer: 'CN=Works',
  valid_from: '2026-01-01T00:00:00.000Z',
  valid_to: '2027-01-01T00:00:00.000Z',
}
const offered = (certificate_status: string | null) => ({ certificate, certificate_status })

test('a folder says it, else whether its authority is trusted', () => {
  expect(trustOf(offered('BadCertificateUntrusted'), [{ ...certificate, trust: 'trusted' }])).toBe('trusted')
  expect(trustOf(offered('Good'), [{ ...certificate, trust: 'rejected' }])).toBe('rejected')
  expect(trustOf(offered('Good'), [])).toBe('trusted')
  expect(trustOf(offered('BadCertificateUntrusted'), [])).toBe('rejected')
})

test('what trust does not mend is told by its symbol', () => {
  expect(defectOf(offered('BadCertificateTimeInvalid'))).toBe('BadCertificateTimeInvalid')
  expect(['Good', 'BadCertificateUntrusted', null].map((status) => defectOf(offered(status)))).toEqual([
    null,
    null,
    null,
  ])
})
