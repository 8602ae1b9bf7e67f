/** Proves that a line broken in the Markdown of a page is a space only where its language has spaces. */
import { expect, test } from 'vitest'
import { rendered } from '../../../dashboards/help/render.js'

const htmlOf = (text: string) =>
  rendered({ source: 'docs/zh/README.md', target: 'zh/index.html', tongue: 'zh', text }, (path) => path).html.trim()

test.each([
  ['between Chinese characters', '按 Ctrl-C 停\n止。', '<p>按 Ctrl-C 停止。</p>'],
  ['behind a Chinese comma', '补齐，\n您自己', '<p>补齐，您自己</p>'],
  ['into a Chinese link', '见\n[使用](use/README.md)。', '<p>见<a href="../docs/zh/use/README.md">使用</a>。</p>'],
])('a line broken %s goes on without a space', (_, text, html) => expect(htmlOf(text)).toBe(html))

test.each([
  ['between English words', 'one\ntwo', '<p>one\ntwo</p>'],
  ['between Chinese and a command', '运行\n`npm start`', '<p>运行\n<code>npm start</code></p>'],
  ['between Chinese and English', '使用\nMQTT', '<p>使用\nMQTT</p>'],
])('a line broken %s keeps its space', (_, text, html) => expect(htmlOf(text)).toBe(html))

test('a block of code can have the focus, so that its end can be reached by keys', () => {
  expect(htmlOf('```\nnpm start\n```')).toBe('<pre tabindex="0"><code>npm start\n</code></pre>')
})
