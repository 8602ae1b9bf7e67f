import { describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../../src/base/clock.js'
import { Committer, type JournalStatus } from '../../../src/journal/committer.js'
import { positionOf, START } from '../../../src/journal/cursor.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'
import { SOON } from '../../support/soon.js'

/** A clock whose sleeper wakes when the test says so. */
class MovedClock implements Clock {
  #wake: (() => void) | null = null
  nowMs(): number {
    return 0
  }
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  }
  async second(): Promise<void> {
    await vi.waitUntil(() => this.#wake !== null, SOON)
    const wake = this.#wake!
    this.#wake = null
    wake()
    await new Promise(setImmediate)
  }
}

function setUp(maxBytes = Infinity) {
  const disk = new SimulatedDisk(1)
  const log = SegmentLog.open(disk, '/journal', { segmentBytes: 4096, maxBytes })
  const clock = new MovedClock()
  const committed: number[][] = []
  const statuses: JournalStatus[] = []
  const committer = new Committer(log, clock, {
    committed: (batches) => committed.push(batches.map((batch) => batch.id)),
    status: (status) => statuses.push(status),
  })
  const add = (id: number) => committer.add({ id, body: Buffer.from(`batch ${id}`), messages: 1 })
  /** And waits until it is done or refused. */
  const commit = () => {
    committer.commit()
    return new Promise(setImmediate)
  }
  const written = () => {
    const reader = new JournalReader(disk, '/journal', START)
    const end = positionOf(log.end)
    const records = []
    while (positionOf(reader.cursor) < end) records.push(...reader.read(end, 1e6))
    return records.map((record) => Buffer.from(record.body).toString())
  }
  return { disk, log, clock, committed, statuses, committer, add, commit, written }
}

describe('the committer', () => {
  it('commits all that waits as one group', async () => {
    const { disk, committed, add, commit } = setUp()
    add(1)
    await commit()
    const callsBefore = disk.calls
    for (const id of [2, 3, 4]) add(id)
    await commit()
    expect(committed).toEqual([[1], [2, 3, 4]])
    expect(disk.calls - callsBefore, 'one write, one sync').toBe(2)
  })

  it('keeps what a sick disk refuses, answers nobody, and goes on by itself when the disk is well', async () => {
    const { disk, clock, committed, statuses, add, commit, written } = setUp()
    add(1)
    await commit()
    disk.refusal = 'EIO: i/o error'
    add(2)
    await commit()
    add(3)
    await commit()
    await clock.second()
    await clock.second()
    expect(committed).toEqual([[1]])
    expect(statuses).toEqual([{ ok: false, reason: 'write to the journal in /journal: EIO: i/o error' }])

    disk.refusal = null
    await clock.second()
    expect(committed).toEqual([[1], [2, 3]])
    expect(statuses.at(-1)).toEqual({ ok: true, reason: '' })
    expect(written()).toEqual(['batch 1', 'batch 2', 'batch 3'])
    add(4)
    await commit()
    expect(committed.at(-1)).toEqual([4])
  })

  it('writes again, into another segment, what a failed sync may have lost', async () => {
    const { disk, log, clock, committed, add, commit, written } = setUp()
    add(1)
    await commit()
    const { segment } = log.end
    disk.failingSyncs = 1
    add(2)
    await commit()
    expect(committed).toEqual([[1]])
    await clock.second()
    expect(committed).toEqual([[1], [2]])
    expect(log.end.segment).toBe(segment + 1)
    disk.powerOn()
    expect(written()).toEqual(['batch 1', 'batch 2'])
  })

  it('stops at the quota and resumes when segments are deleted', async () => {
    const { log, clock, committed, statuses, committer, commit } = setUp(10_000)
    const add = (id: number) => committer.add({ id, body: Buffer.alloc(3000), messages: 1 })
    for (const id of [1, 2, 3, 4]) {
      add(id)
      await commit()
    }
    expect(committed).toEqual([[1], [2], [3]])
    expect(statuses[0]?.reason).toContain('raise journal.max_bytes')
    log.dropOldest()
    await clock.second()
    expect(committed.at(-1)).toEqual([4])
  })

  it('commits what is there when it is closed, and ends although the disk refuses', async () => {
    const well = setUp()
    well.add(1)
    await well.committer.close()
    expect(well.committed).toEqual([[1]])

    const sick = setUp()
    sick.disk.refusal = 'ENOSPC: no space left on device'
    sick.add(1)
    await sick.commit()
    await sick.committer.close()
    expect(sick.committed).toEqual([])
  })
})
