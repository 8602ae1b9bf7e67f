// @module-tag deep
/** Proves that a journal on a stream loses nothing when its server or its machine goes. */
import { expect, test } from 'vitest'
import type { AppendAttempt } from '../../src/journal/log.js'
import { journalStream } from '../../src/nats/names.js'
import { until } from '../support/gateway.js'
import { filesOf, LIMITS, newDir, ownStream, readAll, type StreamOwner } from '../support/journal-logs.js'
import { backInStep, type NatsServer, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { SOON_MS } from '../support/soon.js'

const program = findServer('nats-server')

/** Appends one record after the other until it is told to stop. */
function appending({ log }: StreamOwner) {
  const acknowledged: string[] = []
  const reasons = new Set<string>()
  let isOver = false
  let slowestMs = 0
  const attempt: AppendAttempt = { refused: (reason) => reasons.add(reason), signal: new AbortController().signal }
  const over = (async () => {
    for (let i = 0; !isOver; i++) {
      const startMs = performance.now()
      await log.append([Buffer.from(`record ${i} ${'x'.repeat(i % 1000)}`)], [1], attempt)
      acknowledged.push(`record ${i} ${'x'.repeat(i % 1000)}`)
      slowestMs = Math.max(slowestMs, performance.now() - startMs)
    }
  })()
  return {
    acknowledged,
    reasons,
    slowestMs: () => slowestMs,
    more: async (count: number) => {
      const enough = acknowledged.length + count
      await until(() => acknowledged.length >= enough, SOON_MS, 10)
    },
    stop: async () => {
      isOver = true
      await over
    },
  }
}

/** Expects what was acknowledged to be there once and in order, here and on a machine that takes over. */
async function expectAll(
  owner: StreamOwner,
  dir: string,
  acknowledged: readonly string[],
  next: (dir: string) => Promise<StreamOwner>,
) {
  const { end } = owner.log
  await owner.log.close()
  expect(readAll(dir, end)).toMatchObject({ texts: acknowledged, damage: null, messages: acknowledged.length })
  const there = newDir()
  const taken = await next(there)
  expect(filesOf(there)).toEqual(filesOf(dir))
  await taken.log.close()
}

test.skipIf(program === null)('a server that is killed and comes back: appends wait, say why, and go on', async () => {
  const nats = await startNats(program!)
  try {
    const dir = newDir()
    const own = (epoch: number) => (at: string) =>
      ownStream({ urls: nats.urls, partition: 0, epoch, dir: at, limits: LIMITS })
    const owner = await own(1)(dir)
    const load = appending(owner)
    for (const _ of [1, 2]) {
      await load.more(100)
      await nats.servers[0]!.kill()
      const count = load.acknowledged.length
      await until(() => load.reasons.size > 0)
      expect(load.acknowledged.length - count, 'only what was on its way').toBeLessThanOrEqual(1)
      await nats.servers[0]!.start()
    }
    await load.more(100)
    await load.stop()
    expect([...load.reasons].join()).toContain('see that a majority of them runs')
    await expectAll(owner, dir, load.acknowledged, own(2))
  } finally {
    await nats.remove()
  }
})

test.skipIf(program === null)(
  'three servers, the one that leads killed in the middle: nothing is lost or doubled',
  async () => {
    const nats = await startNats(program!, { count: 3 })
    try {
      const dir = newDir()
      const own = (epoch: number) => (at: string) =>
        ownStream({ urls: nats.urls, partition: 0, epoch, dir: at, limits: LIMITS, replicas: 3 })
      const owner = await own(1)(dir)
      const leader = async (): Promise<NatsServer> => {
        const { cluster } = await owner.manager.streams.info(journalStream(0))
        return nats.servers.find(({ name }) => name === cluster?.leader)!
      }
      const load = appending(owner)
      await load.more(100)
      for (const how of ['kill', 'pause'] as const) {
        const killed = await leader()
        if (how === 'kill') await killed.kill()
        else killed.pause()
        await load.more(50)
        if (how === 'kill') await killed.start()
        else killed.resume()
        await load.more(50)
        // Two of three decide: another may fail when this one has again all that they have.
        await backInStep(nats.urls, killed)
      }
      await load.stop()
      // It is some seconds of votes and pings, on a machine that is busy a minute.
      expect(load.slowestMs()).toBeLessThan(90_000)
      await expectAll(owner, dir, load.acknowledged, own(2))
    } finally {
      await nats.remove()
    }
  },
)
