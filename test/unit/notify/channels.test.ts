import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { systemClock } from '../../../src/base/clock.js'
import { Channels, type ChannelsDeps } from '../../../src/notify/channels.js'
import { type NotifyOptions, notifyOptions } from '../../../src/notify/options.js'
import { RobotServer } from '../../support/robot-server.js'
import { alarm, NOW } from './alarms.js'

/** Proves that channels are set otherwise while they run, without a word lost. */

const TOKEN = 'a-token-of-the-hook'
let robots: RobotServer
let dir: string
let listener: (alarm: AlarmItem) => void
const known: AlarmItem[] = []
let nowMs = NOW
let stop: AbortController
let ended: Promise<void>

beforeAll(async () => {
  robots = await RobotServer.start({ secret: 'SEC', token: TOKEN })
})
afterAll(() => robots.close())
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'channels-'))
  stop = new AbortController()
  known.length = 0
  nowMs = NOW
  robots.taken.length = 0
  robots.answerAfterMs = 0
})
afterEach(async () => {
  stop.abort()
  await ended
  rmSync(dir, { recursive: true, force: true })
})

interface HookWish {
  readonly id?: string
  readonly port?: number
  readonly of?: Record<string, unknown>
}

const hook = ({ id = 'lead', port = robots.port, of = {} }: HookWish = {}) => ({
  ...{ id, type: 'webhook', url: `http://127.0.0.1:${port}/hook`, token: TOKEN, digest_s: 0 },
  ...of,
})
/** Nobody listens there: port 9 is for a protocol that discards. */
const AWAY = { port: 9 }
const withChannels = (...channels: readonly object[]): NotifyOptions => notifyOptions.parse({ channels })

async function opened(options: NotifyOptions, folder = dir): Promise<Channels> {
  const alarms: ChannelsDeps['alarms'] = {
    find: (_plant, id) => known.find((one) => one.id === id) ?? null,
    list: () => known,
    listen: (listen) => {
      listener = listen
      return () => undefined
    },
  }
  const channels = await Channels.open(options, {
    clock,
    random: () => 0,
    dir: folder,
    alarms,
    plants: () => [],
    log: () => undefined,
  })
  ended = channels.run(stop.signal)
  return channels
}

function raise(one: AlarmItem): void {
  known.unshift(one)
  listener(one)
}

/** Each pause of a channel is short, and takes it past the pace of messages. */
const clock: ChannelsDeps['clock'] = {
  nowMs: () => nowMs,
  sleep: (_ms, signal) => {
    nowMs += 5_000
    return systemClock.sleep(20, signal)
  },
}

const told = () =>
  robots.at('/hook').flatMap(({ body }) => body.alarms.map((one: { alarm: AlarmItem }) => one.alarm.id))

test.each([
  ['where its file can be written', () => dir],
  ['where the disk takes nothing', () => join(dir, '\0')],
])('what waits in a channel that fails goes out by the one that takes its place, %s', async (_name, folder) => {
  const channels = await opened(withChannels(hook(AWAY)), folder())
  raise(alarm('a'))
  await expect.poll(() => channels.status[0]?.state).toBe('retrying')
  channels.configure(withChannels(hook()))
  await expect.poll(told).toEqual(['a'])
  await expect
    .poll(() => channels.status[0])
    .toMatchObject({ state: 'ok', pending: 0, target: `http://127.0.0.1:${robots.port}/…` })
  expect(channels.figures[0]?.messages.busy).toBeGreaterThan(0)
})

test('a new channel is tested at once, and hears of what was raised before it was there', async () => {
  const channels = await opened(withChannels())
  raise(alarm('a'))
  channels.configure(withChannels(hook()))
  expect(await channels.test('lead')).toMatchObject({ ok: true })
  await expect.poll(told).toEqual(['a'])
  expect(robots.at('/hook').map(({ body }) => body.test)).toContain(true)
})

test('one that is taken out is told nothing more, and one that comes back has not forgotten what it told', async () => {
  const channels = await opened(withChannels(hook(), hook({ id: 'other' })))
  raise(alarm('a'))
  await expect.poll(told).toEqual(['a', 'a'])
  channels.configure(withChannels(hook({ id: 'other' })))
  expect(await channels.test('lead')).toBeNull()
  raise(alarm('b'))
  await expect.poll(told).toEqual(['a', 'a', 'b'])
  channels.configure(withChannels(hook(), hook({ id: 'other' })))
  await expect.poll(told).toEqual(['a', 'a', 'b', 'b'])
  expect(channels.status.map(({ id }) => id)).toEqual(['lead', 'other'])
})

test('a channel whose settings stay goes on as it is while others change', async () => {
  const channels = await opened(withChannels(hook(), hook({ id: 'other', ...AWAY })))
  raise(alarm('a'))
  await expect.poll(told).toEqual(['a'])
  channels.configure(withChannels(hook(), hook({ id: 'other' })))
  await expect.poll(told).toEqual(['a', 'a'])
  channels.configure(withChannels(hook()))
  await expect.poll(() => channels.status.map(({ id, recent }) => [id, recent.length])).toEqual([['lead', 1]])
})

test('a message under way when its channel is set otherwise comes once', async () => {
  const channels = await opened(withChannels(hook()))
  robots.answerAfterMs = 300
  raise(alarm('a'))
  await expect.poll(told).toEqual(['a'])
  channels.configure(withChannels(hook({ of: { min_severity: 'minor' } })))
  raise(alarm('b'))
  await expect.poll(told).toContain('b')
  expect(told()).toEqual(['a', 'b'])
})

test('alarms that a channel is no longer for are not told by it', async () => {
  const channels = await opened(withChannels(hook(AWAY)))
  raise(alarm('minor', { severity: 'minor' }))
  raise(alarm('elsewhere', { plant: 'dresden-1' }))
  raise(alarm('major'))
  await expect.poll(() => channels.status[0]?.pending).toBe(3)
  channels.configure(withChannels(hook({ of: { min_severity: 'major', plants: ['suzhou-1'] } })))
  await expect.poll(() => channels.status[0]?.pending).toBe(0)
  expect(told()).toEqual(['major'])
})
