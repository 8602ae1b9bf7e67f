import { beforeEach, expect, test } from 'vitest'
import { SharedAnswers } from '../../../src/views/shared-answers.js'

let nowMs: number
let made: number
let answers: SharedAnswers<number>
const make = async () => ++made

beforeEach(() => {
  nowMs = 1_000_000
  made = 0
  answers = new SharedAnswers({ nowMs: () => nowMs }, { keptMs: 20_000, keptMax: 2 })
})

test('who asks for the same within a while gets the same, made once, also while it is being made', async () => {
  const both = [answers.get('a', make), answers.get('a', make)]
  expect(await Promise.all(both)).toEqual([1, 1])
  nowMs += 19_999
  expect(await answers.get('a', make)).toBe(1)
  nowMs += 1
  expect(await answers.get('a', make)).toBe(2)
})

test('a clock that is set back makes it anew', async () => {
  await answers.get('a', make)
  nowMs -= 3_600_000
  expect(await answers.get('a', make)).toBe(2)
})

test('what failed is made again', async () => {
  await expect(answers.get('a', () => Promise.reject(new Error('the disk')))).rejects.toThrow('the disk')
  expect(await answers.get('a', make)).toBe(1)
})

test('a third one takes the place of the oldest', async () => {
  for (const key of ['a', 'b', 'c']) await answers.get(key, make)
  expect(await answers.get('b', make)).toBe(2)
  expect(await answers.get('a', make)).toBe(4)
})

test('while it is made it is not made again, however long that takes, and is kept from when it was there', async () => {
  let finish = (_answer: number) => undefined as unknown
  const slow = () => {
    made++
    return new Promise<number>((resolve) => {
      finish = resolve
    })
  }
  const first = answers.get('a', slow)
  nowMs += 60_000
  const second = answers.get('a', slow)
  for (const key of ['b', 'c']) await answers.get(key, async () => 0)
  expect(answers.get('a', slow)).toBe(first)
  finish(7)
  expect([await first, await second, made]).toEqual([7, 7, 1])
  nowMs += 19_999
  expect(await answers.get('a', slow)).toBe(7)
})

test('what is too old is dropped when something else is asked for', async () => {
  await answers.get('a', make)
  nowMs += 20_000
  await answers.get('b', make)
  expect(answers.size).toBe(1)
})
