import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../../src/base/clock.js'
import type { OpcuaMessage, OpcuaPlan, OpcuaValue } from '../../../../src/base/opcua.js'
import { OpcuaClient } from '../../../../src/intake/opcua/client.js'
import { OpcuaFault } from '../../../../src/intake/opcua/fault.js'
import { KeptTime } from '../../../../src/intake/opcua/kept-time.js'
import type { HistoryPage, OpcuaLink, ServerNotification, SubscribedItems } from '../../../../src/intake/opcua/link.js'
import { OpcuaStats } from '../../../../src/intake/opcua/server-stats.js'
import { SOON } from '../../../support/soon.js'

/** Proves the promise of the client: what is acknowledged is durable, what is not comes again, and a gap is filled or told. */

const PLAN: OpcuaPlan = {
  id: 'hall',
  endpoint: 'opc.tcp://10.0.0.7:4840',
  mode: 'none',
  policy: 'Basic256Sha256',
  applicationUri: 'urn:test',
  user: null,
  trustsAny: false,
  samplingMs: 100,
  publishingMs: 100,
  queue: 10,
  timeoutMs: 1000,
  historyMs: 3_600_000,
  items: [{ key: 'i=1', node: 'i=1', element: null, deadband: 0 }],
}
const AT = Date.parse('2026-11-30T08:00:00Z')

const value = (held: number, status = 0): OpcuaValue => ({
  item: 'i=1',
  value: held,
  type: 'Double',
  status,
  source_ms: AT,
  server_ms: AT,
})

/** A server that does what the test says. */
class ScriptedLink implements OpcuaLink {
  readonly #waiting: ((notification: ServerNotification) => void)[] = []
  readonly #ready: ServerNotification[] = []
  readonly #failing: ((error: Error) => void)[] = []
  readonly acknowledged: number[] = []
  readonly asked: { fromMs: number; toMs: number }[] = []
  pages: HistoryPage[] = []
  refused: SubscribedItems['refused'] = []
  isClosed = false

  /** Requests for a notification that wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  subscribe(): Promise<SubscribedItems> {
    return Promise.resolve({ monitored: 1 - this.refused.length, refused: this.refused, silenceMaxMs: 600_000 })
  }

  next(durable: readonly number[]): Promise<ServerNotification> {
    this.acknowledged.push(...durable)
    const ready = this.#ready.shift()
    if (ready !== undefined) return Promise.resolve(ready)
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve)
      this.#failing.push(reject)
    })
  }

  async *history(_items: unknown, fromMs: number, toMs: number): AsyncGenerator<HistoryPage> {
    this.asked.push({ fromMs, toMs })
    yield* this.pages
  }

  close(): Promise<void> {
    this.isClosed = true
    this.break()
    return Promise.resolve()
  }

  /** The server sends this; a `sequence` of null is a sign of life. */
  send(sequence: number | null, values: readonly OpcuaValue[] = [], publishedMs = AT): void {
    const notification = { sequence, values, publishedMs, overflows: 0 }
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#ready.push(notification)
    else waiting(notification)
  }

  break(why = 'the connection was closed'): void {
    this.#waiting.length = 0
    for (const fail of this.#failing.splice(0)) fail(new OpcuaFault('lost', why))
  }
}

/** A journal that is durable when the test says so. */
class SlowJournal {
  readonly written: OpcuaMessage[] = []
  readonly #settled: ((error: Error | null) => void)[] = []
  isFast = true

  take = (_client: string, { payload }: { payload: string | Buffer }, settled: (error: Error | null) => void): void => {
    this.written.push(JSON.parse(String(payload)) as OpcuaMessage)
    if (this.isFast) settled(null)
    else this.#settled.push(settled)
  }

  sync(error: Error | null = null): void {
    for (const settled of this.#settled.splice(0)) settled(error)
  }

  /** Values that were written, in order. */
  get values(): unknown[] {
    return this.written.flatMap((one) => ('values' in one ? one.values.map((each) => each.value) : []))
  }

  get states(): boolean[] {
    return this.written.flatMap((one) => ('connected' in one ? [one.connected] : []))
  }
}

let dir: string
let stopping: AbortController
let running: Promise<void>
let links: ScriptedLink[]
let journal: SlowJournal
let stats: OpcuaStats
let told: string[]
const backlog = { isFull: false }

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  stopping = new AbortController()
  links = []
  journal = new SlowJournal()
  stats = OpcuaStats.create()
  told = []
  backlog.isFull = false
})
afterEach(async () => {
  stopping.abort()
  await running
  rmSync(dir, { recursive: true })
})

/** Starts a client whose connections are the links, in order; beyond them the server is not reached. */
function start(script: readonly ((link: ScriptedLink) => void)[], plan: Partial<OpcuaPlan> = {}): void {
  let opened = 0
  const note = (about: object, text: string): void => void told.push(`${text} ${JSON.stringify(about)}`)
  const client = new OpcuaClient(
    { ...PLAN, ...plan },
    {
      clock: systemClock,
      journaling: journal,
      backlog,
      stats: stats.of('hall'),
      kept: new KeptTime(join(dir, 'hall.json'), PLAN.endpoint, { warn: note } as never),
      log: { info: note, warn: note, error: note } as never,
      open: () => {
        const prepare = script[opened++]
        if (prepare === undefined) return Promise.reject(new OpcuaFault('unreachable', 'no connection: ECONNREFUSED'))
        const link = new ScriptedLink()
        prepare(link)
        links.push(link)
        return Promise.resolve(link)
      },
    },
  )
  running = client.run(stopping.signal)
}
const figures = () => stats.read()[0]!
const idle = (): void => undefined
const linked = async (at: number): Promise<ScriptedLink> => {
  await expect.poll(() => links.length, SOON).toBeGreaterThan(at)
  return links[at]!
}

describe('a notification', () => {
  test('is acknowledged when it is durable, and not before', async () => {
    journal.isFast = false
    start([idle])
    const link = await linked(0)
    link.send(1, [value(7)])
    await expect.poll(() => journal.values, SOON).toEqual([7])
    link.send(null)
    link.send(null)
    link.send(2, [value(8)])
    await expect.poll(() => journal.values, SOON).toEqual([7, 8])
    expect(link.acknowledged).toEqual([])
    journal.sync()
    link.send(null)
    link.send(null)
    await expect.poll(() => link.acknowledged, SOON).toEqual([1, 2])
  })

  test('that the journal never takes is never acknowledged, nor is its time kept', async () => {
    journal.isFast = false
    start([idle])
    const link = await linked(0)
    link.send(1, [value(7)])
    await expect.poll(() => journal.values, SOON).toEqual([7])
    journal.sync(new Error('the disk is gone'))
    link.send(null)
    link.send(null)
    link.send(null)
    journal.isFast = true
    link.send(2, [value(8)])
    link.send(null)
    link.send(null)
    await expect.poll(() => link.acknowledged, SOON).toEqual([2])
    stopping.abort()
    await running
    expect(() => readFileSync(join(dir, 'hall.json'))).toThrow('ENOENT')
  })

  test('of many values is several messages, and acknowledged once', async () => {
    start([idle])
    const link = await linked(0)
    link.send(
      1,
      Array.from({ length: 1201 }, (_, i) => value(i)),
    )
    link.send(null)
    link.send(null)
    await expect.poll(() => link.acknowledged, SOON).toEqual([1])
    const sizes = journal.written.flatMap((one) => ('values' in one ? [one.values.length] : []))
    expect(sizes).toEqual([500, 500, 201])
    expect(figures().values).toMatchObject({ sent: 1201 })
  })

  test('that a busy server does not let be fetched is fetched later, and what is durable is told it then', async () => {
    start([idle])
    const link = await linked(0)
    link.send(null)
    await expect.poll(() => link.waiting, SOON).toBe(2)
    link.send(1, [value(7)])
    await expect.poll(() => link.acknowledged, SOON).toEqual([1])
    link.break('BadTooManyPublishRequests (0x80780000)')
    await expect.poll(() => link.waiting, SOON).toBe(2)
    // It may not have taken what came with the request that it refused.
    expect(link.acknowledged).toEqual([1, 1])
    link.send(2, [value(8)])
    await expect.poll(() => journal.values, SOON).toEqual([7, 8])
    expect(links).toHaveLength(1)
  })

  test('is not fetched while too much waits for the journal', async () => {
    start([idle])
    const link = await linked(0)
    link.send(null)
    await expect.poll(() => link.waiting, SOON).toBe(2)
    backlog.isFull = true
    // The two requests that wait already are answered; no third one follows.
    link.send(1, [value(1)])
    link.send(2, [value(2)])
    link.send(3, [value(3)])
    await expect.poll(() => journal.values, SOON).toEqual([1, 2])
    backlog.isFull = false
    await expect.poll(() => journal.values, SOON).toEqual([1, 2, 3])
  })
})

describe('a server that is lost', () => {
  test('is told to the journal, connected again, and its gap filled from the history', async () => {
    const history: HistoryPage = { values: [value(40), value(41)], without: [] }
    const fill = (link: ScriptedLink): void => {
      link.pages = [history]
    }
    start([idle, fill])
    const first = await linked(0)
    first.send(1, [value(1)], AT)
    await expect.poll(() => journal.values, SOON).toEqual([1])
    first.send(null, [], AT + 1000)
    await expect.poll(() => figures().clockDifferenceS, SOON).not.toBeNull()
    first.break()
    const second = await linked(1)
    expect(first.isClosed).toBe(true)
    second.send(1, [value(2)], AT + 60_000)
    await expect.poll(() => journal.values, SOON).toEqual([1, 2, 40, 41])
    expect(journal.states).toEqual([true, false, true])
    expect(second.asked).toHaveLength(1)
    expect(second.asked[0]!.toMs).toBe(AT + 60_000)
    // A little more than the gap: what comes twice is one reading.
    expect(second.asked[0]!.fromMs).toBeLessThan(AT + 1)
    await expect.poll(() => figures().gaps, SOON).toEqual({ filled: 1, partly: 0, left: 0 })
    expect(figures().connections).toMatchObject({ ok: 2, lost: 1 })
  })

  test('and has no history leaves a gap, which is told', async () => {
    const fail = (link: ScriptedLink): void => {
      link.pages = [{ values: [], without: [{ key: 'i=1', why: 'the server keeps no history of it' }] }]
    }
    start([idle, fail])
    const first = await linked(0)
    first.send(1, [value(1)], AT)
    await expect.poll(() => journal.values, SOON).toEqual([1])
    first.break()
    const second = await linked(1)
    second.send(null, [], AT + 60_000)
    await expect.poll(() => figures().gaps, SOON).toEqual({ filled: 0, partly: 0, left: 1 })
    const said = told.find((one) => one.startsWith('a gap of an OPC UA server stays'))
    expect(said).toContain('the server keeps no history of it')
    expect(said).toContain(new Date(AT).toISOString())
  })

  test('for longer than history_h has its gap filled in part', async () => {
    start([idle, idle], { historyMs: 10_000 })
    const first = await linked(0)
    first.send(1, [value(1)], AT)
    await expect.poll(() => journal.values, SOON).toEqual([1])
    first.break()
    const second = await linked(1)
    second.send(null, [], AT + 60_000)
    await expect.poll(() => figures().gaps, SOON).toMatchObject({ partly: 1 })
    expect(second.asked).toEqual([{ fromMs: AT + 50_000, toMs: AT + 60_000 }])
  })

  test('while its history is read is asked for the same gap once more', { tags: ['slow'] }, async () => {
    const breaking = (link: ScriptedLink): void => {
      link.history = async function* () {
        yield { values: [value(40)], without: [] }
        throw new OpcuaFault('lost', 'the connection was closed')
      }
    }
    start([idle, breaking, idle])
    const first = await linked(0)
    first.send(1, [value(1)], AT)
    await expect.poll(() => journal.values, SOON).toEqual([1])
    first.break()
    const second = await linked(1)
    second.send(1, [value(2)], AT + 60_000)
    const third = await linked(2)
    third.send(null, [], AT + 120_000)
    await expect.poll(() => third.asked, SOON).toMatchObject([{ toMs: AT + 120_000 }])
    expect(third.asked[0]!.fromMs).toBeLessThan(AT + 1)
  })

  test('is told with the same reason once', async () => {
    start([])
    await expect.poll(() => figures().connections.unreachable, SOON).toBeGreaterThan(1)
    expect(told.filter((one) => one.includes('ECONNREFUSED'))).toHaveLength(1)
    expect(journal.written).toEqual([])
  })
})

test('what is durable is known after a start', async () => {
  start([idle])
  const link = await linked(0)
  link.send(1, [value(1)], AT)
  link.send(null)
  link.send(null)
  await expect.poll(() => link.acknowledged, SOON).toEqual([1])
  stopping.abort()
  await running
  stopping = new AbortController()
  links = []
  start([idle])
  const again = await linked(0)
  again.send(null, [], AT + 600_000)
  await expect.poll(() => again.asked, SOON).toMatchObject([{ toMs: AT + 600_000 }])
})

test('nodes that a server refuses are counted and named', async () => {
  const refuse = (link: ScriptedLink): void => {
    link.refused = [{ key: 'i=1', why: 'the server has no such node (BadNodeIdUnknown)' }]
  }
  start([refuse])
  await linked(0)
  await expect.poll(() => figures().nodes, SOON).toEqual({ monitored: 0, unread: 1 })
  expect(told.some((one) => one.includes('i=1: the server has no such node'))).toBe(true)
})

test('a clock that is hours off is told once', async () => {
  start([idle])
  const link = await linked(0)
  const far = systemClock.nowMs() + 3 * 3_600_000
  link.send(null, [], far)
  link.send(null, [], far + 1)
  await expect.poll(() => figures().clockDifferenceS, SOON).toBeGreaterThan(10_000)
  expect(told.filter((one) => one.startsWith('the clock of an OPC UA server differs'))).toHaveLength(1)
})
