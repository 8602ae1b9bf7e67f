import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import {
  type Answer,
  everyPage,
  get,
  noteRefusalWords,
  passThrough,
  post,
  signIn,
} from '../../../dashboards/src/gateway/api.js'

type Pages = Parameters<typeof everyPage<number>>[0]

/** A list of so many alarms, three a page. */
const listOf =
  (count: number): Pages =>
  async (cursor) => {
    const first = Number(cursor ?? 0)
    const items = Array.from({ length: Math.min(3, count - first) }, (_, i) => first + i)
    return { kind: 'loaded', value: { items, next: first + 3 < count ? String(first + 3) : null } }
  }

it('a file of a history has all of its alarms, not only those that were scrolled to', async () => {
  expect(await everyPage(listOf(7), 20)).toEqual({
    kind: 'loaded',
    value: { items: [0, 1, 2, 3, 4, 5, 6], isCut: false },
  })
  expect(await everyPage(listOf(6), 2)).toMatchObject({ value: { isCut: false } })
})

it('one that is longer than can be read says so', async () => {
  expect(await everyPage(listOf(7), 2)).toEqual({ kind: 'loaded', value: { items: [0, 1, 2, 3, 4, 5], isCut: true } })
})

it('half a list is none when the rest cannot be read', async () => {
  const failed: Answer<never> = { kind: 'failed', detail: 'HTTP 503' }
  expect(await everyPage(async (cursor) => (cursor === null ? listOf(7)(null) : failed), 20)).toEqual(failed)
})

afterEach(() => {
  vi.unstubAllGlobals()
  passThrough({ shut: () => null, refused: () => undefined })
})

/** A gateway that answers everything in one way, and what it was asked. */
function gatewayThatSays(status: number, headers: Record<string, string> = {}): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit) => {
    asked.push(`${method} ${url}`)
    return Response.json({ detail: 'no' }, { status, headers })
  })
  return asked
}

it('while nobody is signed in nothing is asked, but who signs in is heard', async () => {
  const asked = gatewayThatSays(200)
  passThrough({ shut: () => 'You are signed out.', refused: () => undefined })
  expect(await get('/plants')).toEqual({ kind: 'failed', detail: 'You are signed out.', status: 401 })
  expect(asked).toEqual([])
  expect(await signIn({ name: 'olga', password: 'secret' })).toMatchObject({ kind: 'loaded' })
  expect(asked).toEqual(['POST /api/v1/session'])
})

it('who is not let in is looked up again; a wrong password is no session that has ended', async () => {
  const refused: boolean[] = []
  passThrough({ shut: () => null, refused: (isAct) => void refused.push(isAct) })
  gatewayThatSays(401)
  await get('/plants')
  await post('/reports', {})
  await signIn({ name: 'olga', password: 'wrong' })
  gatewayThatSays(403)
  await get('/ledger')
  gatewayThatSays(500)
  await get('/plants')
  expect(refused).toEqual([false, true, false])
})

it('how long to wait comes with the answer', async () => {
  gatewayThatSays(429, { 'retry-after': '75' })
  expect(await signIn({ name: 'olga', password: 'x' })).toMatchObject({ status: 429, retryAfterS: 75 })
})

it('a refusal is said in the words of the page, and as it came where these cannot be had', async () => {
  gatewayThatSays(409)
  onTestFinished(() => noteRefusalWords((detail) => Promise.resolve(detail)))
  noteRefusalWords(async (detail) => `${detail} in Chinese`)
  expect(await get('/plants')).toMatchObject({ kind: 'failed', detail: 'no in Chinese', status: 409 })
  noteRefusalWords(() => Promise.reject(new Error('the file of words is gone')))
  expect(await get('/plants')).toMatchObject({ kind: 'failed', detail: 'no', status: 409 })
})
