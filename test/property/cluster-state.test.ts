// @module-tag slow

import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refuseHalfRestored } from '../../src/audit/formats.js'
import { systemClock } from '../../src/base/clock.js'
import type { BlockStore } from '../../src/cluster/state/blocks.js'
import { Checkpoints, type CheckpointsDeps } from '../../src/cluster/state/checkpoints.js'
import { copyState, takeOverState } from '../../src/cluster/state/fetch.js'
import { type OpenState, openStateStore } from '../../src/cluster/state/open.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'

type Tree = Readonly<Record<string, string>>

const path = findServer('nats-server')
const root = mkdtempSync(join(tmpdir(), 'greengauge-state-'))
let servers: NatsServers
let connection: NatsConnection
let partition = 0
let folders = 0

beforeAll(async () => {
  if (path === null) return
  servers = await startNats(path)
  connection = await connect({ servers: [...servers.urls] })
})
afterAll(async () => {
  await connection?.close()
  await servers?.remove()
  rmSync(root, { recursive: true })
})

const newFolder = () => join(root, `folder-${++folders}`)

function newState(isFolder = false): Promise<OpenState> {
  const stateDir = isFolder ? join(root, 'shared') : undefined
  return openStateStore({ connection, clock: systemClock, partition: ++partition, replicas: 1, stateDir })
}

/** Checkpoints of an owner that has taken over, and what they let the journal go of. */
async function owner(state: OpenState, epoch: number, dataDir = newFolder(), more: Partial<CheckpointsDeps> = {}) {
  await takeOverState({ ...state, dataDir }, epoch)
  const purged: number[] = []
  const checkpoints = new Checkpoints({
    ...state,
    dataDir,
    epoch,
    lease: { isHeld: true },
    everyMs: 60_000,
    prepare: async () => undefined,
    purge: async (segment) => void purged.push(segment),
    log: () => undefined,
    ...more,
  })
  return { dataDir, checkpoints, purged }
}

function write(dir: string, name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), content)
}

function treeOf(dir: string): Tree {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter((name) => name !== 'cluster.json' && statSync(join(dir, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(dir, name)).toString('base64')]))
}

/** Lets so many calls through, then fails as a process that is killed does: nothing after it happens. */
function failingAfter(store: BlockStore, calls: number): BlockStore {
  let left = calls
  const through = <T>(call: () => Promise<T>) => (left-- > 0 ? call() : Promise.reject(new Error('killed')))
  return {
    list: () => store.list(),
    remove: (block) => store.remove(block),
    put: (hash, bytes) => through(() => store.put(hash, bytes)),
    get: (hash) => through(() => store.get(hash)),
  }
}

describe.skipIf(path === null)('the files of a partition', () => {
  test.each([
    ['in NATS', false],
    ['in a folder', true],
  ])('%s are after each take-over what they were at the last checkpoint', async (_, isFolder) => {
    const random = xoroshiro128plus(isFolder ? 7 : 8)
    const below = (end: number) => uniformInt(random, 0, end - 1)
    const state = await newState(isFolder)
    let epoch = 1
    let { dataDir, checkpoints } = await owner(state, epoch)
    const elsewhere = [newFolder(), newFolder()]
    for (let round = 0; round < 12; round++) {
      for (let changes = below(6); changes >= 0; changes--) {
        const kept = Object.keys(treeOf(dataDir))
        const name = kept[below(kept.length * 2 + 1)]
        const size = [0, 1, 65_535, 65_536, 65_537, 700_000][below(6)]!
        if (name === undefined)
          write(dataDir, `${['reports', 'notify', 'audit-log/a'][below(3)]}/${below(40)}`, randomBytes(size))
        else if (below(3) === 0) rmSync(join(dataDir, name))
        else if (below(2) === 0) write(dataDir, name, randomBytes(size))
        else write(dataDir, name, Buffer.concat([readFileSync(join(dataDir, name)), randomBytes(size)]))
      }
      await checkpoints.now()
      const recorded = treeOf(dataDir)
      if (below(2) === 0) continue
      write(dataDir, 'reports/behind', 'what came behind the checkpoint is nowhere else')
      elsewhere.push(dataDir)
      const next = elsewhere.shift()!
      ;({ dataDir, checkpoints } = await owner(state, ++epoch, next))
      expect(treeOf(dataDir)).toEqual(recorded)
    }
  })

  test('a block that is there is not sent again, and what is appended to sends its end', async () => {
    const { dataDir, checkpoints } = await owner(await newState(), 1)
    write(dataDir, 'audit-log/log', randomBytes(640_000))
    await checkpoints.now()
    const before = checkpoints.status
    expect(before).toMatchObject({ files: 1, bytes: 640_000, taken: 1, trouble: '' })
    write(dataDir, 'audit-log/log', Buffer.concat([readFileSync(join(dataDir, 'audit-log/log')), Buffer.from('more')]))
    write(dataDir, 'reports/copy', readFileSync(join(dataDir, 'audit-log/log')).subarray(0, 65_536))
    await checkpoints.now()
    expect(checkpoints.status.bytesSent - before.bytesSent).toBeLessThan(66_000 + 2000)
  })

  test('an owner that comes is the only one: the one before is told, and lets the journal go of nothing more', async () => {
    const state = await newState()
    const first = await owner(state, 1)
    write(first.dataDir, 'notify/a', 'of the first')
    await first.checkpoints.now()
    expect(first.purged).toEqual([0])
    const second = await owner(state, 2)
    write(first.dataDir, 'notify/a', 'of the first, too late')
    const running = first.checkpoints.run(new AbortController().signal)
    await expect(first.checkpoints.now()).rejects.toMatchObject({ code: 'EFENCED' })
    await expect(running).rejects.toMatchObject({ code: 'EFENCED' })
    expect(first.purged).toEqual([0])
    await expect(takeOverState({ ...state, dataDir: first.dataDir }, 1)).rejects.toMatchObject({ code: 'EFENCED' })
    await second.checkpoints.now()
    expect(treeOf((await owner(state, 3)).dataDir)).toEqual({
      'notify/a': Buffer.from('of the first').toString('base64'),
    })
  })

  test('of two who replace the same revision one is told', async () => {
    const { entry } = await newState()
    const { revision } = await entry.claim(5)
    const { entry: found } = (await entry.read())!
    await entry.replace({ ...found, segment: 1 }, revision)
    await expect(entry.replace({ ...found, segment: 2 }, revision)).rejects.toMatchObject({ code: 'EFENCED' })
    // Its own answer that was lost is not somebody else.
    await expect(entry.replace({ ...found, segment: 1 }, revision)).resolves.toBeGreaterThan(revision)
  })

  test('killed at any block of a checkpoint, the last whole one is what the next owner gets', async () => {
    const state = await newState()
    let { dataDir, checkpoints } = await owner(state, 1)
    write(dataDir, 'notify/a', 'whole')
    await checkpoints.now()
    const whole = treeOf(dataDir)
    for (let calls = 0; calls < 4; calls++) {
      const blocks = failingAfter(state.blocks, calls + 1)
      ;({ dataDir, checkpoints } = await owner(state, calls + 2, newFolder(), { blocks }))
      expect(treeOf(dataDir)).toEqual(whole)
      for (const name of ['b', 'c', 'd', 'e', 'f']) write(dataDir, `notify/${name}`, randomBytes(10))
      await expect(checkpoints.now()).rejects.toThrow('killed')
      expect(checkpoints.status.trouble).toContain('killed')
    }
  })

  test('killed at any block of a fetch, no gateway starts on it, and the next fetch makes it whole', async () => {
    const state = await newState()
    const { dataDir, checkpoints } = await owner(state, 1)
    for (const name of ['a', 'b', 'c']) write(dataDir, `notify/${name}`, randomBytes(100_000))
    await checkpoints.now()
    const to = newFolder()
    for (let calls = 1; calls < 7; calls++) {
      const blocks = failingAfter(state.blocks, calls)
      await expect(takeOverState({ ...state, blocks, dataDir: to }, 1 + calls)).rejects.toThrow('killed')
      expect(() => refuseHalfRestored(to)).toThrow('interrupted')
      rmSync(join(to, 'notify'), { recursive: true, force: true })
    }
    expect((await takeOverState({ ...state, dataDir: to }, 9)).bytesFetched).toBe(300_000)
    expect(treeOf(to)).toEqual(treeOf(dataDir))
    refuseHalfRestored(to)
  })

  test('a block that is missing or damaged is named with its file, and no file is shorter for it', async () => {
    const state = await newState()
    const { dataDir, checkpoints } = await owner(state, 1)
    write(dataDir, 'notify/a', 'here')
    await checkpoints.now()
    const hash = (await state.blocks.list())[0]!.hash
    await state.blocks.put(hash, Buffer.from('something else'))
    const out = newFolder()
    await expect(copyState({ ...state, dataDir: out })).rejects.toThrow(/block [0-9a-f]{64} in the store is damaged/)
    for (const block of await state.blocks.list()) await state.blocks.remove(block)
    await expect(copyState({ ...state, dataDir: out })).rejects.toMatchObject({ code: 'ESTATE' })
  })

  test('whoever had it last goes on with the files it has, also those behind the checkpoint', async () => {
    const state = await newState()
    const { dataDir, checkpoints } = await owner(state, 1)
    write(dataDir, 'notify/a', 'recorded')
    await checkpoints.now()
    write(dataDir, 'archive.duckdb', 'is made again elsewhere, and is there here')
    const before = treeOf(dataDir)
    expect(await takeOverState({ ...state, dataDir }, 2)).toMatchObject({ isOwn: true, bytesFetched: 0 })
    expect(treeOf(dataDir)).toEqual(before)
    await owner(state, 3)
    expect(await takeOverState({ ...state, dataDir }, 4)).toMatchObject({ isOwn: false, bytesFetched: 0 })
    expect(Object.keys(treeOf(dataDir))).toEqual(['notify/a'])
  })

  test('what a gateway has left becomes the first state; files of something else are never removed', async () => {
    const state = await newState()
    const dataDir = newFolder()
    write(dataDir, 'reports/a', 'of years')
    const own = newFolder()
    cpSync(dataDir, own, { recursive: true })
    await takeOverState({ ...state, dataDir: own }, 1)
    await expect(takeOverState({ ...state, dataDir }, 2)).rejects.toThrow('move them away')
    expect(treeOf((await owner(state, 3)).dataDir)).toEqual(treeOf(dataDir))
    await expect(takeOverState({ ...(await newState()), dataDir: own }, 1)).rejects.toMatchObject({ code: 'ESTATE' })
  })

  test('without a certain lease nothing is sent', async () => {
    const state = await newState()
    const lease = { isHeld: true }
    const { dataDir, checkpoints } = await owner(state, 1, newFolder(), { lease })
    write(dataDir, 'notify/a', 'a')
    lease.isHeld = false
    await expect(checkpoints.now()).rejects.toThrow('lease')
    expect(await state.blocks.list()).toEqual([])
    lease.isHeld = true
    await checkpoints.now()
    expect(checkpoints.status.trouble).toBe('')
  })

  test('what was sent before a kill is not sent again', async () => {
    const state = await newState()
    const first = await owner(state, 1, newFolder(), { blocks: failingAfter(state.blocks, 3) })
    for (const name of ['a', 'b', 'c', 'd']) write(first.dataDir, `notify/${name}`, randomBytes(10))
    await expect(first.checkpoints.now()).rejects.toThrow('killed')
    const { checkpoints } = await owner(state, 2, first.dataDir)
    await checkpoints.now()
    expect(checkpoints.status.blocksSent).toBe(2)
  })

  test('a block that was forgotten and comes again is stored anew: whoever takes it for forgotten does not remove it', async () => {
    let aheadMs = 0
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
    const state = await openStateStore({
      connection,
      clock,
      partition: ++partition,
      replicas: 1,
      stateDir: newFolder(),
    })
    const first = await owner(state, 1)
    write(first.dataDir, 'notify/a', 'comes again')
    await first.checkpoints.now()
    const listed = await state.blocks.list()
    write(first.dataDir, 'notify/a', 'other')
    await first.checkpoints.now()
    aheadMs = 2_400_000
    const second = await owner(state, 2)
    write(second.dataDir, 'notify/b', 'comes again')
    await second.checkpoints.now()
    for (const block of listed) await state.blocks.remove(block)
    expect(treeOf((await owner(state, 3)).dataDir)).toEqual(treeOf(second.dataDir))
  })

  test('an end does not wait for a gateway that has not come so far as to write anything', async () => {
    const prepare = () => new Promise<void>(() => undefined)
    const clock = { ...systemClock, sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal) }
    const state = { ...(await newState()), clock }
    const { dataDir, checkpoints } = await owner(state, 1, newFolder(), { prepare, everyMs: 100 })
    const stopping = new AbortController()
    const running = checkpoints.run(stopping.signal)
    await clock.sleep(1000)
    stopping.abort()
    await running
    await checkpoints.end(async () => write(dataDir, 'notify/a', 'left by the end'))
    expect(treeOf((await owner(state, 2)).dataDir)).toEqual(treeOf(dataDir))
  })

  test('blocks that no list names go after an hour', async () => {
    let aheadMs = 0
    const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs }
    const state = await openStateStore({
      connection,
      clock,
      partition: ++partition,
      replicas: 1,
      stateDir: newFolder(),
    })
    const { dataDir, checkpoints } = await owner(state, 1)
    write(dataDir, 'notify/a', 'first')
    write(dataDir, 'notify/b', 'stays')
    await checkpoints.now()
    write(dataDir, 'notify/a', 'second')
    await checkpoints.now()
    expect(await state.blocks.list()).toHaveLength(5)
    aheadMs = 3_700_000
    await checkpoints.now()
    expect(await state.blocks.list()).toHaveLength(3)
    expect(treeOf((await owner(state, 2)).dataDir)).toEqual(treeOf(dataDir))
  })
})
