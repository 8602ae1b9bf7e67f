import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { readCertificate } from '../../../src/access/certificates.js'
import type { RefusedClientsAnswer } from '../../../src/base/wire/refused-clients.js'
import { fetchPinned } from '../../../src/commands/client/pinned-fetch.js'
import { startRebuilding } from '../../../src/views/rebuilding.js'
import { startViews } from '../../../src/views/views.js'
import { inFiles, newAuthority, signedBy } from '../../support/certificates.js'
import { SOON } from '../../support/soon.js'
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

test('whose handshake fails is told with address, reason and remedy, until one is over; a look at the port is nobody’s fault', async () => {
  const { views, url } = await serve()
  const { port } = views
  const listed = async () => {
    const answer = await fetchPinned(`${url}/api/v1/devices/refused`, {}, files.cert_file)
    const { clients } = (await answer.json()) as RefusedClientsAnswer
    return new Map(clients.map(({ address, ...one }) => [address, one]))
  }
  const from = (localAddress: string) => ({ host: '127.0.0.1', port, localAddress })
  const secure = (localAddress: string, ca: string) => {
    const socket = connectTls({ ...from(localAddress), ca, servername: 'localhost' })
    onTestFinished(() => void socket.destroy())
    return socket
  }
  const looker = connectTcp(from('127.0.0.4'))
  await once(looker, 'connect')
  looker.destroy()
  await once(secure('127.0.0.2', (await newAuthority('another')).cert), 'error')
  const plain = connectTcp(from('127.0.0.3'))
  onTestFinished(() => void plain.destroy())
  plain.on('error', () => {})
  plain.write('GET / HTTP/1.1\r\nHost: gauge\r\n\r\n')
  await expect.poll(async () => (await listed()).size, SOON).toBe(2)
  const found = await listed()
  expect(found.get('127.0.0.2')).toMatchObject({
    client: '',
    reason: 'https',
    count: 1,
    detail: expect.stringContaining('does not trust the certificate of the pages'),
  })
  expect(found.get('127.0.0.3')?.detail).toContain('take https:// in it')
  await once(secure('127.0.0.2', authority.cert), 'secureConnect')
  await expect.poll(async () => [...(await listed()).keys()], SOON).toEqual(['127.0.0.3'])
})
