import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, deadLinks, linksOf, type MarkdownPage } from '../support/links.js'

/** The documents lead where they say: links between files of the repository, their anchors, and paths that the code names. */

const root = join(import.meta.dirname, '..', '..')
const isThere = (path: string) => existsSync(join(root, path))
const readText = (path: string) => readFileSync(join(root, path), 'utf8')

/** Paths of the files of a folder of the repository, with forward slashes; without what is installed or built. */
function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`.split(sep).join('/')
    if (entry.isFile()) return [path]
    return entry.isDirectory() && !/^(node_modules|dist|\.git|data)$/.test(entry.name) ? filesOf(path) : []
  })
}

const files = filesOf('')
const markdown: readonly MarkdownPage[] = files
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readText(path) }))

test('every link of every page leads to a file, and every anchor to a heading', () => {
  expect(markdown.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/use/first-plant.md']))
  expect(deadLinks(markdown, isThere)).toEqual([])
})

test('every document that a page, code, settings or units name by its path is there', () => {
  const named = files
    .filter((path) => /\.(md|ts|tsx|mjs|ya?ml|json|conf|service|timer)$|(^|\/)Dockerfile$/.test(path))
    .filter((path) => !/^(test\/cases\/|devices\/)|package-lock\.json$/.test(path))
    .flatMap((path) =>
      [...readText(path).matchAll(/(?<![\w./-])docs\/[\w./-]+\.md\b/g)].map(([document]) => ({ path, document })),
    )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ document }) => !isThere(document))).toEqual([])
})

describe('a dead link is found', () => {
  const pages: readonly MarkdownPage[] = [
    { path: 'a.md', text: '# One two\n\n[b](pages/b.md#die-%C3%BC) [gone](pages/c.md) [here](#one-two) [not](#three)' },
    { path: 'pages/b.md', text: '## Die `ü`!\n\n![up](../a.md#one-two) [out](https://example.com/#x) `[code](no.md)`' },
  ]
  const there = (path: string) => pages.some((page) => page.path === path)

  test('to a file, and to an anchor', () =>
    expect(deadLinks(pages, there)).toEqual([
      'a.md: pages/c.md leads to no file',
      'a.md: #three names an anchor that a.md does not have',
    ]))

  test('also of a definition below the text', () =>
    expect(linksOf('[x]\n\n[x]: ../gone.md\n```sh\n[y](z.md)\n```')).toEqual(['../gone.md']))

  test('headings that come again are numbered', () =>
    expect([...anchorsOf('# A b\n## A b\n```\n# c\n```\n### 数据 (x)')]).toEqual(['a-b', 'a-b-1', '数据-x']))
})
