/** Proves that each page is one folder: what it declares fits together, and its code and its words are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LINKS, PAGES, pageOf, type View } from '../../../dashboards/src/pages.js'

const source = new URL('../../../dashboards/src/', import.meta.url)
const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const hasFile = (name: string) => folders.some((folder) => existsSync(new URL(`${folder.name}/${name}`, source)))

test('each page is listed once, and found by its view', () => {
  expect(new Set(PAGES.map(({ view }) => view)).size).toBe(PAGES.length)
  for (const page of PAGES) expect(pageOf(page.view)).toBe(page)
})

test('the code of each page but the first lies in a folder of its own', () => {
  for (const { view, code } of PAGES) {
    expect([view, view === 'overview' || hasFile(`${code ?? view}-page.tsx`)]).toEqual([view, true])
  }
})

test('each link has an icon that is there, a title in both languages and a key of its own', () => {
  const icons = readFileSync(new URL('ui/icon.tsx', source), 'utf8')
  for (const { place, icon } of LINKS) {
    expect(icons).toMatch(new RegExp(`^  ${icon}[:,]`, 'm'))
    expect(Object.values(pageOf(place.view).title ?? {}).filter((title) => title !== '')).toHaveLength(2)
  }
  expect(new Set(LINKS.map(({ key }) => key)).size).toBe(LINKS.length)
})

test('a page that is found on another one is found on one with a link', () => {
  const linked = LINKS.map(({ place }): View => place.view)
  for (const { foundOn } of PAGES) if (foundOn !== undefined) expect(linked).toContain(foundOn)
})
