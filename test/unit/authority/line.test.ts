import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuthorityLine, type MessageSource } from '../../../src/authority/line.js'
import { AuthorityMemoryFile, EMPTY_AUTHORITY_MEMORY } from '../../../src/authority/memory.js'
import type { StackMessage } from '../../../src/authority/message.js'
import { SendLog } from '../../../src/authority/send-log.js'
import { Windows } from '../../../src/authority/windows.js'
import { type Clock, systemClock } from '../../../src/base/clock.js'
import { HJ212_POLLUTANTS } from '../../../src/base/hj212/codes.js'
import { type AuthorityOptions, authorityOptions } from '../../../src/base/options/authorities.js'
import { FakeAuthority } from '../../support/authority-server.js'
import { until } from '../../support/gateway.js'

const HOUR = 3_600_000
const FROM = Date.parse('2026-11-26T00:00:00Z')
const MN = '010000A8900016F000169DC0'
const SO2 = HJ212_POLLUTANTS[0]!

let dir: string
let authority: FakeAuthority
let stop: AbortController
let running: Promise<void>
/** The hours that are over. */
let hoursOver: number
let said: string[]
const values = new Map<number, number>()
let changes: number[]

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-authority-'))
  authority = await FakeAuthority.start()
  ;[hoursOver, beganMs, said, changes] = [0, performance.now(), [], []]
  values.clear()
})

afterEach(async () => {
  stop.abort()
  await running
  await authority.close()
  rmSync(dir, { recursive: true, force: true })
  expect(authority.faults).toEqual([])
})

/** Begins a minute into the hour that is under way, and runs a hundred times as fast as others. */
const clock: Clock = {
  nowMs: () => FROM + hoursOver * HOUR + 60_000 + Math.floor((performance.now() - beganMs) * FASTER),
  sleep: (ms, signal) => systemClock.sleep(ms / FASTER, signal),
}
const FASTER = 100
/** An answer has a minute of the machine's own clock, so that a busy one is not asked twice. */
const PATIENT_S = 60 * FASTER
/** Half a second of it, where no answer is meant to come. */
const HASTY_S = FASTER / 2
let beganMs: number

function messageOf(startMs: number): StackMessage {
  const value = values.get(startMs) ?? (startMs - FROM) / HOUR
  return { period: 'hour', timeMs: startMs, quantities: [{ of: SO2, values: [['Avg', value]], flag: 'N' }] }
}

const source: MessageSource = {
  now: async () => ({ ...messageOf(clock.nowMs() - (clock.nowMs() % 1000)), period: 'real_time' }),
  of: async (_, { startMs }) => messageOf(startMs),
  changed: async (_, __, change) => ({ starts: changes.splice(0), change: change + 1 }),
}

async function begin(of: Partial<AuthorityOptions> = {}, maySend?: () => boolean): Promise<AuthorityLine> {
  const [base] = authorityOptions.authorities.parse([
    {
      id: 'city',
      host: '127.0.0.1',
      port: authority.port,
      password: '123456',
      stacks: [{ id: 'boiler-1', mn: MN }],
      send: ['hour'],
      resend: 2,
    },
  ])
  const options = { ...base!, answer_timeout_s: PATIENT_S, ...of }
  const file = new AuthorityMemoryFile(dir, 'boiler-1')
  const line = new AuthorityLine({
    options,
    station: options.stacks[0]!,
    name: 'authority p/city, stack boiler-1',
    clock,
    random: () => 0,
    windows: new Windows('Asia/Shanghai', 10),
    file,
    memory: existsSync(file.path) ? await file.read() : EMPTY_AUTHORITY_MEMORY,
    logs: { kept: log(), realTime: new SendLog(join(dir, 'log-real-time'), 30) },
    source,
    maySend,
    log: (_, text) => said.push(text),
  })
  stop = new AbortController()
  running = line.run(stop.signal)
  return line
}

function log(): SendLog {
  return new SendLog(join(dir, 'log'), 30)
}

/** The hours that have come, by their values. */
function hoursTaken(): number[] {
  return authority.of('2061').map(({ fields }) => Number(fields['a21026-Avg']))
}

test('hours of an outage are caught up in order, each once, when the authority is there again', async () => {
  await authority.close()
  const line = await begin()
  hoursOver = 9
  await until(() => line.status.state === 'retrying' && line.status.pending.hour === 9)
  expect(line.status.oldest_pending).toBe('2026-11-26T00:00:00.000Z')
  await authority.open()
  await until(() => hoursTaken().length === 9)
  expect(hoursTaken()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  await until(() => line.status.state === 'ok' && line.status.pending.hour === 0)
  expect(line.status).toMatchObject({ oldest_pending: null, reason: '' })
  const qns = authority.taken.map(({ head }) => head.QN!)
  expect(qns).toEqual([...new Set(qns)].sort())
  expect(authority.taken[0]!.head).toMatchObject({ ST: '31', PW: '123456', MN, Flag: '5' })
})

test('nobody is connected to and told while somebody else may tell the same; what is due goes out when that is over', async () => {
  let [asked, isOurs] = [0, false]
  const line = await begin({}, () => {
    asked++
    return isOurs
  })
  hoursOver = 2
  await until(() => asked > 3 && line.status.pending.hour === 2)
  expect(authority.connections).toBe(0)
  isOurs = true
  await until(() => hoursTaken().length === 2)
  expect(hoursTaken()).toEqual([0, 1])
})

test('a frame without an answer goes out three times with one QN, then over a new connection with another', async () => {
  authority.manner = 'silent'
  const line = await begin({ answer_timeout_s: HASTY_S })
  hoursOver = 1
  await until(() => authority.connections === 2 && authority.taken.length >= 4)
  expect(authority.taken.slice(0, 3).map(({ text }) => text)).toEqual(Array(3).fill(authority.taken[0]!.text))
  expect(authority.taken[3]!.head.QN! > authority.taken[0]!.head.QN!).toBe(true)
  expect(line.status).toMatchObject({
    state: 'retrying',
    reason: 'no answer to 2061, 3 times within 50 s',
    pending: { hour: 1 },
  })
  authority.manner = 'answer'
  await until(() => line.status.pending.hour === 0)
  const events = await log().newest(100)
  expect(events.at(-1)).toMatchObject({ what: 'sent', attempt: 1, qn: authority.taken[0]!.head.QN })
  expect(events.slice(0, 2).map(({ what }) => what)).toEqual(['answered', 'sent'])
  expect(events.map(({ detail }) => detail).join()).not.toContain('123456')
})

test('an answer that comes late, while the frame goes out again, counts', async () => {
  authority.manner = 'late'
  const line = await begin({ answer_timeout_s: 20, resend: 20 })
  hoursOver = 1
  await until(() => authority.taken.length === 2)
  authority.letGo()
  await until(() => line.status.pending.hour === 0)
  expect(authority.connections).toBe(1)
  expect(authority.of('2061')).toHaveLength(1)
})

test('a connection that breaks instead of an answer leaves the hour to be told again', async () => {
  authority.manner = 'close'
  const line = await begin()
  hoursOver = 1
  await until(() => authority.taken.length > 0)
  authority.manner = 'answer'
  await until(() => line.status.pending.hour === 0)
  expect(new Set(hoursTaken())).toEqual(new Set([0]))
})

test('what an authority refuses is said with its reason, and waits', async () => {
  authority.manner = 'refuse'
  const line = await begin()
  hoursOver = 1
  await until(() => line.status.state === 'failed')
  expect(line.status.reason).toBe('QnRtn=3: the password is wrong')
  expect(said).toEqual([
    'authority p/city, stack boiler-1: QnRtn=3: the password is wrong; mend its settings or the other side, what is due waits',
  ])
  authority.manner = 'answer'
  // It is tried again after five minutes.
  hoursOver = 2
  await until(() => line.status.pending.hour === 0)
})

test('what was answered is not told again after a restart, and what was not is', async () => {
  await begin()
  hoursOver = 2
  await until(() => hoursTaken().length === 2)
  authority.manner = 'silent'
  hoursOver = 3
  await until(() => hoursTaken().includes(2))
  stop.abort()
  await running
  authority.manner = 'answer'
  const line = await begin()
  await until(() => line.status.pending.hour === 0)
  expect(hoursTaken()).toEqual(expect.arrayContaining([0, 1, 2]))
  expect(hoursTaken().filter((hour) => hour < 2)).toEqual([0, 1])
})

test.each([
  ['note', 1],
  ['send', 2],
] as const)(
  'an hour that has changed after it was sent is noted; with restated: %s it is told %i times',
  async (restated, times) => {
    const line = await begin({ restated })
    hoursOver = 2
    await until(() => hoursTaken().length === 2)
    values.set(FROM, 77)
    changes = [FROM, FROM + HOUR]
    // The next hour is told behind whatever else is due.
    hoursOver = 3
    await until(() => line.status.restated === 1)
    await until(() => line.status.pending.hour === 0)
    expect(authority.of('2061').filter(({ fields }) => fields.DataTime === '20261126080000')).toHaveLength(times)
    expect((await log().newest(100)).filter(({ what }) => what === 'restated')).toMatchObject([
      { data_time: '2026-11-26T00:00:00.000Z', detail: expect.stringContaining('a21026-Avg=77') },
    ])
  },
)

test('real-time data that nobody answers are not sent again, and hold nothing up', async () => {
  const line = await begin({ send: ['real_time', 'hour'], real_time_s: 1, answer_timeout_s: HASTY_S })
  authority.onFrame = ({ head }) => {
    authority.manner = head.CN === '2011' ? 'silent' : 'answer'
  }
  hoursOver = 1
  await until(() => line.status.pending.hour === 0)
  hoursOver = 2
  await until(() => authority.of('2061').length >= 2)
  const moments = authority.taken.filter(({ head }) => head.CN === '2011')
  expect(new Set(moments.map(({ head }) => head.QN)).size).toBe(moments.length)
  expect(line.counts.get('2011/unanswered')).toBeGreaterThan(0)
  expect(existsSync(join(dir, 'log-real-time'))).toBe(true)
})

test('a command of the authority is refused by 9011 where it wants an answer, and noted', async () => {
  await begin()
  await until(() => authority.connections === 1)
  authority.command(`QN=20261126080000001;ST=31;CN=1062;PW=123456;MN=${MN};Flag=5;CP=&&RtdInterval=30&&`)
  authority.command(`QN=20261126080000002;ST=31;CN=3011;PW=123456;MN=${MN};Flag=4;CP=&&PolId=a21026&&`)
  hoursOver = 1
  await until(() => authority.of('2061').length === 1)
  expect(authority.replies.map(({ head, fields }) => [head.QN, head.CN, fields.QnRtn])).toEqual([
    ['20261126080000001', '9011', '2'],
  ])
  const asked = (await log().newest(10)).filter(({ what }) => what === 'asked')
  expect(asked.map(({ qn }) => qn)).toEqual(['20261126080000002', '20261126080000001'])
})

test('an authority that asks faster than can be noted is hung up on, and told what is due all the same', async () => {
  await begin()
  await until(() => authority.connections === 1)
  for (let i = 0; i < 1000; i++) authority.command(`QN=${i};ST=31;CN=1062;PW=123456;MN=${MN};Flag=4;CP=&&&&`)
  hoursOver = 1
  await until(() => authority.of('2061').length === 1)
  expect(said).toContainEqual(expect.stringContaining('it asks for more than can be noted'))
  const asked = (await log().newest(2000)).filter(({ what }) => what === 'asked')
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.length).toBeLessThan(1000)
})

test('weeks with a dead authority cost no memory and no file; what is older than keep_days is given up with a word', async () => {
  await authority.close()
  const line = await begin({ keep_days: 2 })
  await until(() => line.status.state === 'retrying')
  for (let week = 1; week <= 10; week++) {
    hoursOver = week * 7 * 24
    await until(() => line.status.pending.hour === 48)
  }
  expect(said.filter((text) => text.includes('nobody will be told of them any more'))).toHaveLength(10)
  // The log of this test goes back thirty days: four weeks and the newest.
  await until(async () => (await log().newest(1000)).length === 5)
  const events = await log().newest(1000)
  expect(events.map(({ what }) => what)).toEqual(Array(5).fill('dropped'))
  expect(readFileSync(join(dir, 'boiler-1.json'), 'utf8').length).toBeLessThan(400)
  await authority.open()
  await until(() => line.status.pending.hour === 0)
  const first = hoursOver - 48
  expect(hoursTaken()).toEqual(Array.from({ length: 48 }, (_, i) => first + i))
})

test('without a password nothing is sent, and it is said which file is not there', async () => {
  const { password: _, ...options } = { password: undefined, password_file: join(dir, 'pw') }
  const line = await begin({ ...options, password: undefined })
  hoursOver = 1
  await until(() => line.status.state === 'failed')
  expect(line.status.reason).toContain(join(dir, 'pw'))
  expect(authority.connections).toBe(0)
  writeFileSync(join(dir, 'pw'), 'secret-1\n')
  await until(() => authority.of('2061').length === 1)
  expect(authority.taken[0]!.head.PW).toBe('secret-1')
})

test('a log whose last line was cut off by a kill is read all the same', async () => {
  const event = {
    at: '2026-11-26T00:00:00.000Z',
    stack: 'boiler-1',
    what: 'asked',
    period: null,
    data_time: null,
    qn: null,
    attempt: 1,
    detail: '',
  } as const
  await log().append(event)
  const [name] = readdirSync(join(dir, 'log'))
  writeFileSync(join(dir, 'log', name!), '{"at":"2026-11', { flag: 'a' })
  await log().append({ ...event, detail: 'after' })
  expect((await log().newest(10)).map(({ detail }) => detail)).toEqual(['after', ''])
  stop = new AbortController()
  running = Promise.resolve()
})
