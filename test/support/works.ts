import type { Browser } from 'playwright-core'
import { type ComplainingPage, openPage } from './browser.js'
import type { TestGateway } from './gateway.js'

/** A plant of one hall and its meter at the grid, as the pages of accounts, newcomers and the configuration are tried with. */
export const WORKS = {
  id: 'works',
  name: { en: 'The works', zh: '一厂' },
  timezone: 'Asia/Shanghai',
  lines: [{ id: 'hall', name: { en: 'Hall', zh: '车间' } }],
  devices: [{ id: 'main-1', line: 'hall', role: 'main' }],
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
