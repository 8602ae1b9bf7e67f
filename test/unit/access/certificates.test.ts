import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { describe, expect, test } from 'vitest'
import {
  certificateSubject,
  factsOf,
  isCertificateValid,
  readCertificate,
  troubleOf,
} from '../../../src/access/certificates.js'
import { selfSigned } from '../../../src/commands/certificate/self-signed.js'
import { inFiles, newAuthority, signedBy } from '../../support/certificates.js'

const DAY_MS = 86_400_000
const authority = await newAuthority()
const pair = await signedBy(authority, 'gateway')

/** Made by openssl 3.5: req -x509 -utf8 -subj '/C=CN/O=Acme, Press \+ Weld\\#1/OU=线 3+UID=7/CN=press-7' */
const ODD_SUBJECT = `-----BEGIN CERTIFICATE-----
MIICFjCCAbugAwIBAgIUey/wlL73izm1NKG/X26dbSk8zmowCgYIKoZIzj0EAwIw
YDELMAkGA1UEBhMCQ04xHjAcBgNVBAoMFUFjbWUsIFByZXNzICsgV2VsZFwjMTEf
MAwGA1UECwwF57q/IDMwDwYKCZImiZPyLGQBAQwBNzEQMA4GA1UEAwwHcHJlc3Mt
NzAeFw0yNjExMjYwOTMxMjVaFw0yNjExMjcwOTMxMjVaMGAxCzAJBgNVBAYTAkNO
MR4wHAYDVQQKDBVBY21lLCBQcmVzcyArIFdlbGRcIzExHzAMBgNVBAsMBee6vyAz
MA8GCgmSJomT8ixkAQEMATcxEDAOBgNVBAMMB3ByZXNzLTcwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAR2UuGwxicC/+WmjOFumNgPXkqJZqsegjoJsjRdJG6uzNzE
BU27OlhHR9JrOw0BE+sH8gHxCVaTyN5/Txk5+mHJo1MwUTAdBgNVHQ4EFgQUOM6A
oQ18OXd5pykuYhIBXHpuLLgwHwYDVR0jBBgwFoAUOM6AoQ18OXd5pykuYhIBXHpu
LLgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA3ABPZ7QoZlav
rHRpj3LmXxTy5n1Gw9+5MofXMgOEsrgCIQDc45NRpOYt9uFdbeBzI0ekuYtzfMm3
iOFEiwdiPddcMg==
-----END CERTIFICATE-----
`

test('a subject is written as openssl prints it with -nameopt RFC2253,-esc_msb,utf8', () => {
  expect(certificateSubject(new X509Certificate(ODD_SUBJECT))).toBe(
    'CN=press-7,UID=7+OU=线 3,O=Acme\\, Press \\+ Weld\\\\#1,C=CN',
  )
})

test('a certificate that cannot be used is refused with setting, path and remedy', async () => {
  const files = inFiles(pair)
  const other = inFiles(await signedBy(authority, 'another'))
  const broken = (text: string): string => {
    const path = join(files.cert_file, '..', 'broken.pem')
    writeFileSync(path, text)
    return path
  }
  const read = (more: object) => () => readCertificate('mqtt.tls', { ...files, ...more })
  expect(read({})).not.toThrow()
  expect(read({ cert_file: '/nowhere.pem' })).toThrow('mqtt.tls.cert_file /nowhere.pem cannot be read (ENOENT); check')
  expect(read({ cert_file: broken('hello') })).toThrow(/cert_file .*broken\.pem holds no certificate in PEM/)
  expect(read({ key_file: broken('hello') })).toThrow(/key_file .* holds no private key in PEM/)
  expect(read({ key_file: other.key_file })).toThrow(/key_file .* is not the key of the certificate in /)
  expect(read({ client_ca_file: broken('hello') })).toThrow(/client_ca_file .* holds no certificate in PEM/)
  const locked = await generate([{ name: 'commonName', value: 'x' }], { keyType: 'ec', passphrase: 'secret' })
  expect(read({ key_file: broken(locked.private) })).toThrow(/key_file .* has a passphrase/)
  const weak = inFiles(
    await generate([], { keySize: 1024, algorithm: 'sha256' }).then((m) => ({ ...m, key: m.private })),
  )
  expect(read(weak)).toThrow(/key_file .* has 1024 bits, and RSA takes 2048 or more/)
})

describe('the end of a certificate', () => {
  const facts = { subject: '', names: [], fingerprint: '', validFromMs: 0, validToMs: 100 * DAY_MS }
  test.each([
    [-1, false, /begins on 1970-01-01.*check the clock/],
    [0, true, /^$/],
    [70 * DAY_MS - 1, true, /^$/],
    [70 * DAY_MS, true, /ends on 1970-04-11, in 30 days/],
    [99 * DAY_MS, true, /in 1 day;/],
    [100 * DAY_MS - 1, true, /in 0 days/],
    [100 * DAY_MS, false, /has ended on 1970-04-11/],
  ])('seen at %d ms', (nowMs, valid, said) => {
    expect(isCertificateValid(facts, nowMs)).toBe(valid)
    expect(troubleOf(facts, nowMs)).toMatch(said)
  })
})

test('one that is signed by its own key is for the names that were asked for, and is no authority', async () => {
  const { cert, key, facts } = await selfSigned(['gw.plant.example', '10.0.0.7', '::1'], Date.UTC(2026, 10, 26), 365)
  expect(facts).toMatchObject({ subject: 'CN=gw.plant.example', validToMs: Date.UTC(2027, 10, 26) })
  const made = new X509Certificate(cert)
  expect(made.checkHost('gw.plant.example')).toBe('gw.plant.example')
  expect(made.checkIP('10.0.0.7')).toBe('10.0.0.7')
  expect([made.ca, made.verify(made.publicKey), made.checkHost('other.example')]).toEqual([false, true, undefined])
  const read = readCertificate('http.tls', inFiles({ cert, key }))
  expect(factsOf(made)).toMatchObject({ fingerprint: read.fingerprint })
})
