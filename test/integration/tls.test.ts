import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import type { gatewayAnswer } from '../../src/base/wire/gateway.js'
import type { GatewayStatus, HealthCheck } from '../../src/base/wire.js'
import { addAuthorityCommand } from '../../src/commands/authority.js'
import { fetchPinned } from '../../src/commands/client/pinned-fetch.js'
import { addDoctorCommand } from '../../src/commands/doctor/doctor.js'
import { inFiles, newAuthority, type Pair, signedBy } from '../support/certificates.js'
import { runCommand } from '../support/command.js'
import { freePort, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const sslscan = findServer('sslscan')
const authority = await newAuthority()
const files = inFiles(await signedBy(authority, 'gateway'), authority.cert)
const { cert_file, key_file } = files

let gateway: TestGateway
let ports: { readonly tls: number; readonly wss: number; readonly https: number }

beforeAll(async () => {
  const [tls, wss, https] = [await freePort(), await freePort(), await freePort()]
  ports = { tls, wss, https }
  const config = {
    mqtt: { port: null, tls: { port: tls, ws_port: wss, ...files } },
    http: { port: https, tls: { cert_file, key_file } },
  }
  gateway = await startGateway({ config })
})

afterAll(async () => {
  expect(await gateway.stop()).toBe(0)
  removeData(gateway)
})

const client = (more: object = {}) =>
  mqtt.connectAsync(`mqtts://localhost:${ports.tls}`, { ca: authority.cert, reconnectPeriod: 0, ...more })

async function json<T>(path: string): Promise<T> {
  return (await fetchPinned(gateway.httpUrl + path, {}, cert_file)).json() as Promise<T>
}

test('what devices have to trust is given with its end, and lets a client in', async () => {
  const { mqtt_certificate: shown } = await json<z.infer<typeof gatewayAnswer>>('/api/v1/gateway')
  expect(shown).toMatchObject({ trusted_by: 'file', issuer: 'CN=Test authority', ca: { subject: 'CN=Test authority' } })
  const answer = await fetchPinned(`${gateway.httpUrl}/api/v1/gateway/ca.pem`, {}, cert_file)
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ca.pem"')
  const ca = await answer.text()
  expect(new X509Certificate(ca).fingerprint256).toBe(shown?.ca?.sha256)
  await (await client({ ca })).endAsync()
})

/** As a renewal does: each file is replaced whole. */
function replace(pair: Pair): void {
  for (const [path, text] of [
    [cert_file, pair.cert],
    [key_file, pair.key],
  ] as const) {
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
}

/** The common name of what a port shows. */
function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, servername: 'localhost' }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

test('messages, pages and commands go over TLS, and nothing goes in the clear', async () => {
  const device = await client(await signedBy(authority, 'press-7'))
  await device.publishAsync('plants/a/l/d/energy', '{"metrics":{"elec_import_kw":1}}', { qos: 1 })
  await device.endAsync()
  const { mqtt: broker, checks } = await json<GatewayStatus>('/api/v1/gateway/status')
  expect(broker).toMatchObject({ port: null, tls_port: ports.tls })
  expect(checks).toEqual(
    expect.arrayContaining([
      { name: 'certificate mqtt', ok: true, reason: '' },
      { name: 'certificate http', ok: true, reason: '' },
    ]),
  )
  const config = ['--config', join(gateway.dir, 'greengauge.yaml')]
  const authorities = await runCommand(addAuthorityCommand, ['authority', 'status', '--json', ...config])
  expect(authorities).toMatchObject({ code: 0, stderr: '' })
  const examine = () => runCommand(addDoctorCommand, ['doctor', '--json', ...config])
  let doctor = await examine()
  // While a reading is on its way to the figures the gateway is not ready.
  await until(async () => {
    if (doctor.code !== 0) doctor = await examine()
    return doctor.code === 0
  })
  const { ok, checks: found } = JSON.parse(doctor.stdout) as { ok: boolean; checks: { found: string }[] }
  expect([ok, doctor.code]).toEqual([true, 0])
  const lines = found.map((one) => one.found).join('\n')
  expect(lines).toMatch(/one runs on .*, and is ready/)
  expect(lines).toContain(`mqtt.tls.port 127.0.0.1:${ports.tls} is held, by the gateway that runs`)
})

test.skipIf(sslscan === null)('sslscan finds nothing below TLS 1.2 and no weak cipher on any listener', () => {
  for (const port of Object.values(ports)) {
    // Without an answer in time it takes a cipher for one that is not there.
    const args = ['--timeout=60', '--no-colour', '--show-sigs', '--xml=-', '--sni-name=localhost', `127.0.0.1:${port}`]
    const report = execFileSync(sslscan!, args, { encoding: 'utf8', timeout: SOON_MS })
    const enabled = [...report.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)]
    expect(enabled.map(([, type, version]) => `${type} ${version}`)).toEqual(['tls 1.2', 'tls 1.3'])
    const ciphers = [...report.matchAll(/<cipher status="\w+" sslversion="[^"]+" bits="(\d+)" cipher="([^"]+)"[^>]*>/g)]
    expect(ciphers.length).toBeGreaterThanOrEqual(6)
    for (const [line, bits, cipher] of ciphers) {
      expect(Number(bits)).toBeGreaterThanOrEqual(128)
      expect(cipher).toMatch(/^(TLS_|ECDHE-ECDSA-).*(GCM|CHACHA20)/)
      expect(line).toMatch(/strength="(strong|acceptable)"/)
    }
    const groups = [...report.matchAll(/<group [^>]*bits="(\d+)" name="([^"]+)"/g)].map(([, , name]) => name)
    expect([...new Set(groups)].sort()).toEqual(['secp256r1 (NIST P-256)', 'secp384r1 (NIST P-384)', 'x25519'])
    expect(report).toMatch(/<compression supported="0"/)
    expect(report).toMatch(/<renegotiation supported="0"/)
    expect(report).not.toMatch(/<heartbleed [^>]*vulnerable="1"/)
  }
})

test('another certificate in the same files is shown to those who come; a bad one is refused in words', async () => {
  const staying = await client()
  const [oldCert, oldKey] = [`${cert_file}.old`, `${key_file}.old`]
  copyFileSync(cert_file, oldCert)
  copyFileSync(key_file, oldKey)
  replace({ ...(await signedBy(authority, 'of another key')), key: (await signedBy(authority, 'x')).key })
  await until(() => gateway.log().includes('The new certificate of http is not used, the one that runs stays'))
  await expect
    .poll(() => gateway.log())
    .toContain(`http.tls.key_file ${key_file} is not the key of the certificate in ${cert_file}`)
  expect(await shownAt(ports.tls)).toBe('gateway')

  replace(await signedBy(authority, 'ended', { fromMs: 0, toMs: 86_400_000 }))
  await until(() => /certificate of mqtt is not used.*it has ended on 1970-01-02/.test(gateway.log()))
  expect(await shownAt(ports.https)).toBe('gateway')

  replace(await signedBy(authority, 'ends soon', { toMs: Date.parse(new Date().toISOString()) + 5 * 86_400_000 }))
  await until(async () => (await shownAt(ports.https)) === 'ends soon')
  // The thread of the broker hears of it by a way of its own.
  for (const port of [ports.tls, ports.wss]) await expect.poll(() => shownAt(port)).toBe('ends soon')
  const { checks } = await json<{ checks: readonly HealthCheck[] }>('/readyz?verbose')
  const soon = { ok: true, reason: expect.stringMatching(/ends on .*, in 4 days; put a new one in its place/) }
  expect(checks).toEqual(expect.arrayContaining([{ name: 'certificate mqtt', ...soon }]))
  await expect.poll(() => gateway.log()).toMatch(/"level":"warn".*certificate http: it ends on/)
  expect(staying.connected).toBe(true)
  await staying.publishAsync('plants/a/l/d/energy', '{"metrics":{"elec_import_kw":2}}', { qos: 1 })
  await staying.endAsync()
})
