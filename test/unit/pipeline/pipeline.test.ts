import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/journal/entries.js'
import type { FiguresLag } from '../../../src/pipeline/figures-lag.js'
import { Bench } from '../../support/engine.js'
import { configEntry } from './config-of.js'

import { AT, message, messages, NOTHING, openIn, PIECES, type Seen, startOn, toTheEnd } from './started-pipeline.js'

let bench: Bench

beforeEach(async () => {
  bench = await Bench.open()
})

afterEach(() => bench.close())

/** A fake engine says this of late samples. */
interface LateWork {
  isLatePending: boolean
  isPassGoingOn: boolean
}

type StartArgs = Parameters<typeof startOn> extends [Bench, ...infer Rest] ? Rest : never
const start = (...args: StartArgs) => startOn(bench, ...args)

/** Number of entries read ahead while each commit that took readings was under way. */
const ahead = (seen: readonly Seen[]) =>
  seen.filter(({ readings }) => readings > 0).map(({ from, readTo }) => readTo - from)

describe('the next stretch is decoded while one is archived', () => {
  test('as long as there is more, and the sums close all the time', async () => {
    const started = await start(messages(3 * PIECES))
    // The first cycle is due at once: what is read before it is not read ahead of.
    await toTheEnd(started)
    expect(ahead(started.seen)).toEqual([0, PIECES, 0])
    for (const { pending, open } of started.seen) expect(pending).toBe(open)
    expect(started.accounting).toMatchObject({
      readingsArchived: 3 * PIECES,
      readingsDuplicate: 0,
      readingsConflict: 0,
    })
    expect(await bench.archive.readingCount()).toBe(3 * PIECES)
  })

  test('but not behind a configuration, on which depends what is noticed of devices', async () => {
    const entries = messages(4 * PIECES)
    entries[PIECES + 3] = configEntry(AT + 9000, [{ id: 'm1' }])
    const started = await start(entries)
    await toTheEnd(started)
    expect(ahead(started.seen)).toEqual([0, 0, PIECES, 0])
  })

  test('not while work waits for a rest, which sees everything that was read archived', async () => {
    let atRest: Promise<number> | undefined
    const started = await start(messages(3 * PIECES), (_, commit) => {
      if (started.seen.length === 0) {
        atRest = started.pipeline.whenAtRest(async () => openIn(started.accounting) + started.pipeline.pendingReadings)
      }
      return commit()
    })
    await toTheEnd(started)
    expect(await atRest).toBe(0)
  })

  test('and not when a cycle is due', async () => {
    const started = await start(messages(4 * PIECES), (_, commit) => {
      started.clock.ms += 600
      return commit()
    })
    await toTheEnd(started)
    expect(ahead(started.seen)).toEqual([0, 0, 0, 0])
  })
})

test('what comes bit by bit is taken together, once a cycle; who asks for a rest has it at once', async () => {
  let there = 0
  const sizes: number[] = []
  const started = await start(
    messages(200),
    async (batch) => {
      if (batch.readings.length > 0) sizes.push(batch.readings.length)
      const none = { archived: 0, duplicate: 0, conflict: 0 }
      return { outcome: none, changes: { block: batch.readings, rows: new Int32Array() }, events: [] }
    },
    {},
    () => there,
  )
  const { clock, stopping, pipeline } = started
  const passes = async (ms: number, messagesPerStep: number) => {
    for (let step = 0; step < ms / 10; step++) {
      clock.ms += 10
      there += messagesPerStep
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await passes(1000, 0)
  await passes(1500, 1)
  expect(sizes.length).toBeGreaterThanOrEqual(3)
  expect(sizes.length).toBeLessThanOrEqual(5)
  there += 1
  // The clock stands: nothing but the question ends the wait.
  await pipeline.whenAtRest(async () => undefined)
  stopping.abort()
  pipeline.poke()
  await started.run
})

test('a fold over late samples has half of the time at most while the journal holds more', {
  tags: ['slow'],
}, async () => {
  const readAt: number[] = []
  const started = await start(
    messages(60 * PIECES),
    (_, commit) => {
      started.clock.ms += 250
      return commit()
    },
    {
      isLatePending: true,
      isPassGoingOn: true,
      cycleLate: async () => {
        readAt.push(started.seen.length)
        started.clock.ms += 5000
        return NOTHING
      },
    } as object,
  )
  await toTheEnd(started)
  const [first, ...others] = readAt.filter((at) => at < 60)
  expect(others.map((at, i) => at - (others[i - 1] ?? first!))).toEqual([20, 20])
})

test('what came late waits until its last points are out', async () => {
  const lagsMs: number[] = []
  const started = await start(
    messages(PIECES),
    (_, commit) => {
      started.clock.ms += 1000
      return commit()
    },
    {
      isLatePending: true,
      isPassGoingOn: false,
      async cycleLate(this: LateWork) {
        this.isLatePending = false
        started.clock.ms += 2000
        lagsMs.push(started.pipeline.lag.wholeMs)
        return NOTHING
      },
    } as object,
  )
  while (lagsMs.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await toTheEnd(started)
  expect(Math.min(...lagsMs)).toBeGreaterThanOrEqual(2000)
  expect(started.pipeline.lag.wholeMs).toBe(0)
})

test('what came late and is being computed does not make figures of now late', async () => {
  const lags: FiguresLag[] = []
  const started = await start(messages(PIECES), undefined, {
    isLatePending: true,
    isPassGoingOn: true,
    async cycleLate(this: LateWork) {
      started.clock.ms += 20_000
      lags.push(started.pipeline.lag)
      this.isLatePending = this.isPassGoingOn = lags.length < 10
      return NOTHING
    },
  } as object)
  while (lags.length < 10) await new Promise((resolve) => setImmediate(resolve))
  await toTheEnd(started)
  expect(lags.at(-1)?.wholeMs).toBeGreaterThanOrEqual(180_000)
  expect(Math.max(...lags.slice(1).map(({ liveMs }) => liveMs))).toBe(0)
  expect(started.pipeline.lag).toEqual({ liveMs: 0, wholeMs: 0 })
})

test('what was read waits until it is archived', async () => {
  const lagsMs: number[] = []
  const started = await start(messages(PIECES), (_, commit) => {
    started.clock.ms += 3000
    lagsMs.push(started.pipeline.lag.wholeMs)
    return commit()
  })
  await toTheEnd(started)
  expect(lagsMs[0]).toBe(3000)
  expect(started.pipeline.lag.wholeMs).toBe(0)
})

test.each([1, 2, 3])('a kill before commit %i ends loses nothing and doubles nothing', async (fatal) => {
  const entries = messages(4 * PIECES)
  let commits = 0
  const killed = await start(entries, (_, commit) =>
    ++commits === fatal ? Promise.reject(new Error('killed')) : commit(),
  )
  await expect(killed.run).rejects.toThrow('killed')
  await bench.restart()
  expect(await bench.archive.readingCount()).toBe((fatal - 1) * PIECES)
  const again = await start(entries)
  await toTheEnd(again)
  expect(await bench.archive.readingCount()).toBe(4 * PIECES)
  expect(again.accounting).toMatchObject({
    messagesDecoded: 4 * PIECES,
    readingsDecoded: 4 * PIECES,
    readingsArchived: 4 * PIECES,
    readingsDuplicate: 0,
  })
  expect(bench.senders.find('p', 'm1')).toMatchObject({ messages: 4 * PIECES, readings: 4 * PIECES })
})

/** Messages without a time, three in a millisecond, over a clock that was followed three days ahead and is right again. */
function underAWrongClock(): JournalEntry[] {
  const aheadMs = 3 * 86_400_000
  const untimed = (i: number, arrivedAt: number): JournalEntry => {
    return { ...message(i), arrivedAt, payload: Buffer.from(`{"metrics":{"elec_import_kwh":${i}}}`) } as JournalEntry
  }
  const some = (from: number, atMs: number) => {
    return Array.from({ length: 2 * PIECES }, (_, i) => untimed(from + i, atMs + Math.floor(i / 3)))
  }
  return [
    ...some(0, AT),
    { kind: 'clock', arrivedAt: AT + aheadMs, fromMs: AT + 100, toMs: AT + aheadMs },
    ...some(100, AT + aheadMs),
    { kind: 'clock', arrivedAt: AT + 5, fromMs: AT + aheadMs + 100, toMs: AT + 5 },
    ...some(200, AT + 5),
  ]
}

test('before the first points are out they have waited since the start, not since 1970', async () => {
  const lagsMs: number[] = []
  const engine = { isFreshPending: true }
  const started = await start(
    messages(PIECES),
    (_, commit) => {
      started.clock.ms += 3000
      lagsMs.push(started.pipeline.lag.wholeMs)
      engine.isFreshPending = false
      return commit()
    },
    engine as object,
  )
  await toTheEnd(started)
  expect(lagsMs[0]).toBe(3000)
})

async function rows(): Promise<unknown> {
  return bench.database.columns('SELECT ts::DOUBLE, value, received_at::DOUBLE FROM reading ORDER BY ts')
}

for (const fatal of [1, 2, 3, 4]) {
  const what = `whatever the clock says, a kill before commit ${fatal} gives the same readings as none`
  test(what, { tags: fatal === 2 ? [] : ['slow'] }, async () => {
    const entries = underAWrongClock()
    await toTheEnd(await start(entries))
    const expected = await rows()
    expect(await bench.archive.readingCount()).toBe(6 * PIECES)
    await bench.close()
    bench = await Bench.open()
    let commits = 0
    const killed = await start(entries, (_, commit) =>
      ++commits === fatal ? Promise.reject(new Error('killed')) : commit(),
    )
    await expect(killed.run).rejects.toThrow('killed')
    await bench.restart()
    const again = await start(entries)
    await toTheEnd(again)
    expect(await rows()).toEqual(expected)
    expect(again.accounting).toMatchObject({
      readingsArchived: 6 * PIECES,
      readingsConflict: 0,
      readingsDuplicate: 0,
      nowMs: AT + 5 + Math.floor((2 * PIECES - 1) / 3),
      clock: { standing: 'followed' },
    })
  })
}

test('a stop leaves what was read ahead to the next start', async () => {
  const entries = messages(4 * PIECES)
  let commits = 0
  const stopped = await start(entries, async (_, commit) => {
    const done = await commit()
    if (++commits === 2) stopped.stopping.abort()
    return done
  })
  await stopped.run
  expect(commits).toBe(2)
  await expect(stopped.pipeline.whenAtRest(async () => undefined)).rejects.toThrow('is being stopped')
  await bench.restart()
  expect(await bench.archive.progress('journal')).toMatchObject({ readingsDecoded: 2 * PIECES })
  const again = await start(entries)
  await toTheEnd(again)
  expect(again.accounting).toMatchObject({ readingsArchived: 4 * PIECES, readingsDuplicate: 0 })
  expect(bench.senders.find('p', 'm1')).toMatchObject({ messages: 4 * PIECES })
})

test('what is refused of a stretch is bounded too, for it holds no readings', async () => {
  const refused = messages(500).map((entry) => ({ ...entry, payload: Buffer.from('no JSON') }) as JournalEntry)
  const started = await start(Array.from({ length: 40 }, () => refused))
  const keptInAll = () => started.kept.reduce((sum, count) => sum + count, 0)
  while (keptInAll() < 20_000) await new Promise((resolve) => setImmediate(resolve))
  started.stopping.abort()
  await started.run
  expect(Math.max(...started.kept)).toBe(4_000)
})
