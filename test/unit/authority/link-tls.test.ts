import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AuthorityConnection } from '../../../src/authority/connection.js'
import { systemClock } from '../../../src/base/clock.js'
import { newAuthority, type Pair, signedBy } from '../../support/certificates.js'
import { SOON } from '../../support/soon.js'

const authority = await newAuthority()

/** A server with the certificate; `names` are what clients asked for. */
async function serve(pair: Pair) {
  const names: (string | false | null)[] = []
  const server = createServer(pair, (socket) => {
    // Node's types do not know it.
    names.push((socket as unknown as { servername: string | false }).servername)
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, names }
}

async function connect(host: string, port: number, ca: string): Promise<string> {
  const connection = new AuthorityConnection(systemClock, () => {})
  onTestFinished(() => connection.close('over'))
  return connection.connect({ host, port, tls: { ca } }, new AbortController().signal)
}

test('an authority is reached by TLS under a name and under an address, which no server name is made of', async () => {
  const { port, names } = await serve(await signedBy(authority, 'platform'))
  expect(await connect('127.0.0.1', port, authority.cert)).toBe('')
  expect(await connect('localhost', port, authority.cert)).toBe('')
  await vi.waitFor(() => expect(names).toEqual([false, 'localhost']), SOON)
})

test('an authority with the certificate of somebody else gets nothing', async () => {
  const { port } = await serve(await signedBy(await newAuthority('another'), 'platform'))
  expect(await connect('127.0.0.1', port, authority.cert)).toMatch(/UNABLE_TO|SELF_SIGNED|CERT/)
})
