import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { type ComplainingPage, openPage } from './browser.js'
import { getJson, type TestGateway } from './gateway.js'

/** A plant of one hall and its meter at the grid, as the pages of accounts, newcomers and the configuration are tried with. */
export const WORKS = {
  id: 'works',
  name: { en: 'The works', zh: '一厂' },
  timezone: 'Asia/Shanghai',
  lines: [{ id: 'hall', name: { en: 'Hall', zh: '车间' } }],
  devices: [{ id: 'main-1', line: 'hall', role: 'main' }],
}

/** Changes the number of people of the works behind the back of a page that shows the configuration. */
export async function changeBehind(gateway: TestGateway, employees: number): Promise<void> {
  const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
  const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
    body: JSON.stringify({ edits: [{ op: 'set', path: ['plants', 'works', 'employees'], value: employees }] }),
  })
  expect(answer.status).toBe(200)
}

/** The page of the configuration of a gateway, opened in a language. */
export async function openConfiguration(
  browser: Browser,
  gateway: TestGateway,
  locale = 'en-US',
  width = 1440,
): Promise<ComplainingPage> {
  const at = await openPage(browser, { locale, viewport: { width, height: 900 } })
  await at.page.goto(`${gateway.httpUrl}/#/configuration`)
  return at
}
