import { once } from 'node:events'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { readCertificate } from '../../../src/access/certificates.js'
import { fetchPinned } from '../../../src/commands/client/pinned-fetch.js'
import { startRebuilding } from '../../../src/views/rebuilding.js'
import { startViews } from '../../../src/views/views.js'
import { inFiles, newAuthority, signedBy } from '../../support/certificates.js'
import { FakeSources } from './fake-sources.js'

const authority = await newAuthority()
const files = inFiles(await signedBy(authority, 'gateway'))
const certificate = readCertificate('http.tls', files)
const place = { host: '127.0.0.1', port: 0, dashboardsDir: import.meta.dirname }
const silent = pino({ level: 'silent' })

async function serve(hstsS = 3600) {
  const views = await startViews({ ...place, certificate, tls: { ...files, hsts_s: hstsS } }, new FakeSources(), silent)
  onTestFinished(() => views.close())
  return { views, url: `https://127.0.0.1:${views.port}` }
}

test('pages and API come by HTTPS, and browsers are told to stay with it', async () => {
  const { url } = await serve()
  const answer = await fetchPinned(`${url}/api/v1/gateway`, {}, files.cert_file)
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=3600')
  expect(await answer.json()).toMatchObject({ version: '1.2.3' })
  const posted = await fetchPinned(`${url}/api/v1/quarantine/7/retry`, { method: 'POST', body: '{}' }, files.cert_file)
  expect(posted.headers.get('content-type')).toContain('json')
  await posted.body?.cancel()
  const quiet = await serve(0)
  const other = await fetchPinned(`${quiet.url}/livez`, {}, files.cert_file)
  expect([other.status, other.headers.get('strict-transport-security')]).toEqual([200, null])
  await other.body?.cancel()
})

test('the live feed comes by wss', async () => {
  const { url } = await serve()
  const socket = new WebSocket(`${url.replace('https://127.0.0.1', 'wss://localhost')}/ws/v1`, 'greengauge.v1', {
    ca: authority.cert,
  })
  onTestFinished(() => socket.terminate())
  const [hello] = await once(socket, 'message')
  expect(JSON.parse(String(hello))).toMatchObject({ type: 'hello' })
})

test('a command talks to the certificate of its settings, and to no other', async () => {
  const { views, url } = await serve()
  const renewed = inFiles(await signedBy(authority, 'gateway of next year'))
  const ask = (file: string) => fetchPinned(`${url}/livez`, { headers: { authorization: 'Bearer x' } }, file)
  await expect(ask(renewed.cert_file)).rejects.toThrow(
    `shows another certificate than http.tls.cert_file ${renewed.cert_file}`,
  )
  views.useCertificate(readCertificate('http.tls', renewed))
  expect((await ask(renewed.cert_file)).status).toBe(200)
  await expect(ask(files.cert_file)).rejects.toThrow('another certificate')
})

test('a gateway that rebuilds its database says so by HTTPS too', async () => {
  const server = await startRebuilding({ ...place, certificate }, () => [])
  onTestFinished(() => server.close())
  expect((await fetchPinned(`https://127.0.0.1:${server.port}/readyz`, {}, files.cert_file)).status).toBe(503)
})
