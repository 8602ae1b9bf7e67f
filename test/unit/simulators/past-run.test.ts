// @module-tag slow

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeProgress } from '../../../simulators/past/progress.js'
import { type SimulateOptions, simulate } from '../../../simulators/simulate.js'
import { systemClock } from '../../../src/base/clock.js'
import { DAY_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'

/** Proves that a past which cannot go on says why, and that one which is stopped is gone on with by the next start. */

let broker: Aedes
let server: ReturnType<typeof createServer>
let dir: string
let messages: string[]

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'past-run-'))
  messages = []
  broker = await Aedes.createBroker()
  broker.authorizePublish = (_client, { topic, payload }, done) => {
    if (!topic.endsWith('/status')) messages.push(`${topic} ${payload}`)
    done(null)
  }
  server = createServer((socket) => void broker.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  await new Promise<void>((resolve) => broker.close(resolve))
  await new Promise<void>((resolve) => server.close(() => resolve()))
  rmSync(dir, { recursive: true })
})

const options = (progress: string): SimulateOptions => ({
  url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
  ...{ plants: 1, devices: 1, rate: 0.2, seed: 1, speed: Infinity, backfill: 0, wait: 180, faults: new Set() },
  ...{ past: 40, pastProgress: progress },
})
const never = new AbortController().signal

it('ends with a sentence when it cannot note how far it is', async () => {
  const file = join(dir, 'past.json')
  mkdirSync(`${file}.part`)
  await expect(simulate(options(file), never)).rejects.toMatchObject({
    message: expect.stringContaining('--past-progress cannot be written'),
    code: 74,
  })
})

it('sends from where it was stopped on, and all of it in the end', async () => {
  const file = join(dir, 'past.json')
  const stop = new AbortController()
  const authorize = broker.authorizePublish
  broker.authorizePublish = (client, packet, done) => {
    if (messages.length === 40) stop.abort()
    authorize(client, packet, done)
  }
  await simulate(options(file), stop.signal)
  const { from, started, sent_to } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  expect(Date.parse(sent_to!)).toBeGreaterThan(Date.parse(from!))
  expect(Date.parse(sent_to!)).toBeLessThan(Date.parse(started!))
  const before = new Set(messages)
  messages.length = 0
  await simulate(options(file), never)
  const again = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  expect(again).toMatchObject({ from, started })
  expect(Date.parse(again.sent_to!)).toBeGreaterThanOrEqual(Date.parse(started!) - QUARTER_HOUR_MS)
  const firstOf = (of: Iterable<string>) =>
    [...of].flatMap((one) => one.match(/kunshan-1\/.*"ts":\s*"?([^",}]+)/)?.[1] ?? []).sort()[0]
  expect(firstOf(messages)! > firstOf(before)!).toBe(true)
})

it('says so when the clock stands before its beginning', async () => {
  const file = join(dir, 'past.json')
  const fromMs = systemClock.nowMs() + 400 * DAY_MS
  writeProgress(file, { fromMs, startMs: fromMs + 40 * DAY_MS, sentToMs: fromMs + DAY_MS })
  await expect(simulate(options(file), never)).rejects.toThrow('set the clock right, or delete the file')
  expect(messages).toEqual([])
})
