/** Mail servers that mean harm, or are broken: each costs one try, a bounded time and bounded memory. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openMail } from '../../../src/notify/mail.js'
import type { Notification } from '../../../src/notify/message.js'

const MESSAGE: Notification = {
  ...{ isTest: true, sentAtMs: 0, told: [], older: 0, language: 'en', publicUrl: null },
  plant: () => ({ name: { en: 'p' }, timezone: 'UTC' }) as unknown as ReturnType<Notification['plant']>,
}
const SEND_MS = 3000

/** A server that says `first` when somebody connects, and from then on `again` without an end. */
async function endless(first: string, again: string): Promise<{ port: number; sentBytes(): number }> {
  const sockets = new Set<Socket>()
  const piece = Buffer.from(again.repeat(Math.ceil(65_536 / again.length)))
  let sentBytes = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.resume()
    const go = (): void => {
      if (socket.destroyed) return
      socket.write(piece, () => {
        sentBytes += piece.length
        setImmediate(go)
      })
    }
    if (first === '') go()
    else {
      socket.write(first)
      socket.once('data', go)
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sentBytes: () => sentBytes }
}

test.each([
  ['never ends its greeting', '', '220-welcome\r\n', 'busy'],
  ['never ends a line', '', 'x', 'busy'],
  ['never ends an answer', '220 mail.example.com\r\n', '250-MORE\r\n', 'busy'],
  // It says that it has taken the mail: nobody can know better.
  ['answers what nobody has asked', '220 mail.example.com\r\n', '250 fine\r\n', 'sent'],
  ['asks for a password again and again', '220 mail.example.com\r\n', '334 UGFzc3dvcmQ6\r\n', 'busy'],
])('a server that %s', async (_, first, again, kind) => {
  const { port, sentBytes } = await endless(first, again)
  const { send } = openMail({
    ...{ id: 'mail', type: 'mail', host: '127.0.0.1', port, secure: false, starttls: 'off', from: 'a@example.com' },
    ...{ to: ['b@example.com'], username: 'u', password: 'mail-pass-2718' },
  } as unknown as Parameters<typeof openMail>[0])
  const rssBefore = process.memoryUsage().rss
  const sinceMs = performance.now()
  const outcome = await send(MESSAGE, AbortSignal.timeout(SEND_MS))
  expect(outcome.kind).toBe(kind)
  expect(outcome.detail).not.toContain('mail-pass-2718')
  expect(outcome.detail.length).toBeLessThan(5000)
  expect(performance.now() - sinceMs).toBeLessThan(3 * SEND_MS)
  // It reads no more once it has given up.
  const sent = sentBytes()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sentBytes() - sent).toBeLessThan(4 << 20)
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(200 << 20)
})
