import { expect, test } from 'vitest'
import type { Clock } from '../../../src/base/clock.js'
import type { JournalStatus } from '../../../src/journal/committer.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { Trimmer } from '../../../src/journal/trimmer.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'

/** A journal of five segments of which four are needed no more, and a clock that notes how long it was asked to sleep. */
function setUp() {
  const disk = new SimulatedDisk(1)
  const log = SegmentLog.open(disk, '/journal', { segmentBytes: 64, maxBytes: Infinity })
  for (let i = 0; i < 5; i++) log.append([Buffer.alloc(100)], [1])
  const sleeps: number[] = []
  let wake: (() => void) | null = null
  const clock: Clock = {
    nowMs: () => 0,
    sleep: (ms, signal) => {
      sleeps.push(ms)
      return new Promise((resolve) => {
        wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    },
  }
  const statuses: JournalStatus[] = []
  let dropped = 0
  const trimmer = new Trimmer(log, clock, {
    dropped: () => {
      dropped += 1
    },
    status: (status) => statuses.push(status),
  })
  const turns = async () => {
    for (let i = 0; i < 12; i++) await new Promise(setImmediate)
  }
  const retry = async () => {
    wake?.()
    await turns()
  }
  return { disk, log, trimmer, sleeps, statuses, dropped: () => dropped, turns, retry }
}

test.each(['EIO: i/o error', 'EACCES: permission denied', 'EROFS: read-only file system'])(
  'a segment that the disk does not let go of (%s) is said, tried again, and deleted when it may be',
  async (refusal) => {
    const { disk, log, trimmer, sleeps, statuses, dropped, turns, retry } = setUp()
    disk.refusal = refusal
    trimmer.trim(5)
    await turns()
    expect([log.oldestSegment, dropped()]).toEqual([1, 0])
    for (let i = 0; i < 8; i++) await retry()
    expect(sleeps).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => 1000 * s))
    expect(statuses).toHaveLength(1)
    expect(statuses[0]!.ok).toBe(false)
    expect(statuses[0]!.reason).toMatch(/^remove \/journal\/00000001\.journal: E[A-Z]+: .*nothing is lost/)
    disk.refusal = null
    await retry()
    expect([log.oldestSegment, dropped()]).toEqual([5, 4])
    expect(statuses.slice(1)).toEqual([{ ok: true, reason: '' }])
  },
)

test('while a segment is tried again the journal takes what comes, and a close ends the trying', async () => {
  const { disk, log, trimmer, sleeps, turns, retry } = setUp()
  disk.refusal = 'EIO: i/o error'
  trimmer.trim(3)
  await turns()
  disk.refusal = null
  log.append([Buffer.alloc(100)], [1])
  disk.refusal = 'EIO: i/o error'
  trimmer.trim(6)
  await retry()
  expect(sleeps).toEqual([1000, 2000])
  trimmer.close()
  disk.refusal = null
  await retry()
  expect([log.oldestSegment, log.messages]).toEqual([1, 6])
})
