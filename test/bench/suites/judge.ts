import { judgeRuns } from '../measure/judge.js'
import { keptResults, tableText } from '../measure/results.js'
import { say } from './options.js'

/** Says of the last run of each suite whether it is slower than those before; answers whether any figure is. */
export function judge(seed: number): boolean {
  const verdicts = judgeRuns(keptResults(), seed)
  const rows = verdicts.map(({ suite, figure, commit, earlier, ratio, interval, isRegression }) => [
    suite,
    figure,
    commit,
    earlier,
    ratio?.toFixed(2) ?? '',
    interval === null ? '' : `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`,
    interval === null ? 'nothing to compare with' : isRegression ? 'REGRESSION' : 'no regression',
  ])
  say(tableText([['suite', 'figure', 'commit', 'earlier runs', 'ratio to them', 'between', 'verdict'], ...rows]))
  return verdicts.some(({ isRegression }) => isRegression)
}
