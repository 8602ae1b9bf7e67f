import { expect, it } from 'vitest'
import { type Answer, everyPage } from '../../../dashboards/src/gateway/api.js'

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
