import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import type { StoreTrial } from '../../../src/base/store-trial.js'
import type { Point, Stream } from '../../../src/kpi/windows/point.js'
import { openInfluxdb2 } from '../../../src/stores/influx/influxdb2.js'
import type { StoreServer } from '../../../src/stores/server-kind.js'
import type { StoreBatch } from '../../../src/stores/store.js'
import { influxdb2Options } from '../../support/influx-options.js'
import { UNITS } from '../../support/series.js'

interface Asked {
  readonly door: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
interface Said {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const stream: Stream = { plant: 'p', scope: 'device', id: 'm1', kpi: 'oee', window: '1h', unit: '1' }
const startMs = Date.parse('2025-07-01T00:00:00Z')
const figure = {
  value: 1,
  reason: '',
  numerator: 1,
  denominator: 1,
  coverage: 1,
  estimatedShare: 0,
  flags: 0,
  factors: [],
} as const
const point: Point = { stream, startMs, endMs: startMs + 3_600_000, ...figure, provisional: false, rev: 0 }
const batchOf = (of: Partial<StoreBatch>): StoreBatch => ({ samples: [], points: [], erased: [], ...of })

/** A server that says what the references of 2.x and 3.x say, on loopback. */
describe('influxdb2', () => {
  let server: Server
  let asked: Asked[]
  let answers: Readonly<Record<string, (asked: Asked) => Said>>
  const stores: StoreServer[] = []

  beforeEach(async () => {
    asked = []
    answers = {}
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
      const one = { door: pathname, query: Object.fromEntries(searchParams), headers: request.headers, body }
      asked.push(one)
      const said = answers[pathname]?.(one) ?? { status: 204 }
      const json = said.body === undefined ? '' : JSON.stringify(said.body)
      response.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(json)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
  })
  afterEach(() => {
    for (const store of stores.splice(0)) store.close()
    server.close()
  })

  function open(of: object = {}): StoreServer {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const options = influxdb2Options({ url, bucket: 'readings', ...{ org: 'works', token: 'very-secret' }, ...of })
    const store = openInfluxdb2(options, { name: 's', clock: systemClock, units: UNITS })
    stores.push(store)
    return store
  }
  const noMark = () => ({ status: 200, body: { results: [{ statement_id: 0 }] } })

  test('says who it is at both doors, and writes points into their own bucket', async () => {
    answers = { '/query': noMark }
    const store = open({ kpi_bucket: 'kpis' })
    expect(await store.prepare('ours')).toEqual({ kind: 'ready', isMarked: false })
    await store.write(batchOf({ points: [point] }))
    expect(asked.every(({ headers }) => headers.authorization === 'Token very-secret')).toBe(true)
    expect(asked.map(({ door, query }) => `${door} ${query.bucket ?? query.db}`)).toEqual([
      '/api/v2/write readings',
      '/api/v2/write kpis',
      '/query readings',
      '/api/v2/write kpis',
    ])
    expect(asked[3]?.query).toEqual({ org: 'works', bucket: 'kpis', precision: 'ms' })
    // 3.x looks for the parameters of a question nowhere but in its URL, and takes no database inside of it.
    expect(asked[2]?.query.q).toContain('FROM "greengauge_store" WHERE')
    await expect(store.points({ ...stream, fromMs: 0, toMs: 1, limit: 1 })).resolves.toEqual([])
    expect(asked.at(-1)?.query.db).toBe('kpis')
  })

  describe('tried out', () => {
    const rowsOf = (one: Asked) => {
      const found = { name: 'greengauge_test', columns: ['time', 'ok'], values: [[0, true]] }
      return { status: 200, body: { results: [{ series: one.query.q?.includes('greengauge_test') ? [found] : [] }] } }
    }
    const resultsOf = ({ steps }: StoreTrial) => steps.map(({ step, result }) => `${step} ${result}`)

    test('writes a point to each bucket, reads it there, and takes it away by its own mark', async () => {
      answers = { '/query': rowsOf }
      const trial = await open({ kpi_bucket: 'kpis' }).tryOut()
      expect(resultsOf(trial)).toEqual(['reach done', 'write done', 'read done', 'remove done'])
      expect(asked.map(({ door, query }) => `${door} ${query.bucket ?? query.db}`)).toEqual([
        '/api/v2/write readings',
        '/api/v2/write kpis',
        '/query readings',
        '/query kpis',
        '/api/v2/delete readings',
        '/api/v2/delete kpis',
      ])
      const mark = /^greengauge_test,test=(\w{16}) ok=true \d+$/.exec(asked[0]!.body)?.[1]
      expect(JSON.parse(asked[4]!.body).predicate).toBe(`_measurement="greengauge_test" AND test="${mark}"`)
    })

    test('a server that cannot delete, as 3.x, keeps the point, which is said', async () => {
      answers = { '/query': rowsOf, '/api/v2/delete': () => ({ status: 404, body: {} }) }
      expect(resultsOf(await open().tryOut()).at(-1)).toBe('remove unable')
    })

    test('a server that says again what it was told shows no secret', async () => {
      answers = {
        '/api/v2/write': ({ headers }) => ({ status: 401, body: { message: `not allowed: ${headers.authorization}` } }),
      }
      const trial = await open().tryOut()
      expect(resultsOf(trial)).toEqual(['reach done', 'write failed'])
      expect(trial.steps[1]?.detail).toBe('the token is refused (token_file): not allowed: Token (secret)')
    })

    test('one that takes the point and gives nothing back is told so', async () => {
      answers = { '/query': noMark }
      expect(resultsOf(await open().tryOut())).toEqual(['reach done', 'write done', 'read failed', 'remove done'])
    })
  })

  test.each([
    [
      404,
      { code: 'not found', message: 'bucket "readings" not found' },
      'the organization or bucket is not there (org, bucket): bucket "readings" not found',
    ],
    [
      401,
      { code: 'unauthorized', message: 'unauthorized access' },
      'the token is refused (token_file): unauthorized access',
    ],
    [
      403,
      { code: 'forbidden', message: 'insufficient permissions' },
      'the token may not do this (token_file): it needs to read and write the bucket: insufficient permissions',
    ],
  ])('says what is missing when an empty write is answered with %i', async (status, body, words) => {
    answers = { '/api/v2/write': () => ({ status, body }) }
    const said = await open().prepare('ours')
    expect(said).toEqual({ kind: 'busy', retryAfterMs: null, reason: `store s: ${words}` })
    expect(JSON.stringify(said)).not.toContain('secret')
  })

  test('an empty write that is called invalid shows that everything else is well; 2.x says so', async () => {
    answers = {
      '/api/v2/write': () => ({ status: 400, body: { code: 'invalid', message: 'writing requires points' } }),
      '/query': noMark,
    }
    expect(await open().prepare('ours')).toMatchObject({ kind: 'ready' })
  })

  test.each([
    [401, { code: 'unauthorized', message: 'unauthorized' }],
    [404, { code: 'not found', message: 'no dbrp mapping found' }],
  ])('a token that may not read (%i) is not asked for the mark', async (status, body) => {
    answers = { '/query': () => ({ status, body }) }
    expect(await open().prepare('ours')).toEqual({ kind: 'ready', isMarked: true })
  })

  test('obeys the pause that the server asks for', async () => {
    answers = { '/api/v2/write': () => ({ status: 429, headers: { 'retry-after': '17' }, body: { message: 'limit' } }) }
    expect(await open().write(batchOf({ points: [point] }))).toMatchObject({ kind: 'busy', retryAfterMs: 17_000 })
  })

  test('deletes a window before it is written again without a value', async () => {
    const store = open()
    const without = { ...point, value: null, reason: 'no_data' } as const
    await store.write(batchOf({ points: [without], erased: [without] }))
    expect(asked.map(({ door }) => door)).toEqual(['/api/v2/delete', '/api/v2/write'])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      start: '2025-07-01T00:00:00.000Z',
      stop: '2025-07-01T00:00:00.001Z',
      predicate: '_measurement="kpi_1h" AND id="m1" AND kpi="oee" AND plant="p" AND scope="device"',
    })
  })

  test.each([404, 405, 501])(
    'where there is no such door (%i), only windows that nobody makes any more are written over',
    async (status) => {
      answers = { '/api/v2/delete': () => ({ status }) }
      const gone = { stream, startMs: startMs + 3_600_000 }
      await open().write(batchOf({ points: [{ ...point, value: null, reason: 'no_data' }], erased: [point, gone] }))
      const lines = asked.at(-1)?.body.split('\n') ?? []
      expect(lines.map((line) => /valid=(\w+),reason="(\w+)".* (\d+)$/.exec(line)?.slice(1))).toEqual([
        ['false', 'no_data', String(startMs)],
        ['false', 'removed', String(gone.startMs)],
      ])
    },
  )

  test('of those, history knows nothing', async () => {
    const columns = [
      'time',
      'value',
      'valid',
      'reason',
      'numerator',
      'denominator',
      'coverage',
      'estimated_share',
      'provisional',
      'rev',
      'end',
      'flags',
    ]
    const row = (start: number, valid: boolean, reason: string) => [
      start,
      5,
      valid,
      reason,
      1,
      1,
      1,
      0,
      false,
      0,
      start + 3_600_000,
      '',
    ]
    const values = [row(startMs, false, 'removed'), row(startMs + 1, false, 'no_data'), row(startMs + 2, true, '')]
    answers = {
      '/query': () => ({ status: 200, body: { results: [{ series: [{ name: 'kpi_1h', columns, values }] }] } }),
    }
    const points = await open().points({ ...stream, fromMs: 0, toMs: 8.64e15, limit: 10 })
    expect(points.map(({ value, reason }) => [value, reason])).toEqual([
      [null, 'no_data'],
      [5, ''],
    ])
  })

  test('rows that a server cuts off at its own limit are asked for again from there', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i * 1000, i, 'good'])
    answers = {
      '/query': ({ query }) => {
        const [, from, offset] = /time >= (-?\d+)ms .* OFFSET (\d+)/.exec(query.q ?? '') ?? []
        const rest = rows.filter(([time]) => Number(time) >= Number(from)).slice(Number(offset))
        const series = {
          columns: ['time', 'x', 'quality'],
          values: rest.slice(0, 3),
          ...(rest.length > 3 ? { partial: true } : {}),
        }
        return { status: 200, body: { results: [rest.length === 0 ? {} : { series: [series] }] } }
      },
    }
    const stretch = { plant: 'p', device: 'd', class: 'energy', metric: 'x', fromMs: 0, toMs: 1e9, limit: 100 } as const
    expect((await open().readings(stretch)).map(({ value }) => value)).toEqual(rows.map(([, value]) => value))
  })

  test('compresses when it is told to', async () => {
    const points = Array.from({ length: 100 }, (_, i) => ({ ...point, startMs: startMs + i * 3_600_000 }))
    await open({ gzip: 'on' }).write(batchOf({ points }))
    await open().write(batchOf({ points }))
    expect(asked.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined])
    expect(asked[0]?.body).toBe(asked[1]?.body)
  })

  test('has no more than in_flight bodies under way, and keeps its connections', async () => {
    let underWay = 0
    let most = 0
    const sockets = new Set<unknown>()
    server.on('request', (request, response) => {
      sockets.add(request.socket)
      most = Math.max(most, ++underWay)
      response.once('finish', () => underWay--)
    })
    const points = Array.from({ length: 200 }, (_, i) => ({ ...point, startMs: startMs + i * 3_600_000 }))
    await open({ in_flight: 3, batch_bytes: '4KiB' }).write(batchOf({ points }))
    expect(asked.length).toBeGreaterThan(5)
    expect([most <= 3, sockets.size <= 3]).toEqual([true, true])
    expect(asked.every(({ body }) => body.length <= 4096)).toBe(true)
    expect(asked.flatMap(({ body }) => body.split('\n'))).toHaveLength(200)
  })

  test.each([
    ['is cut off', (socket: Socket) => socket.destroy()],
    ['never ends', () => undefined],
  ])('an answer that %s is none', async (_, then) => {
    server.removeAllListeners('request')
    server.on('request', (request, response) => {
      response.writeHead(400, { 'content-length': 100 }).write('{')
      setImmediate(() => then(request.socket))
    })
    const store = open({ timeout_s: 0.3 })
    const reason = expect.stringMatching(/^store s: the server does not answer \(url\): /)
    expect(await store.write(batchOf({ points: [point] }))).toEqual({ kind: 'busy', retryAfterMs: null, reason })
    await expect(store.points({ ...stream, fromMs: 0, toMs: 1, limit: 1 })).rejects.toThrow('does not answer (url)')
    server.closeAllConnections()
  })

  test('one body that is not taken makes the batch come again', async () => {
    answers = { '/api/v2/write': ({ body }) => ({ status: body.includes(`${startMs + 99 * 3_600_000}`) ? 503 : 204 }) }
    const points = Array.from({ length: 200 }, (_, i) => ({ ...point, startMs: startMs + i * 3_600_000 }))
    expect(await open({ batch_bytes: '4KiB' }).write(batchOf({ points }))).toMatchObject({ kind: 'busy' })
  })
})
