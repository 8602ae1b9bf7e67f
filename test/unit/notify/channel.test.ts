import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { Channel } from '../../../src/notify/channel.js'
import { ChannelMemoryFile, EMPTY_CHANNEL_MEMORY } from '../../../src/notify/memory.js'
import { notifyOptions } from '../../../src/notify/options.js'
import type { ChannelSender } from '../../../src/notify/sender.js'
import { openWebhook } from '../../../src/notify/webhook.js'
import { alarm, NOW } from './alarms.js'

const ADDRESS = 'https://ops:100%sure%@127.0.0.1:9/x'

function hook() {
  const { channels } = notifyOptions.parse({ channels: [{ id: 'a', type: 'webhook', url: ADDRESS, digest_s: 0 }] })
  const [options] = channels
  if (options?.type !== 'webhook') throw new Error('no webhook')
  return options
}

function channelWith(sender: ChannelSender, maySend?: () => boolean): Channel {
  const found = alarm('a', { severity: 'critical' })
  const channel = new Channel({
    options: hook(),
    publicUrl: null,
    sender,
    clock: { nowMs: () => NOW, sleep: (ms, signal) => systemClock.sleep(ms, signal) },
    random: () => 0,
    // In a folder that cannot be made: what was sent is not noted.
    file: new ChannelMemoryFile(join(tmpdir(), '\0')),
    memory: EMPTY_CHANNEL_MEMORY,
    find: () => found,
    plant: () => ({ name: {}, timezone: 'UTC', lines: [] }),
    maySend,
    log: () => undefined,
  })
  channel.notice(found)
  return channel
}

test.each<[string, ChannelSender]>([
  ['an address whose password cannot be read', openWebhook(hook())],
  [
    'a sender that fails as none should',
    {
      target: '',
      send: () => Promise.reject(new TypeError(`Invalid URL: ${ADDRESS}`)),
    },
  ],
])('%s is refused, tells no secret, and ends nothing', async (_name, sender) => {
  const channel = channelWith(sender)
  const stop = new AbortController()
  const run = channel.run(stop.signal)
  await expect.poll(() => channel.status.state).toBe('failed')
  expect(channel.status).toMatchObject({ pending: 1, recent: [{ ok: false, alarms: 1 }] })
  expect(await channel.test()).toMatchObject({ ok: false })
  stop.abort()
  await run
  expect(JSON.stringify(channel.status)).not.toContain('sure')
})

test('nothing is sent while somebody else may tell the same; what waits goes out as soon as that is over', {
  tags: ['slow'],
}, async () => {
  let [asked, sent, isOurs] = [0, 0, false]
  const send = async () => {
    sent++
    return { kind: 'sent' as const, detail: '' }
  }
  const channel = channelWith({ target: '', send }, () => {
    asked++
    return isOurs
  })
  const stop = new AbortController()
  const run = channel.run(stop.signal)
  await expect.poll(() => asked).toBeGreaterThan(1)
  expect(sent).toBe(0)
  expect(channel.status).toMatchObject({ pending: 1, recent: [] })
  isOurs = true
  await expect.poll(() => sent).toBe(1)
  stop.abort()
  await run
})
