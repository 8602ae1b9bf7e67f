import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { rejectionDetail } from '../../../dashboards/src/devices/rejections.zh.js'

/** Every sentence by which a decoder rejects something has words in Chinese: a page in Chinese shows no English one. */

/** A part that is filled in is replaced by a sample: quoted texts by "x", everything else by a number. */
function sentenceOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.templateSpans.reduce((said, { expression, literal }) => {
    const isText = expression.getText().startsWith('quote(')
    return said + (isText ? '"x"' : '7') + literal.text
  }, node.head.text)
}

function faultsOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'fault' && node.arguments[1] !== undefined) {
      const sentence = sentenceOf(node.arguments[1])
      if (sentence !== null && sentence.length > 12) found.push(sentence)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Sentences that are put together from others: their parts are looked at where those stand. */
const COMPOSED =
  /^(7; 7|7: 7|7 7|7: limits\.7 is 7 a day77; .+|77|7; give it fewer|quality: 7|the quality of 7: 7|events\[7\]: 7|7 of 7 events: 7|none of the 7 metrics can be taken: 7|profile 7: 7|"x" is no metric name: 7|7 is 7 7; 7|7 7; "x" came|7 the alias 7|the metric was born as 7, and 7|7 of "x" 7; 7 is expected|7 of 7 7; 7 is expected|7 has a device of somebody else: 7|no NBIRTH of the node 7 is known7|ts 7 lies .+|7 is no 7|"x" is none of 7|device 7 of plant 7 is not registered; add it first: 7)$/

const faults = readdirSync('src/decode', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .flatMap((name) => faultsOf(join('src/decode', name)))

describe('a sentence of the decoders in Chinese', () => {
  it('is looked for in all of them', () => expect(faults.length).toBeGreaterThan(80))

  it.each(faults.filter((sentence) => !COMPOSED.test(sentence)))('%s', (sentence) => {
    expect(rejectionDetail(sentence)).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['profile shelly: data.value is not there', '规约 shelly：缺少 data.value'],
    [
      'plant a has no room for one more device, b: limits.devices_per_plant is 2000; configure or register it, or raise the limit; greengauge device forget takes away those that should not be there',
      '工厂 a 的设备数已满，无法接收 b：limits.devices_per_plant is 2000；',
    ],
    [
      'no NBIRTH of the node g/n is known: it is asked to send its births again',
      '尚未收到节点 g/n 的 NBIRTH：已请求其重新发送 birth',
    ],
  ])('%s, in whole', (sentence, chinese) => expect(rejectionDetail(sentence)).toContain(chinese.split('：limits')[0]))
})
