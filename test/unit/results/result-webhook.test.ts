import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { FINAL_WAITING_MAX, FinalResults } from '../../../src/results/final-results.js'
import type { ResultSources } from '../../../src/results/mqtt-results.js'
import { resultsOptions } from '../../../src/results/options.js'
import { ResultWebhook } from '../../../src/results/result-webhook.js'
import { hourPoint } from '../dashboards/point.js'

/** Proves that each final figure is posted at least once, also over an outage of the other side and a stop of the gateway. */

interface Posted {
  readonly authorization: string | undefined
  readonly body: {
    type: string
    version: number
    webhook: string
    points: (KpiPoint & { state: string; lineage: string })[]
  }
}

const NAME = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', provisional: false } as const
const point = (hour: number, more: Partial<KpiPoint> = {}) => hourPoint(hour, hour, { ...NAME, ...more })

let dir: string
let server: Server
let posted: Posted[]
/** Statuses of the next answers; 204 when there is none. Below 0 its text never ends. */
let answers: number[]

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  ;[posted, answers] = [[], []]
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [status, isEndless] = [Math.abs(answers[0] ?? 204), (answers.shift() ?? 0) < 0]
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Posted['body']
      if (status < 300) posted.push({ authorization: request.headers.authorization, body })
      if (isEndless) {
        response.writeHead(status).write('taken, and')
        setTimeout(() => response.destroy(), 50)
        return
      }
      response.writeHead(status).end(status < 300 ? undefined : 'secret-8a1f is wrong')
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(dir, { recursive: true, force: true })
})

/** Runs a hook over so many rounds of its clock; `tell` is called before each. */
async function rounds(
  count: number,
  tell: (round: number, take: (points: readonly KpiPoint[]) => void) => void,
  sources: Partial<ResultSources> = {},
): Promise<readonly string[]> {
  const stopping = new AbortController()
  const said: string[] = []
  let take: (points: readonly KpiPoint[]) => void = () => {}
  let [round, nowMs] = [0, Date.parse('2026-11-30T00:00:00Z')]
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const [options] = resultsOptions.parse({
    webhooks: [{ id: 'erp', url, token: 'secret-8a1f', kpis: ['oee'] }],
  }).webhooks
  const hook = new ResultWebhook({
    clock: {
      nowMs: () => nowMs,
      sleep: async () => {
        nowMs += 70_000
        tell(round, take)
        if (round++ === count) stopping.abort()
      },
    },
    options: options!,
    path: join(dir, 'erp.json'),
    isLive: () => true,
    log: (_level, text) => void said.push(text),
  })
  await hook.run(stopping.signal, {
    catalogue: [],
    latest: () => [],
    points: async () => [],
    plants: () => [{ id: 'p' }] as unknown as ReturnType<ResultSources['plants']>,
    onPoints: (listener) => {
      take = listener
      return () => {}
    },
    ...sources,
  })
  return said
}

const told = () => posted.flatMap(({ body }) => body.points.map(({ state, value }) => [state, value]))

test('a window is posted once it is final, with its basis and where it comes from, and a restated one as earlier', async () => {
  await rounds(4, (round, take) => {
    if (round === 0) take([point(1, { provisional: true }), point(1), point(1, { kpi: 'fpy' })])
    if (round === 1) take([point(2)])
    if (round === 2) take([point(1, { value: 0.5, rev: 1 })])
  })
  expect(told()).toEqual([
    ['final', 1],
    ['final', 2],
    ['earlier', 0.5],
  ])
  const [{ authorization, body }] = posted as [Posted]
  expect(authorization).toBe('Bearer secret-8a1f')
  expect(body).toMatchObject({ type: 'greengauge.results', version: 1, webhook: 'erp' })
  expect(body.points[0]).toMatchObject({
    ...point(1),
    lineage: expect.stringContaining('/api/v1/plants/p/kpis/oee/series?'),
  })
})

test('what is not taken is posted again, in its order, and the log says why without the token', async () => {
  answers = [503, 400]
  const said = await rounds(6, (round, take) => {
    if (round < 3) take([point(round + 1)])
  })
  expect(told().map(([, value]) => value)).toEqual([1, 2, 3])
  expect(said[0]).toMatch(/^webhook erp: results are not taken at http:\/\/127\.0\.0\.1:\d+\/…: HTTP 503/)
  expect(said.join()).not.toContain('secret-8a1f')
})

test('after a stop windows that became final meanwhile are read and posted; of the past before the first start nothing is', async () => {
  const past = { latest: () => [point(5)], points: async () => [point(3), point(4), point(5)] }
  await rounds(1, () => {}, past)
  expect(posted).toEqual([])
  await rounds(1, () => {}, {
    latest: () => [point(7)],
    points: async ({ afterMs }) => [point(6), point(7)].filter(({ start }) => Date.parse(start) > afterMs!),
  })
  expect(told()).toEqual([
    ['final', 6],
    ['final', 7],
  ])
  expect(JSON.parse(readFileSync(join(dir, 'erp.json'), 'utf8')).told).toEqual({
    [Object.keys(JSON.parse(readFileSync(join(dir, 'erp.json'), 'utf8')).told)[0]!]: point(7).start,
  })
})

test('what waits is bounded: the oldest is let go and counted, and a window that is restated waits once', () => {
  const results = new FinalResults(resultsOptions.parse({}), {})
  results.take(point(1))
  results.take(point(1, { value: 0.5 }))
  expect(results.batch(10).map(({ value }) => value)).toEqual([0.5])
  for (let hour = 2; hour < FINAL_WAITING_MAX + 4; hour++) results.take(point(hour))
  expect([results.size, results.takeDropped(), results.batch(1)[0]!.value]).toEqual([FINAL_WAITING_MAX, 3, 4])
})

test('a figure that is new while nothing is taken is posted after a stop', async () => {
  answers = Array.from({ length: 9 }, () => 503)
  await rounds(3, (round, take) => {
    if (round === 0) take([point(5, { provisional: true })])
    if (round === 1) take([point(5)])
  })
  expect(posted).toEqual([])
  answers = []
  await rounds(1, () => {}, {
    latest: () => [point(6)],
    points: async ({ afterMs }) => [point(4), point(5), point(6)].filter(({ start }) => Date.parse(start) > afterMs!),
  })
  expect(told().map(([, value]) => value)).toEqual([5, 6])
})

test('after a long stop all windows that became final are read, page after page', async () => {
  await rounds(1, () => {}, { latest: () => [point(0)] })
  const all = Array.from({ length: 250 }, (_, hour) => point(hour + 1))
  await rounds(1, () => {}, {
    latest: () => [all.at(-1)!],
    points: async ({ afterMs, limit }) => all.filter(({ start }) => Date.parse(start) > afterMs!).slice(0, limit),
  })
  expect(told()).toEqual(all.map(({ value }) => ['final', value]))
})

test('a store that gives no answer after a start delays what was missed and what is new, and loses nothing', async () => {
  await rounds(1, () => {}, { latest: () => [point(3)] })
  let asked = 0
  const said = await rounds(
    8,
    (round, take) => {
      if (round === 1) take([point(7)])
    },
    {
      latest: () => [point(6)],
      points: async ({ afterMs }) => {
        if (asked++ < 3) throw new Error('the database is locked')
        return [point(4), point(5), point(6)].filter(({ start }) => Date.parse(start) > afterMs!)
      },
    },
  )
  expect(
    told()
      .map(([, value]) => value)
      .sort(),
  ).toEqual([4, 5, 6, 7])
  expect(said.every((text) => text.includes('nothing is posted yet: the database is locked'))).toBe(true)
  expect(said.length).toBeGreaterThan(0)
})

test('the mark of a figure stays before its oldest window that waits: a kill does not lose that one', () => {
  const results = new FinalResults(resultsOptions.parse({}), {})
  results.begin(point(1), point(1).start)
  for (const hour of [8, 6, 7]) results.take(point(hour))
  const [newest, ...older] = results.batch(3)
  results.settle([newest!])
  expect([newest!.start, results.toldStart(point(1))]).toEqual([point(8).start, point(1).start])
  expect(results.posted(older).map(({ state }) => state)).toEqual(['earlier', 'earlier'])
  results.settle(older)
  expect(results.toldStart(point(1))).toBe(point(7).start)
})

test('what is let go is counted in the log, also while the log says that nothing is taken', async () => {
  answers = Array.from({ length: 9 }, () => 503)
  const said = await rounds(3, (round, take) => {
    if (round === 1) take(Array.from({ length: FINAL_WAITING_MAX + 7 }, (_, hour) => point(hour)))
  })
  expect(said.some((text) => text.includes('are not taken'))).toBe(true)
  expect(said.filter((text) => text.includes('7 final figures waited for too long'))).toHaveLength(1)
})

test('an answer whose text breaks off after its status has taken what was posted: it comes once', async () => {
  answers = [-200]
  const said = await rounds(4, (round, take) => {
    if (round === 0) take([point(1)])
  })
  expect([told(), said]).toEqual([[['final', 1]], []])
})
