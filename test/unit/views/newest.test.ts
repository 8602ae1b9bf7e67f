import { expect, test } from 'vitest'
import { Newest } from '../../../src/views/feed/newest.js'
import { RecentUpdates } from '../../../src/views/feed/recent.js'
import type { DeviceChange } from '../../../src/views/sources/news.js'

const itemsOf = (entries: readonly { readonly item: string }[]) => entries.map(({ item }) => item).join('')

test('what is longest unchanged goes first, wherever it stood', () => {
  const newest = new Newest<string>(4)
  for (const [i, item] of ['a', 'b', 'c', 'd', 'a', 'c'].entries()) {
    expect(newest.put(item, { seq: i, item })).toBeUndefined()
  }
  expect(newest.oldestSeq).toBe(1)
  expect(itemsOf(newest.since(-1))).toBe('bdac')
  expect(newest.put('e', { seq: 6, item: 'e' })).toEqual({ seq: 1, item: 'b' })
  newest.delete('a')
  newest.delete('unknown')
  expect([newest.size, newest.oldestSeq, itemsOf(newest.since(4))]).toEqual([3, 3, 'ce'])
  const copy = new Newest<string>(4)
  copy.put('x', { seq: 9, item: 'x' })
  copy.copy(newest)
  expect(itemsOf(copy.take(2))).toBe('dc')
  expect([itemsOf(copy.take(5)), copy.size, copy.oldestSeq]).toEqual(['e', 0, undefined])
  copy.put('y', { seq: 10, item: 'y' })
  expect(itemsOf(copy.since(0))).toBe('y')
  expect(itemsOf(newest.since(0))).toBe('dce')
})

test('whoever has missed little is looked up little, however much is kept', () => {
  const newest = new Newest<string>(1000)
  let looks = 0
  for (let i = 1; i <= 1000; i++) {
    const entry = {
      item: `i${i}`,
      get seq() {
        looks++
        return i
      },
    }
    newest.put(entry.item, entry)
  }
  expect([newest.since(1000), looks]).toEqual([[], 1])
  looks = 0
  expect([itemsOf(newest.since(998)), looks]).toEqual(['i999i1000', 3])
})

test('changes of devices that nobody sees are not kept: who was there before begins anew', () => {
  const recent = new RecentUpdates()
  const change = { plant: 'p', device: 'd' } as DeviceChange
  recent.addDevice(1, change)
  expect(recent.since(0)?.devices).toEqual([{ seq: 1, item: change }])
  recent.skip(2)
  expect(recent.since(1)).toBeUndefined()
  expect(recent.since(2)?.devices).toEqual([])
  recent.addDevice(3, change)
  expect(recent.since(2)?.devices).toEqual([{ seq: 3, item: change }])
})
