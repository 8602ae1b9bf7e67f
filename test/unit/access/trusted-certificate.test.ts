import { X509Certificate } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { trustedCertificateOf } from '../../../src/access/trusted-certificate.js'
import { selfSigned } from '../../../src/commands/certificate/self-signed.js'
import { newAuthority, signedBy } from '../../support/certificates.js'

/** Proves which certificate devices are given to trust, for each way in which that of a listener may be signed. */

const [plant, open] = [await newAuthority('Plant'), await newAuthority('Known to everybody')]
vi.mock('node:tls', async (original) => {
  const tls = await original<typeof import('node:tls')>()
  return {
    ...tls,
    get rootCertificates() {
      return [open.cert]
    },
  }
})

const print = (pem: string) => new X509Certificate(pem).fingerprint256
const own = await signedBy(plant, 'gateway')

test('one that is signed by its own key is itself what is trusted', async () => {
  const { cert } = await selfSigned(['gateway.example'], Date.UTC(2026, 10, 29), 365)
  const { by, pem } = trustedCertificateOf({ cert, clientCa: null })
  expect([by, print(pem!)]).toEqual(['file', print(cert)])
})

test.each([
  ['stands behind it in its file', { cert: `${own.cert}\n${plant.cert}`, clientCa: null }],
  ['is that of the clients too', { cert: own.cert, clientCa: `${open.cert}\n${plant.cert}` }],
])('the authority is given where it %s', (_name, given) => {
  const { by, pem, issuer, facts } = trustedCertificateOf(given)
  expect([by, issuer, print(pem!)]).toEqual(['file', 'CN=Plant', print(plant.cert)])
  expect(facts?.validToMs).toBe(Date.parse(new X509Certificate(plant.cert).validTo))
})

test('an authority that is nowhere is said by its name', () => {
  const found = trustedCertificateOf({ cert: own.cert, clientCa: open.cert })
  expect(found).toEqual({ by: 'unknown', issuer: 'CN=Plant', pem: null, facts: null })
})

test('for one of a public authority devices need nothing', async () => {
  const { cert } = await signedBy(open, 'gateway')
  expect(trustedCertificateOf({ cert, clientCa: null })).toMatchObject({ by: 'public', pem: null })
})

test('a file that other programs take ends nobody', () => {
  const trusted = own.cert.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')
  expect(trustedCertificateOf({ cert: trusted, clientCa: plant.cert })).toMatchObject({
    by: 'file',
    issuer: 'CN=Plant',
  })
  const broken = `${plant.cert}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`
  expect(trustedCertificateOf({ cert: own.cert, clientCa: broken })).toMatchObject({ by: 'file' })
  expect(trustedCertificateOf({ cert: 'none', clientCa: null })).toMatchObject({ by: 'unknown' })
})
