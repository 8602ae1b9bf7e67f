import pino from 'pino'
import { afterAll, beforeAll, expect } from 'vitest'
import type { z } from 'zod'
import { bulkOf, failure, i3xAnswer } from '../../../src/views/i3x/shapes.js'
import { startViews, type Views } from '../../../src/views/views.js'
import { pointAt } from './examples.js'
import { FakeSources } from './fake-sources.js'

/** A server of i3X in memory, and questions to it whose answers have the shapes that are promised. */

export const i3xSources = new FakeSources()
let views: Views
export const silent = pino({ level: 'silent' })
export const http = { host: '127.0.0.1', port: 0, dashboardsDir: '/nowhere' }

export const PLANT = 'plants/suzhou-1'
export const MINUTE = `${PLANT}/kpis/energy_elec_import/1m`
export const HOUR = `${PLANT}/kpis/energy_elec_import/1h`
export const DAY = `${PLANT}/kpis/energy_elec_import/1d`
export const QUARTER = `${PLANT}/kpis/energy_elec_import/15m`
export const UNKNOWN_ID = 'plants/none'

/** Starts the server with a few figures before the tests of a file, and ends it after them. */
export function useI3x(): void {
  beforeAll(async () => {
    i3xSources.publish(
      pointAt(700),
      pointAt(660, { window: '1h', coverage: 0.8 }),
      pointAt(0, { window: '1d', value: null, reason: 'no_data', coverage: 0 }),
      pointAt(690, { window: '15m', value: null, reason: 'low_coverage', coverage: 0.1 }),
    )
    i3xSources.stored = [pointAt(1), pointAt(2, { value: null, reason: 'no_data' }), pointAt(3)]
    views = await startViews(http, i3xSources, silent)
  })
  afterAll(() => views.close())
}

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export async function ask(
  path: string,
  body?: object | string,
  at = views,
  headers = {},
  method?: string,
): Promise<Answered> {
  const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const answer = await fetch(`http://127.0.0.1:${at.port}/i3x/v1/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    ...text,
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

/** A result in its envelope, which has the shape that is promised and no other. */
export async function result<S extends z.ZodType>(shape: S, path: string, body?: object): Promise<z.infer<S>> {
  const { status, body: came } = await ask(path, body)
  expect(status, JSON.stringify(came)).toBe(200)
  return (i3xAnswer(shape).strict().parse(came) as { result: z.infer<S> }).result
}

export async function bulkResult<S extends z.ZodType>(
  shape: S,
  path: string,
  body: object,
  key = 'elementId' as const,
) {
  const { status, body: came } = await ask(path, body)
  expect(status, JSON.stringify(came)).toBe(200)
  const { success, results } = bulkOf(shape, key).strict().parse(came) as unknown as {
    success: boolean
    results: { success: boolean; elementId: string; result: z.infer<S>; responseDetail?: { status: number } }[]
  }
  expect(success).toBe(results.every((one) => one.success))
  return results
}

export async function refused(status: number, path: string, body: object | string, at = views, method?: string) {
  const answer = await ask(path, body, at, {}, method)
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  const { responseDetail } = failure.strict().parse(answer.body)
  expect(responseDetail.status).toBe(status)
  return responseDetail
}
