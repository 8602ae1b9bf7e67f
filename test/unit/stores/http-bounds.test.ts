// @module-tag slow

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { fetchPinned } from '../../../src/commands/client/pinned-fetch.js'
import { postJson } from '../../../src/notify/http.js'
import { Http } from '../../../src/stores/influx/http.js'
import { SOON_MS } from '../../support/soon.js'

/** Proves what a server that a setting names can do to us: answer without end, lead elsewhere, send a bomb. */

const MIB = 2 ** 20
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Answers until the other side hangs up; gives how many bytes went. */
function endlessly(status: number, sent: { bytes: number }) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' })
    const piece = Buffer.alloc(64 * 1024, 'x')
    const more = (): void => {
      while (!response.destroyed) {
        sent.bytes += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
    }
    more()
  }
}

function open(url: string, timeoutMs = SOON_MS): Http {
  return new Http({ url, authorization: 'Token secret', timeoutMs, connectionsMax: 1, isCompressed: false })
}

test.each([
  [200, 64],
  [400, 0.25],
  [500, 0.25],
])('a store that answers %i without end is cut off at %i MiB', async (status, mebibytes) => {
  const sent = { bytes: 0 }
  const http = open(await serve(endlessly(status, sent)))
  const reply = await http.post('/write', 'x')
  http.close()
  expect(reply).toEqual({ failure: `the answer is longer than ${mebibytes * MIB} bytes` })
  expect(sent.bytes).toBeLessThan((mebibytes + 16) * MIB)
})

test('what a store packed without being asked is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(256 * MIB))
  const http = open(
    await serve((request, response) => {
      request.resume()
      response.writeHead(400, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(bomb)
    }),
  )
  const reply = await http.post('/write', 'x')
  http.close()
  expect('body' in reply && reply.body.length).toBeLessThan(MIB)
})

test('a redirect is not followed: no secret and no request reach the other address', async () => {
  let reached = 0
  const other = await serve((_, response) => {
    reached++
    response.end('metadata')
  })
  const url = await serve((request, response) => {
    request.resume()
    response.writeHead(307, { location: `${other}/latest/meta-data` }).end()
  })
  const http = open(url)
  expect(await http.post('/write', 'x')).toMatchObject({ status: 307 })
  http.close()
  const hook = new URL(url)
  hook.username = 'user'
  hook.password = 'secret'
  expect(await postJson(hook, {}, AbortSignal.timeout(SOON_MS))).toMatchObject({ status: 307 })
  const asked = await fetchPinned(url, { headers: { authorization: 'Bearer secret' } }, null)
  expect(asked.status).toBe(307)
  expect(reached).toBe(0)
})

test.each([200, 500])('of a webhook that answers %i without end 8 KiB are read', async (status) => {
  const sent = { bytes: 0 }
  const reply = await postJson(new URL(await serve(endlessly(status, sent))), {}, AbortSignal.timeout(SOON_MS))
  expect('body' in reply && reply.body).toHaveLength(8192)
  expect(sent.bytes).toBeLessThan(16 * MIB)
})
