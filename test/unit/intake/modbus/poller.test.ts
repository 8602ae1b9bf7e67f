import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../../src/base/clock.js'
import type { PolledRegisters } from '../../../../src/base/modbus.js'
import type { PollResult } from '../../../../src/intake/modbus/meter-line.js'
import { PollStats } from '../../../../src/intake/modbus/poll-stats.js'
import { Poller } from '../../../../src/intake/modbus/poller.js'
import { Pollers } from '../../../../src/intake/modbus/pollers.js'
import { IntakeStats } from '../../../../src/intake/stats.js'
import { floatWords } from '../../../support/modbus-meters.js'
import { JournalOnCommand } from '../journal-on-command.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Something that listens where a meter should, and answers each request as it is told to. */
async function startMeter(answer: (request: Buffer, socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (request) => answer(request, socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A right answer: two registers, the float 12.5. */
function rightAnswer(request: Buffer): Buffer {
  const [high = 0, low = 0] = floatWords(12.5)
  const answer = Buffer.alloc(13)
  request.copy(answer, 0, 0, 8)
  answer.writeUInt16BE(7, 4)
  answer[8] = 4
  answer.writeUInt16BE(high, 9)
  answer.writeUInt16BE(low, 11)
  return answer
}

const BLOCK = { fc: 4 as const, address: 72, count: 2 }

/** Time for an answer that is to come, however busy the machine; and for one that is not. */
const PATIENT_MS = 20_000
const SHORT_MS = 100

function start(port: number, { units = [1], isFull = (): boolean => false, timeoutMs = PATIENT_MS } = {}) {
  const counts: PollResult[] = []
  const written: { client: string; topic: string; polled: PolledRegisters }[] = []
  const said: string[] = []
  const plan = {
    id: 'hall',
    host: '127.0.0.1',
    port,
    everyMs: 40,
    timeoutMs,
    units: units.map((unitId) => ({ unitId, blocks: [BLOCK] })),
  }
  const stopping = new AbortController()
  const running = new Poller(plan, 0, {
    clock: systemClock,
    backlog: {
      get isFull() {
        return isFull()
      },
    },
    journaling: {
      take: (client, { topic, payload }, settled) => {
        written.push({ client, topic, polled: JSON.parse(String(payload)) })
        settled(null)
      },
    },
    count: (result) => void counts.push(result),
    log: pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line).msg) }),
  }).run(stopping.signal)
  cleanups.push(async () => {
    stopping.abort()
    await running
  })
  const hasCounted = async (result: PollResult, times = 1) => {
    while (counts.filter((one) => one === result).length < times) await systemClock.sleep(5)
  }
  return { counts, written, said, hasCounted, stop: () => stopping.abort(), running }
}

describe('a meter that answers', () => {
  test('has its registers written down as they came', async () => {
    const port = await startMeter((request, socket) => socket.write(rightAnswer(request)))
    const { written, hasCounted } = start(port, { units: [7] })
    await hasCounted('ok', 2)
    expect(written[0]).toMatchObject({ client: 'modbus:hall', topic: 'modbus/hall/7' })
    expect(written[0]!.polled.blocks).toEqual([{ fc: 4, address: 72, hex: '41480000' }])
    expect(written[1]!.polled.read_at).toBeGreaterThan(written[0]!.polled.read_at)
  })

  test('is read although another on the same line keeps silent', async () => {
    const port = await startMeter((request, socket) => request[6] === 2 && socket.write(rightAnswer(request)))
    const { written, hasCounted, said } = start(port, { units: [1, 2], timeoutMs: SHORT_MS })
    await hasCounted('timeout')
    await hasCounted('ok', 2)
    expect(new Set(written.map(({ topic }) => topic))).toEqual(new Set(['modbus/hall/2']))
    expect(said).toContain('a meter was not read')
  })

  test('is asked one thing at a time, and rounds that a slow answer covers are missed', async () => {
    let open = 0
    let most = 0
    const port = await startMeter((request, socket) => {
      most = Math.max(most, ++open)
      setTimeout(() => {
        open--
        socket.write(rightAnswer(request))
      }, 90)
    })
    const { hasCounted } = start(port)
    await hasCounted('ok', 2)
    await hasCounted('missed')
    expect(most).toBe(1)
  })

  test('is not asked while too much waits for the journal', async () => {
    let asked = 0
    let isFull = true
    const port = await startMeter((request, socket) => {
      asked++
      socket.write(rightAnswer(request))
    })
    const { hasCounted } = start(port, { isFull: () => isFull })
    await hasCounted('held', 3)
    expect(asked).toBe(0)
    isFull = false
    await hasCounted('ok')
  })
})

describe('whatever answers in place of a meter', () => {
  const request = (socket: Socket, bytes: number[] | Buffer) => void socket.write(Buffer.from(bytes))
  const flood = (socket: Socket, bytes: Buffer): void => {
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(flood, socket, bytes))
  }

  test.each<[string, PollResult, (asked: Buffer, socket: Socket) => void]>([
    ['nothing', 'timeout', () => undefined],
    ['an end', 'unreachable', (_asked, socket) => void socket.destroy()],
    ['an exception', 'exception', (asked, socket) => request(socket, [...asked.subarray(0, 4), 0, 3, 1, 0x84, 2])],
    [
      'too few registers',
      'bad_answer',
      (asked, socket) => request(socket, [...asked.subarray(0, 4), 0, 5, 1, 4, 2, 0, 0]),
    ],
    [
      'another unit',
      'bad_answer',
      (asked, socket) => {
        const answer = rightAnswer(asked)
        answer[6] = 9
        request(socket, answer)
      },
    ],
    ...([2, 3, 6, 255] as const).map((says): [string, PollResult, (asked: Buffer, socket: Socket) => void] => [
      `an answer of four bytes that says it has ${says}`,
      'bad_answer',
      (asked, socket) => {
        const answer = rightAnswer(asked)
        answer[8] = says
        request(socket, answer)
      },
    ]),
    [
      'a frame that says it has 65,535 bytes',
      'bad_answer',
      (asked, socket) => request(socket, [...asked.subarray(0, 4), 255, 255, 1, 4]),
    ],
    ['bytes without an end', 'bad_answer', (_asked, socket) => flood(socket, Buffer.alloc(65_536, 0xff))],
    ['empty frames without an end', 'bad_answer', (_asked, socket) => flood(socket, Buffer.alloc(65_536))],
    [
      'answers to other questions without an end',
      'bad_answer',
      (asked, socket) => {
        const other = rightAnswer(asked)
        other.writeUInt16BE(asked.readUInt16BE(0) + 5, 0)
        flood(socket, Buffer.concat(Array.from({ length: 5000 }, () => other)))
      },
    ],
    ['an empty frame', 'bad_answer', (asked, socket) => request(socket, [...asked.subarray(0, 4), 0, 0, 0])],
    [
      'the answer to another question',
      'timeout',
      (asked, socket) => {
        const answer = rightAnswer(asked)
        answer.writeUInt16BE(asked.readUInt16BE(0) + 5, 0)
        request(socket, answer)
      },
    ],
    [
      'a page of HTML',
      'bad_answer',
      (_asked, socket) => request(socket, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    ['half an answer', 'timeout', (asked, socket) => request(socket, rightAnswer(asked).subarray(0, 10))],
  ])('%s: %s, and nothing is written down', async (_what, result, answer) => {
    const timeoutMs = result === 'timeout' ? SHORT_MS : PATIENT_MS
    const { written, counts, hasCounted } = start(await startMeter(answer), { timeoutMs })
    await hasCounted(result)
    expect(written).toEqual([])
    expect(new Set(counts.filter((one) => one !== 'missed'))).toEqual(new Set([result]))
  })
})

test('who stops polling writes down nothing of what is still under way', async () => {
  let isAsked: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  const port = await startMeter(() => isAsked())
  const { running, stop, written, counts } = start(port)
  await asked
  stop()
  await running
  expect(written).toEqual([])
  expect(counts).toEqual([])
})

test('another plan takes the place of the one before; the same again disturbs nobody', async () => {
  const connections: Socket[] = []
  const port = await startMeter((request, socket) => {
    if (!connections.includes(socket)) connections.push(socket)
    socket.write(rightAnswer(request))
  })
  const journal = new JournalOnCommand(null)
  const log = pino({ level: 'silent' })
  const polls = PollStats.create()
  const pollers = new Pollers({ sink: journal, clock: systemClock, stats: IntakeStats.create(), polls, log })
  cleanups.push(() => pollers.close())
  const plan = (unitId: number) => [
    { id: 'hall', host: '127.0.0.1', port, everyMs: 20, timeoutMs: PATIENT_MS, units: [{ unitId, blocks: [BLOCK] }] },
  ]
  const hasMessage = async (topic: string) => {
    while (!journal.messages.some((message) => message.topic === topic)) await systemClock.sleep(5)
  }
  pollers.use(plan(1))
  await hasMessage('modbus/hall/1')
  pollers.use(plan(1))
  pollers.use(plan(2))
  await hasMessage('modbus/hall/2')
  const topics = journal.messages.map(({ topic }) => topic)
  expect(topics.lastIndexOf('modbus/hall/1')).toBeLessThan(topics.indexOf('modbus/hall/2'))
  expect(journal.messages[0]).toMatchObject({ ingress: 'modbus', client: 'modbus:hall', qos: 1, retain: false })
  expect(connections).toHaveLength(2)
})
