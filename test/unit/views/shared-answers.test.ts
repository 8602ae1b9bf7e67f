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
  nowMs += 19_999
  expect(await Promise.all([...both, answers.get('a', make)])).toEqual([1, 1, 1])
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
