import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { chinesePath, englishPath, proseOf, shapeOf } from '../../support/pages-in-step.js'

/** Proves that the pages in Chinese say what the English ones say: the same sections, commands, settings and links. */

const FOLDERS = ['docs/use', 'docs/operate']

function pagesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
    .sort()
}

const english = ['README.md', 'docs/README.md', ...FOLDERS.flatMap(pagesIn)]

test('each page for those who use and operate it is there in both languages', () => {
  const chinese = FOLDERS.flatMap((folder) => pagesIn(chinesePath(folder)))
  expect(chinese.map(englishPath)).toEqual(FOLDERS.flatMap(pagesIn))
  for (const page of english) expect(existsSync(chinesePath(page)), chinesePath(page)).toBe(true)
})

const pairs = english.map((page) => [page, chinesePath(page)] as const).filter(([, page]) => existsSync(page))

test.each(pairs)('%s and %s', (page, translated) => {
  const text = readFileSync(translated, 'utf8')
  const [wanted, is] = [shapeOf(page, readFileSync(page, 'utf8')), shapeOf(translated, text)]
  expect(is.headings).toEqual(wanted.headings)
  expect(is.code).toEqual(wanted.code)
  expect(is.names).toEqual(wanted.names)
  expect(is.links).toEqual(wanted.links)
  expect(proseOf(text)).toMatch(/[一-鿿]/)
  expect(proseOf(text)).not.toMatch(/(?:\b[A-Za-z]+\b[ ,]+){6}/)
})

test('the page that begins the repository is at most 200 lines', () => {
  expect(readFileSync('README.zh-CN.md', 'utf8').split('\n').length).toBeLessThanOrEqual(200)
})
