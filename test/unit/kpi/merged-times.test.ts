import { expect, test } from 'vitest'
import { mergedTimes } from '../../../src/kpi/plant/parted-past.js'

const time = (fromMs: number, toMs: number, ...subjects: readonly string[]) => ({
  fromMs,
  toMs,
  subjects: new Set(subjects),
})

test('times that overlap or touch are one with the subjects of both, others stay apart', () => {
  const merged = mergedTimes([
    time(10, 20, 'a'),
    time(40, 50, 'b'),
    time(15, 30, 'c'),
    time(30, 35, 'd'),
    time(12, 13, 'e'),
  ])
  expect(merged).toEqual([time(10, 35, 'a', 'c', 'd', 'e'), time(40, 50, 'b')])
  expect(mergedTimes([])).toEqual([])
})

test('however often the same days are changed, they wait once', () => {
  let waiting = mergedTimes([])
  for (let edit = 0; edit < 1000; edit++) waiting = mergedTimes([...waiting, time(0, 61, 'p', `d${edit % 3}`)])
  expect(waiting).toEqual([time(0, 61, 'p', 'd0', 'd1', 'd2')])
})
