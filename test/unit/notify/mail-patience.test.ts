import { createTransport } from 'nodemailer'
import { expect, test, vi } from 'vitest'
import { sendMail } from '../../../src/notify/mail.js'
import { type MailOptions, notifyOptions } from '../../../src/notify/options.js'

vi.mock('nodemailer', () => ({
  createTransport: vi.fn(() => ({
    sendMail: async () => ({ rejected: [], response: '250 ok' }),
    close: () => undefined,
  })),
}))

test('a server has the ten minutes of RFC 5321 for a mail with files, so that it does not come twice', async () => {
  const channel = { id: 'office', type: 'mail', host: 'localhost', from: 'a@example.com', to: ['b@example.com'] }
  const options = notifyOptions.parse({ channels: [channel] }).channels[0] as MailOptions
  const mail = { to: options.to, subject: 's', text: 't' }
  const { signal } = new AbortController()
  await sendMail(options, mail, signal)
  await sendMail(options, { ...mail, attachments: [{ filename: 'a.pdf', content: Buffer.from('a') }] }, signal)
  const waits = vi
    .mocked(createTransport)
    .mock.calls.map(([given]) => (given as { socketTimeout: number }).socketTimeout)
  expect(waits).toEqual([8_000, 600_000])
})
