import { describe, expect, test } from 'vitest'
import { answerOf, hindrance, type ReplyOutcome } from '../../../src/stores/influx/answer.js'

const NOW_MS = Date.parse('2026-11-24T08:00:00Z')

interface Said {
  readonly retryAfter?: string
  readonly version?: 1 | 2
}

function answer(status: number, body: string, { retryAfter, version = 1 }: Said = {}): ReplyOutcome {
  return answerOf({ status, body, retryAfter: retryAfter ?? null }, { store: 's', version }, NOW_MS)
}

const error = (words: string) => JSON.stringify({ error: words })
const message = (code: string, words: string) => JSON.stringify({ code, message: words })

const conflict =
  'partial write: field type conflict: input field "v" on measurement "m" is type string, already exists as type float dropped=1'
const page = (title: string) => `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>…</body></html>`

/** Source: InfluxDB API reference v1.8, POST /write, and the words of 1.6.7, each taken from a running server. */
describe('what InfluxDB 1.x says of a write', () => {
  // biome-ignore format: a table
  test.each<[number, string, ReplyOutcome['kind'], string]>([
    [204, '',                                                        'taken',     ''],
    [400, error(conflict),                                           'partial',   'field type conflict'],
    [400, error('partial write: points beyond retention policy dropped=7'), 'partial', 'beyond retention policy'],
    [400, error("partial write: unable to parse 'x': missing fields dropped=0"), 'partial', 'unable to parse'],
    [400, error('partial write: max-series-per-database limit exceeded: (10) dropped=3'), 'partial', 'max-series'],
    [400, error('partial write: max-values-per-tag limit exceeded (100000/100000): measurement="m" tag="t" dropped=1'), 'partial', 'max-values'],
    [400, error("unable to parse 'x': missing fields"),              'refused',   'unable to parse'],
    [401, error('authorization failed'),                             'denied',    'user or password is refused (username, password_file): authorization failed'],
    [401, error('unable to parse authentication credentials'),       'denied',    'username, password_file'],
    [403, error('"u" user is not authorized to write to database "d"'), 'denied', 'the user may not do this (username)'],
    [404, error('database not found: "d"'),                          'denied',    'the database is not there (database)'],
    [413, error('Request Entity Too Large'),                         'too_large', 'Too Large'],
    [500, error('retention policy not found: r'),                    'denied',    'readings_retention, kpi_retention'],
    [500, error('timeout'),                                          'busy',      'timeout'],
    [500, error('engine: cache-max-memory-size exceeded: (5/5)'),    'busy',      'cache-max-memory-size'],
    [500, error('write /data/wal/_00001.wal: no space left on device'), 'busy',   'disk is full, make room and start it anew'],
    [500, error('write /data/wal/_00001.wal: disk quota exceeded'),  'busy',      'disk is full, make room and start it anew'],
    [500, error('write /data/wal/_00001.wal: file too large'),       'busy',      'disk is full'],
    [500, error('engine: error writing WAL entry: input/output error'), 'busy',   'cannot write to its disk'],
    [500, error('engine is closed'),                                 'busy',      'engine is closed'],
    [500, error('runtime error: index out of range'),                'broken',    'index out of range'],
    [503, error('request throttled, exceeds timeout'),               'busy',      'throttled'],
  ])('%i %s: %s', (status, body, kind, words) => expectAnswer(answer(status, body), kind, words))
})

/** Source: InfluxDB API reference v2.7 and Cloud, POST /api/v2/write. */
describe('what InfluxDB 2.x and Cloud say of a write', () => {
  // biome-ignore format: a table
  test.each<[number, string, ReplyOutcome['kind'], string]>([
    [204, '',                                                        'taken',     ''],
    [400, message('invalid', "unable to parse 'x': missing fields"), 'refused',   'unable to parse'],
    [400, message('invalid', conflict),                              'partial',   'field type conflict'],
    [401, message('unauthorized', 'unauthorized access'),            'denied',    'the token is refused (token_file): unauthorized access'],
    [403, message('forbidden', 'insufficient permissions for write'), 'denied',   'the token may not do this (token_file)'],
    [404, message('not found', 'bucket "b" not found'),              'denied',    'the organization or bucket is not there (org, bucket): bucket "b" not found'],
    [404, message('not found', 'organization name "o" not found'),   'denied',    'organization name "o" not found'],
    [413, message('request too large', 'cannot read data: points in batch is too large'), 'too_large', 'too large'],
    [422, message('unprocessable entity', `failure writing points to database: ${conflict}`), 'partial', 'field type conflict'],
    [422, message('unprocessable entity', 'data outside of the retention period'), 'refused', 'retention period'],
    [429, message('too many requests', 'org has exceeded limited_write plan limit'), 'busy', 'plan limit'],
    [500, message('internal error', 'unexpected error writing points to database: timeout'), 'busy', 'timeout'],
    [500, message('internal error', 'an internal error has occurred'), 'broken',  'internal error'],
    [500, message('internal error', 'write /wal/1.wal: no space left on device'), 'busy', 'disk is full: write'],
    [503, message('unavailable', 'service unavailable'),             'busy',      'service unavailable'],
  ])('%i %s: %s', (status, body, kind, words) => expectAnswer(answer(status, body, { version: 2 }), kind, words))
})

/** Source: InfluxDB 3 Core API reference, POST /api/v2/write and /api/v3/write_lp. */
describe('what InfluxDB 3.x says of a write', () => {
  const partial = (...lines: readonly number[]) =>
    JSON.stringify({
      error: 'partial write of line protocol occurred',
      data: lines.map((line) => ({ original_line: 'm v="x"', line_number: line, error_message: `fault ${line}` })),
    })

  // biome-ignore format: a table
  test.each<[number, string, ReplyOutcome['kind'], string]>([
    [204, '',                                                        'taken',     ''],
    [400, partial(2),                                                'partial',   'partial write of line protocol'],
    [400, JSON.stringify({ error: 'parsing failed for write_lp endpoint', data: { line_number: 1 } }), 'refused', 'parsing failed'],
    [401, error('the request was not authenticated'),                'denied',    'the token is refused (token_file)'],
    [403, error('the request was not authorized'),                   'denied',    'the token may not do this (token_file)'],
    [413, error('request body too large'),                           'too_large', 'too large'],
    [422, error('the write exceeds the limit of columns'),           'refused',   'limit of columns'],
    [503, error('write buffer is full'),                             'busy',      'buffer is full'],
  ])('%i %s: %s', (status, body, kind, words) => expectAnswer(answer(status, body, { version: 2 }), kind, words))

  test('the lines it names are counted from its first, each with its own words', () => {
    expect(answer(400, partial(2, 5), { version: 2 })).toMatchObject({
      kind: 'partial',
      lines: [
        { index: 1, detail: 'fault 2' },
        { index: 4, detail: 'fault 5' },
      ],
    })
  })
})

describe('what stands between us and the server', () => {
  // biome-ignore format: a table
  test.each<[number, string, ReplyOutcome['kind'], string]>([
    [200, page('Welcome'),               'denied',    'what answers is no InfluxDB (url): a page: Welcome'],
    [301, '',                            'denied',    'the server sends us elsewhere (url): status 301'],
    [400, page('Bad request'),           'denied',    'what answers is no InfluxDB (url)'],
    [403, page('Forbidden'),             'denied',    'a page: Forbidden'],
    [404, page('Not found'),             'denied',    'what answers is no InfluxDB (url)'],
    [404, '404 page not found',          'denied',    '404 page not found'],
    [405, '',                            'denied',    'what answers is no InfluxDB (url): status 405'],
    [407, '',                            'denied',    'status 407'],
    [408, '',                            'busy',      'status 408'],
    [413, page('Entity too large'),      'too_large', 'a page'],
    [502, page('Bad gateway'),           'busy',      'a page: Bad gateway (status 502)'],
    [503, page('Unavailable'),           'busy',      'a page: Unavailable'],
    [504, page('Gateway timeout'),       'busy',      'a page: Gateway timeout'],
  ])('%i %s: %s', (status, body, kind, words) => expectAnswer(answer(status, body), kind, words))

  test('no answer at all is a pause, in which the address is worth a look', () => {
    expect(answerOf({ failure: 'connect ECONNREFUSED 127.0.0.1:8086' }, { store: 's', version: 1 }, NOW_MS)).toEqual({
      kind: 'busy',
      retryAfterMs: null,
      reason: 'store s: the server does not answer (url): connect ECONNREFUSED 127.0.0.1:8086',
    })
  })
})

// biome-ignore format: a table
test.each([
  ['120',                           120_000],
  ['0',                             0],
  ['Tue, 24 Nov 2026 08:00:05 GMT', 5000],
  ['Tue, 24 Nov 2026 07:59:00 GMT', 0],
  ['soon',                          null],
  [undefined,                       null],
])('the pause that a server asks for, %s, is %s ms', (retryAfter, retryAfterMs) => {
  const said: Said = retryAfter === undefined ? {} : { retryAfter }
  expect(answer(429, '', said)).toMatchObject({ kind: 'busy', retryAfterMs })
  expect(answer(503, '', said)).toMatchObject({ kind: 'busy', retryAfterMs })
})

test('of a partial write it is kept how many were dropped at least', () => {
  expect(answer(400, error('partial write: points beyond retention policy dropped=7'))).toMatchObject({ dropped: 7 })
  expect(answer(400, error("partial write: unable to parse 'x': y dropped=0"))).toMatchObject({ dropped: 0 })
})

test('words that never end are cut', () => {
  expect(answer(400, 'x'.repeat(10_000))).toEqual({ kind: 'refused', detail: `${'x'.repeat(500)}…` })
})

test('what hinders anything but a write is a pause with a sentence', () => {
  const words = { store: 's', version: 1 } as const
  expect(hindrance({ kind: 'refused', detail: 'syntax error' }, words)).toEqual({
    kind: 'busy',
    retryAfterMs: null,
    reason: 'store s: the server refuses: syntax error',
  })
  expect(hindrance({ kind: 'busy', retryAfterMs: 5, reason: 'r' }, words)).toEqual({
    kind: 'busy',
    retryAfterMs: 5,
    reason: 'r',
  })
})

function expectAnswer(said: ReplyOutcome, kind: ReplyOutcome['kind'], words: string): void {
  expect(said.kind).toBe(kind)
  const text = 'reason' in said ? said.reason : 'detail' in said ? said.detail : ''
  expect(text).toContain(words)
  if ('reason' in said) expect(text).toMatch(/^store s: /)
}
