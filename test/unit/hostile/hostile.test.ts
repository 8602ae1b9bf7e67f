import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { RejectReason } from '../../../src/base/reasons.js'
import { decode } from '../../../src/decode/decode.js'
import { PARAMETERS } from '../../../src/views/parameters.js'
import { newServer, SLOWEST_SENDER, UPLOAD_MS_MAX } from '../../../src/views/server.js'
import { connect } from '../intake/packets.js'
import { dial, start } from '../intake/started-broker.js'
import { THREATS } from './list.js'

const CONTROL = /\p{Cc}/u
const ROOT = join(import.meta.dirname, '..', '..', '..')
const ARRIVED_AT = Date.parse('2026-11-24T08:00:00Z')
/** Processor time for one message of at most 1 MiB, on any machine. */
const CPU_MS_MAX = 1000
const TOPIC = 'plants/p/l/d/energy'
const value = (text: string) => `{"metrics":{"elec_import_kwh":${text}}}`
const at = (text: string) => `{"ts":${text},"metrics":{"elec_import_kwh":1}}`

test.each(THREATS)('$threat: shown where it is said to be', ({ shown }) => {
  expect(shown.length).toBeGreaterThan(0)
  for (const [file, says] of shown) expect(readFileSync(join(ROOT, file), 'utf8'), file).toContain(says)
})

describe('a payload or topic is refused for its reason, quickly, and nothing of it is taken', () => {
  test.each<[name: string, reason: RejectReason, payload: string | Buffer, topic?: string]>([
    ['1e309', 'bad_value', value('1e309')],
    ['-1e309', 'bad_value', value('-1e309')],
    ['the integer behind 2^53, as an id of an event', 'bad_schema', '{"seq":9007199254740993,"metrics":{}}'],
    ['beyond 1e15', 'bad_value', value('1.1e15')],
    ['NaN', 'bad_json', value('NaN')],
    ['Infinity', 'bad_json', value('Infinity')],
    ['a number as text', 'bad_value', value('"1"')],
    ['hexadecimal', 'bad_json', value('0x10')],
    ['a leading zero', 'bad_json', value('010')],
    ['a register that counts below 0', 'bad_value', value('-0.001')],
    ['the year 10000', 'bad_schema', at('"+010000-01-01T00:00:00Z"')],
    ['the last instant there is', 'ts_future', at('8640000000000000')],
    ['beyond the last instant', 'ts_future', at('8640000000000001')],
    ['a second of 61', 'bad_schema', at('"2016-12-31T23:59:61Z"')],
    ['a day that is none', 'bad_schema', at('"2026-02-30T00:00:00Z"')],
    ['a month that is none', 'bad_schema', at('"2026-13-01T00:00:00Z"')],
    ['before 1970', 'ts_too_old', at('-1')],
    ['1970', 'ts_too_old', at('0')],
    ['a time as a list', 'bad_schema', at('[1]')],
    ['a time without an offset', 'bad_schema', at('"2026-01-05T00:00:00"')],
    ['200,000 brackets', 'bad_json', '['.repeat(200_000)],
    ['200,000 objects, one in the other', 'bad_json', '{"a":'.repeat(200_000)],
    ['100,000 brackets, closed', 'bad_schema', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['100,000 members', 'bad_schema', `{"metrics":{${Array.from({ length: 100_000 }, (_, i) => `"m${i}":1`).join()}}}`],
    ['100,000 elements', 'bad_schema', `[${Array(100_000).fill('{}').join()}]`],
    ['a name of 500,000 characters', 'bad_schema', `{"metrics":{"${'a'.repeat(500_000)}":1}}`],
    ['a word of 500,000 characters', 'bad_value', value(`"${'a'.repeat(500_000)}"`)],
    ['a number of 500,000 digits', 'bad_value', value('9'.repeat(500_000))],
    ['__proto__ as a metric', 'bad_schema', '{"metrics":{"__proto__":1}}'],
    ['constructor as what is measured', 'bad_value', '{"metrics":{"constructor":{"prototype":{"x":1}}}}'],
    ['__proto__ instead of metrics', 'bad_schema', '{"__proto__":{"metrics":{"elec_import_kwh":1}}}'],
    ['bytes that are no UTF-8', 'bad_json', Buffer.of(0x7b, 0xff, 0x7d)],
    ['a gzipped body is bytes, and is not unpacked', 'bad_json', gzipSync(value('1'))],
    ['a level of two dots', 'bad_topic', value('1'), 'plants/../l/d/energy'],
    ['an id with a line end', 'bad_topic', value('1'), 'plants/p/l/d\n/energy'],
    ['an id with a quote', 'bad_topic', value('1'), "plants/p/l/d'--/energy"],
    ['an id of 65 characters', 'bad_topic', value('1'), `plants/p/l/${'d'.repeat(65)}/energy`],
    ['__proto__ as a plant', 'bad_topic', value('1'), 'plants/__proto__/l/d/energy'],
  ])('%s: %s', (_name, reason, payload, topic: string = TOPIC) => {
    const incoming = { topic, payload: Buffer.from(payload as string), arrivedAt: ARRIVED_AT }
    const before = process.cpuUsage()
    const decoded = decode({ ...incoming, retain: false, fullSizeBytes: null }, { registered: null })
    // The time of this process counts, whatever else the machine does.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(CPU_MS_MAX)
    expect(decoded.rejected.map((one) => one.reason)).toEqual([reason])
    expect(decoded.rejected[0]!.detail.length).toBeLessThan(1000)
    expect(decoded.readings).toEqual([])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('-0 is 0', () => {
    const incoming = { topic: TOPIC, payload: Buffer.from(value('-0')), arrivedAt: ARRIVED_AT, retain: false }
    const [reading] = decode({ ...incoming, fullSizeBytes: null }, { registered: null }).readings
    expect(Object.is(reading!.value, 0)).toBe(true)
  })
})

describe('a parameter of the API is refused', () => {
  const statements = [
    "x' OR '1'='1",
    'x"; DROP MEASUREMENT energy',
    'x;SELECT * FROM energy',
    'x\nenergy value=1',
    'X',
    '',
  ]
  test.each(statements)('an id that is a statement: %j', (text) => {
    for (const name of ['plant', 'device', 'id', 'metric', 'kpi', 'stack', 'store', 'type'] as const) {
      expect(PARAMETERS[name].safeParse(text).success, name).toBe(false)
    }
  })

  test('a cursor that nobody gave, a limit beyond the most, a range of no time', () => {
    expect(PARAMETERS.cursor.safeParse('Li4vLi4vZXRjL3Bhc3N3ZA==').success).toBe(false)
    expect(PARAMETERS.limit.safeParse('1e9').success).toBe(false)
    expect(PARAMETERS.from.safeParse('+010000-01-01T00:00:00Z').success).toBe(false)
  })
})

test('the id of a report that leads elsewhere is that of no file', async () => {
  const server = newServer(pino({ level: 'silent' }))
  server.get('/api/v1/reports/:report', (request, reply) => reply.send(request.params))
  for (const path of ['../../etc/passwd', '..%2f..%2fetc%2fpasswd%00', `${'a'.repeat(300)}`]) {
    const { statusCode, body } = await server.inject({ url: `/api/v1/reports/${path}` })
    // A path of several levels is another route, a long one none; one that is encoded is one text, and no path.
    if (statusCode === 200) expect(JSON.parse(body)).toEqual({ report: expect.not.stringMatching(/^\//) })
    else expect([400, 404, 414]).toContain(statusCode)
  }
  await server.close()
})

test('a request that does not end is given up', async () => {
  const { server: http } = newServer(pino({ level: 'silent' }))
  // A body has its own time within this; which one, is tested with the guard.
  expect(http.requestTimeout).toBe(UPLOAD_MS_MAX)
  expect(SLOWEST_SENDER.requestMs).toBe(30_000)
  expect(http.headersTimeout).toBeLessThanOrEqual(60_000)
  // The number of connections there may be, and of whom, is tested in connections.test.ts.
  expect(http.keepAliveTimeout).toBeLessThanOrEqual(5000)
})

test('a CONNECT that comes byte by byte is given up after five seconds', { tags: ['slow'] }, async () => {
  const { broker } = await start(null)
  const startMs = performance.now()
  const slow = await dial(broker)
  const bytes = connect({ id: 'x'.repeat(100) })
  for (let i = 0; i < bytes.length && !slow.isClosed; i++) {
    slow.send(bytes.subarray(i, i + 1))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  expect(slow.isClosed).toBe(true)
  expect(performance.now() - startMs).toBeGreaterThan(4000)
  expect(slow.received).toHaveLength(0)
})

test('a client id with line ends and colours makes one line of JSON in the log', async () => {
  const { broker, log } = await start(null)
  const id = `a\n{"level":60,"msg":"forged"}\r\u001b[31m`
  const raw = await dial(broker)
  raw.send(connect({ id }), Buffer.of(0xf0, 0))
  await raw.closes()
  const about = log.map((line) => ({ line, said: JSON.parse(line) as Record<string, unknown> }))
  expect(about.some(({ said }) => said.client === id)).toBe(true)
  for (const { line } of about) expect(line.trimEnd()).not.toMatch(CONTROL)
})
