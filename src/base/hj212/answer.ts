import { answerCommandOf } from './commands.js'
import { readFlag, writeFlag } from './flag.js'
import { type Segment, writeSegment } from './segment.js'

/** The system itself: neither a stack nor water. Source: HJ 212-2017 table 5. */
const SYSTEM = '91'

/**
 * The segment of the answer to what a data logger sent; null when it wants none, or says too little for one. Since 2017
 * the answer repeats the QN of what it answers in its head; in 2005 it has none of its own, and says in its CP which QN
 * and command it answers.
 * Source: examples that public repositories quote: 2017 `QN=…;ST=91;CN=9014;PW=…;MN=…;Flag=4;CP=&&&&`, 2005
 * `ST=91;CN=9014;CP=&&QN=…;CN=2051&&` and `ST=91;CN=9013;PW=…;MN=…;CP=&&QN=…&&`; that of 2025 is taken to be as in 2017.
 */
export function answerTo({ head }: Segment): string | null {
  const flag = readFlag(head.get('Flag'))
  const command = answerCommandOf(head.get('CN'))
  const [qn, pw, mn] = [head.get('QN'), head.get('PW'), head.get('MN')]
  if (flag === null || flag.edition === null || !flag.wantsAnswer || command === null) return null
  if (qn === undefined || pw === undefined || mn === undefined) return null
  const body = [
    ['ST', SYSTEM],
    ['CN', command],
    ['PW', pw],
    ['MN', mn],
  ] as const
  if (flag.edition !== '2005') {
    return writeSegment([['QN', qn], ...body, ['Flag', writeFlag(flag.edition)]], [])
  }
  return writeSegment(body, command === '9014' ? [`QN=${qn}`, `CN=${head.get('CN')}`] : [`QN=${qn}`])
}
