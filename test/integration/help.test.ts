import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

/** The documents that a gateway serves under /help/: every link in them answers, also to those who have not signed in. */

let gateway: TestGateway
/** Pages by their path, as they were answered. */
const pages = new Map<string, string>()

beforeAll(async () => {
  gateway = await startGateway({ config: { auth: { required: true } } })
})
afterAll(async () => {
  await gateway.stop()
  removeData(gateway)
})

async function ask(path: string): Promise<Response> {
  return fetch(new URL(path, gateway.httpUrl), { headers: { accept: 'text/html' } })
}

/** Paths that a page leads to, of links, pictures, scripts and styles. */
function linksOf(path: string, html: string): URL[] {
  const addresses = [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address = '']) => address)
  return addresses.map((address) => new URL(address, new URL(path, gateway.httpUrl)))
}

/** Walks from the two indexes over every link, and says what does not answer. */
async function walk(): Promise<string[]> {
  const wrong: string[] = []
  const waiting = [
    { path: '/help/', from: 'the menu' },
    { path: '/help/zh/', from: 'the menu' },
  ]
  const seen = new Set(waiting.map(({ path }) => path))
  for (const { path, from } of waiting) {
    const answer = await ask(path)
    if (answer.status !== 200) wrong.push(`${from}: ${path} is answered ${answer.status}`)
    const html = await answer.text()
    if (!path.startsWith('/help/') || !(answer.headers.get('content-type') ?? '').startsWith('text/html')) continue
    pages.set(path, html)
    expect(answer.headers.get('content-security-policy'), path).toContain("script-src 'self'")
    for (const { origin, pathname } of linksOf(path, html)) {
      if (origin !== new URL(gateway.httpUrl).origin || seen.has(pathname)) continue
      seen.add(pathname)
      waiting.push({ path: pathname, from: path })
    }
  }
  return wrong
}

test('every link of every page answers, in both languages, and to who has not signed in', async () => {
  expect((await ask('/api/v1/plants')).status).toBe(401)
  expect(await walk()).toEqual([])
  const indexes = ['/help/', '/help/zh/'].map((path) => pages.get(path))
  expect(indexes[0]).toContain('<html lang="en">')
  expect(indexes[1]).toContain('<html lang="zh-CN">')
  expect([...pages.keys()]).toEqual(
    expect.arrayContaining([
      '/help/use/first-plant.html',
      '/help/zh/use/first-plant.html',
      '/help/decisions/index.html',
    ]),
  )
})

test('every anchor is that of a heading', () => {
  const broken = [...pages].flatMap(([path, html]) =>
    linksOf(path, html).flatMap(({ pathname, hash }) => {
      const id = decodeURIComponent(hash.slice(1))
      return hash === '' || pages.get(pathname)?.includes(` id="${id}"`) === true ? [] : [`${path}: ${pathname}${hash}`]
    }),
  )
  expect(broken).toEqual([])
})

test('no page holds what the content security policy refuses', () => {
  const refused = [...pages].filter(([, html]) =>
    /<script>|<style| style="| on\w+="/.test(html.replaceAll(/<code[\s\S]*?<\/code>/g, '')),
  )
  expect(refused.map(([path]) => path)).toEqual([])
})
