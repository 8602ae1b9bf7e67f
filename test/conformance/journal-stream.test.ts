import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { JetStreamClient } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeDisk } from '../../src/journal/disk.js'
import { segmentPath, segmentsIn } from '../../src/journal/segment.js'
import { SegmentLog } from '../../src/journal/segment-log.js'
import { purgeBefore } from '../../src/journal/stream/purge.js'
import { journalStream } from '../../src/nats/names.js'
import { append, filesOf, LIMITS, newDir, ownStream, readAll } from '../support/journal-logs.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'
import { outOfTurn, unfenced, writesOf } from '../support/stream-epochs.js'

const program = findServer('nats-server')

describe.skipIf(program === null)('the stream of a journal', () => {
  let nats: NatsServers
  let partition = 0
  beforeAll(async () => {
    nats = await startNats(program!)
  })
  afterAll(() => nats?.remove())

  const SMALL = { ...LIMITS, segmentBytes: 200 }
  const own = (dir: string, epoch: number, wrap?: (client: JetStreamClient) => JetStreamClient) =>
    ownStream({ urls: nats.urls, partition, epoch, dir, limits: SMALL, ...(wrap === undefined ? {} : { wrap }) })
  const newPartition = () => {
    partition += 1
    return newDir()
  }
  /** An owner with records `a` to `a` + count - 1 of 100 bytes, a segment each. */
  const owned = async (dir: string, epoch: number, letters: string) => {
    const owner = await own(dir, epoch)
    for (const letter of letters) await append(owner.log, letter.repeat(100))
    return owner
  }
  const texts = (letters: string) => [...letters].map((letter) => letter.repeat(100))

  test('has the segment files byte for byte, and another machine makes the same files of it', async () => {
    const here = newPartition()
    const first = await owned(here, 1, 'abc')
    await append(first.log, 'd', 'e')
    const writes = await writesOf(first.connection, first.manager, partition)
    await first.log.close()
    expect(writes.map(({ segment, offset, messages, epoch }) => [segment, offset, messages, epoch])).toEqual([
      [1, 0, 1, 1],
      [2, 0, 2, 1],
      [3, 0, 3, 1],
      [4, 0, 5, 1],
    ])
    const there = newDir()
    const second = await own(there, 2)
    expect(filesOf(there)).toEqual(filesOf(here))
    expect(readAll(there, second.log.end)).toMatchObject({
      texts: [...texts('abc'), 'd', 'e'],
      damage: null,
      messages: 5,
    })
    await append(second.log, 'f')
    await second.log.close()

    const again = await own(here, 3)
    expect(filesOf(here)).toEqual(filesOf(there))
    expect(readAll(here, again.log.end).texts.at(-1)).toBe('f')
    await again.log.close()
  })

  test('is purged up to a segment; who has the files keeps them, who has none begins there', async () => {
    const here = newPartition()
    const first = await owned(here, 1, 'abcd')
    const kept = async () => (await writesOf(first.connection, first.manager, partition)).map(({ segment }) => segment)
    await purgeBefore(first.manager, partition, 1)
    expect(await kept()).toEqual([1, 2, 3, 4])
    await purgeBefore(first.manager, partition, 3)
    await purgeBefore(first.manager, partition, 2)
    await purgeBefore(first.manager, partition, 9)
    expect(await kept()).toEqual([3, 4])
    await first.log.close()

    const again = await own(here, 2)
    expect(segmentsIn(nodeDisk, here)).toEqual([1, 2, 3, 4])
    expect(readAll(here, again.log.end)).toMatchObject({ texts: texts('abcd'), damage: null })
    await again.log.close()
    const there = newDir()
    const elsewhere = await own(there, 3)
    await append(elsewhere.log, 'e')
    expect(readAll(there, elsewhere.log.end)).toMatchObject({ texts: [...texts('cd'), 'e'], damage: null, messages: 5 })
    await elsewhere.log.close()
  })

  test('brings back segments that were deleted here before it was purged of them', async () => {
    const here = newPartition()
    const first = await owned(here, 1, 'abcd')
    while (first.log.dropOldest());
    await first.log.close()
    const again = await own(here, 2)
    expect(readAll(here, again.log.end)).toMatchObject({ texts: texts('abcd'), damage: null })
    await again.log.close()
  })

  test('files that end before it begins stay when they reach up to there, and go when they do not', async () => {
    const behind = newPartition()
    const first = await owned(behind, 1, 'ab')
    await first.log.close()
    const there = newDir()
    const second = await owned(there, 2, 'cd')
    await purgeBefore(second.manager, partition, 3)
    await second.log.close()
    const again = await own(behind, 3)
    expect(readAll(behind, again.log.end)).toMatchObject({ texts: texts('abcd'), damage: null })
    await purgeBefore(again.manager, partition, 4)
    await again.log.close()

    for (const segment of [3, 4]) nodeDisk.remove(segmentPath(behind, segment))
    const later = await own(behind, 4)
    expect(segmentsIn(nodeDisk, behind)).toEqual([4])
    expect(readAll(behind, later.log.end)).toMatchObject({ texts: texts('d'), damage: null })
    await later.log.close()
  })

  test('takes the place of files of another life', async () => {
    const other = newPartition()
    await (await owned(other, 1, 'xyz')).log.close()
    const here = newPartition()
    await (await owned(here, 1, 'ab')).log.close()
    const taken = await own(other, 2)
    expect(filesOf(other)).toEqual(filesOf(here))
    expect(readAll(other, taken.log.end)).toMatchObject({ texts: texts('ab'), damage: null })
    await taken.log.close()
  })

  test('mends what a power cut has left of the newest segment', async () => {
    const here = newPartition()
    const first = await owned(here, 1, 'ab')
    await append(first.log, 'c')
    await first.log.close()
    const whole = filesOf(here)
    const file = segmentPath(here, 2)
    const bytes = readFileSync(file)
    let epoch = 2
    for (const leave of [
      () => truncateSync(file, 0),
      () => truncateSync(file, 20),
      () => truncateSync(file, 150),
      () => writeFileSync(file, Buffer.alloc(bytes.length)),
      () => writeFileSync(file, Buffer.concat([bytes.subarray(0, 165), Buffer.alloc(bytes.length - 165)])),
    ]) {
      leave()
      await (await own(here, epoch++)).log.close()
      expect(filesOf(here)).toEqual(whole)
    }
  })

  test('goes on from the files of a gateway that becomes one of a cluster', async () => {
    const here = newPartition()
    const single = SegmentLog.open(nodeDisk, here, SMALL)
    append(single, ...texts('ab'))
    single.close()
    const first = await owned(here, 1, 'c')
    expect(readAll(here, first.log.end)).toMatchObject({ texts: texts('abc'), damage: null, messages: 3 })
    expect((await writesOf(first.connection, first.manager, partition)).map(({ segment }) => segment)).toEqual([2])
    await first.log.close()
  })

  test('gets back from its owner what its servers had acknowledged and have lost', async () => {
    const here = newPartition()
    const first = await owned(here, 1, 'ab')
    await append(first.log, 'c')
    await append(first.log, 'd')
    await append(first.log, 'e'.repeat(100))
    const writes = await writesOf(first.connection, first.manager, partition)
    const whole = filesOf(here)
    /** As after a power cut: only so many are there. */
    const lose = async (kept: number) => {
      await first.manager.streams.delete(journalStream(partition))
      await first.stream.ensure(1)
      for (const [index, write] of writes.slice(0, kept).entries()) await first.stream.append(write, index)
    }
    await lose(4)
    await purgeBefore(first.manager, partition, 1)
    expect(await writesOf(first.connection, first.manager, partition), 'there is nothing before').toHaveLength(4)
    await expect(append(first.log, 'f')).rejects.toThrow(/ends with message 4, but 6 was acknowledged/)
    for (const [index, kept] of [4, 3, 2, 1].entries()) {
      await lose(kept)
      const again = await own(here, 2 + index)
      expect(filesOf(here)).toEqual(whole)
      await again.log.close()
      const there = newDir()
      const elsewhere = await own(there, 2 + index)
      expect(filesOf(there)).toEqual(whole)
      await elsewhere.log.close()
    }
    await first.log.close()
  })

  describe('two owners', () => {
    /** Both append by turns; what each got an answer for, and what there is in the end. */
    const byTurns = async (wrap?: (client: JetStreamClient) => JetStreamClient) => {
      newPartition()
      const old = await own(newDir(), 1, wrap)
      const acknowledged: string[] = []
      const refusals: string[] = []
      const say = (owner: typeof old, text: string) =>
        Promise.resolve(append(owner.log, text)).then(
          () => acknowledged.push(text),
          (error: Error & { code?: string }) => refusals.push(`${text}: ${error.code}`),
        )
      await say(old, 'old 1')
      const young = await own(newDir(), 2, wrap)
      await say(old, 'late 0')
      for (const turn of [1, 2, 3]) {
        await say(young, `new ${turn}`)
        await say(old, `late ${turn}`)
      }
      const writes = await writesOf(young.connection, young.manager, partition)
      await Promise.all([old.log.close(), young.log.close()])
      return { acknowledged, refusals, writes }
    }

    test('never are: the one before is refused with its next append, and nothing of it lies behind the new one', async () => {
      const { acknowledged, refusals, writes } = await byTurns()
      expect(outOfTurn(writes)).toEqual([])
      expect(acknowledged).toEqual(['old 1', 'new 1', 'new 2', 'new 3'])
      expect(refusals).toEqual([0, 1, 2, 3].map((turn) => `late ${turn}: EFENCED`))
      const there = newDir()
      const next = await own(there, 3)
      expect(readAll(there, next.log.end)).toMatchObject({ texts: acknowledged, damage: null })
      await next.log.close()
    })

    test('would be without fencing: the same check finds them', async () => {
      const { writes } = await byTurns(unfenced)
      expect(outOfTurn(writes)).not.toEqual([])
    })

    test('never are, with both appending at once', async () => {
      newPartition()
      const old = await own(newDir(), 1)
      const acknowledged: string[] = []
      const appending = (async () => {
        for (let i = 0; ; i++) {
          await append(old.log, `old ${i}`)
          acknowledged.push(`old ${i}`)
        }
      })().catch((error: Error & { code?: string }) => error.code)
      const there = newDir()
      const young = await own(there, 2)
      for (let i = 0; i < 5; i++) {
        await append(young.log, `new ${i}`)
        acknowledged.push(`new ${i}`)
      }
      expect(await appending).toBe('EFENCED')
      const read = readAll(there, young.log.end)
      expect(read.texts.toSorted()).toEqual(acknowledged.toSorted())
      expect(read.texts.slice(-5)).toEqual(['new 0', 'new 1', 'new 2', 'new 3', 'new 4'])
      expect(outOfTurn(await writesOf(young.connection, young.manager, partition))).toEqual([])
      await Promise.all([old.log.close(), young.log.close()])
    })

    test('an owner whose epoch is over is refused at the start', async () => {
      const here = newPartition()
      await (await owned(here, 5, 'a')).log.close()
      await expect(own(newDir(), 4)).rejects.toMatchObject({ code: 'EFENCED' })
      const again = await own(here, 5)
      expect((await writesOf(again.connection, again.manager, partition)).map(({ epoch }) => epoch)).toEqual([5])
      await again.log.close()
    })
  })
})
