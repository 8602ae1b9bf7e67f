import { describe, expect, test } from 'vitest'
import { judgeRuns } from '../../bench/measure/judge.js'

const HERE = { cpu: 'x', cores: 2, fdatasyncP50Ms: 1 }
const run = (ratios: readonly number[], machine: object = HERE, suite = 'broker') => ({
  date: '2026-11-26T00:00:00Z',
  commit: 'abc',
  suite,
  machine: { ...machine },
  judged: { ratio: ratios },
})

describe('the judge', () => {
  test('says nothing about a first run', () => {
    expect(judgeRuns([run([0.5])], 1)).toEqual([
      { suite: 'broker', figure: 'ratio', commit: 'abc', earlier: 0, ratio: null, interval: null, isRegression: false },
    ])
  })

  test('calls it a regression when all rounds are a fifth slower', () => {
    const [verdict] = judgeRuns([run([1, 1.02, 0.98]), run([1.01, 1, 0.99]), run([0.8, 0.81, 0.79])], 1)
    expect(verdict).toMatchObject({ earlier: 2, isRegression: true })
    expect(verdict?.ratio).toBeCloseTo(0.8)
    expect(verdict?.interval?.high).toBeLessThan(0.9)
  })

  test('does not call one slow round a regression', () => {
    const [verdict] = judgeRuns([run([1, 1.02, 0.98]), run([1, 0.5, 0.99])], 1)
    expect(verdict).toMatchObject({ isRegression: false })
  })

  test('looks at the last five runs of the same machine and suite alone', () => {
    const slow = { ...HERE, cpu: 'y' }
    const runs = [
      run([9]),
      ...Array.from({ length: 5 }, () => run([1])),
      run([9], slow),
      run([9], HERE, 'feed'),
      run([1]),
    ]
    expect(judgeRuns(runs, 1).find(({ suite }) => suite === 'broker')).toMatchObject({ earlier: 5, ratio: 1 })
  })

  test('takes machines for the same whose disk was a little slower this time', () => {
    expect(judgeRuns([run([1]), run([1], { ...HERE, fdatasyncP50Ms: 2 })], 1)).toMatchObject([{ earlier: 1 }])
  })

  test('leaves out lines from before anything was judged', () => {
    const { judged: _, ...old } = run([9])
    expect(judgeRuns([old, run([1])], 1)).toMatchObject([{ earlier: 0 }])
  })
})
