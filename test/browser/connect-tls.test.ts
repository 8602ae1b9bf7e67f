import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { inFiles, newAuthority, signedBy } from '../support/certificates.js'
import { freePort, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** Proves that the certificate that devices have to trust is taken along from the page “Connect a device”. */

const SHOTS = process.env.SECTIONS_SHOTS
const authority = await newAuthority('Plant authority')

describe.runIf(chromiumPath !== null)('the page “Connect a device” with TLS', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    const own = await signedBy(authority, 'gateway')
    const files = inFiles({ ...own, cert: `${own.cert}\n${authority.cert}` })
    const tls = { port: await freePort(), cert_file: files.cert_file, key_file: files.key_file }
    gateway = await startGateway({ config: { plants: [WORKS], mqtt: { tls } } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test.each([
    ['en-US', 1440, 'good until'],
    ['zh-CN', 390, '有效期至'],
  ])('gives it with its end (%s)', async (locale, width, until) => {
    const { page, complaints } = await openPage(browser, { locale, viewport: { width, height: 900 } })
    await page.goto(`${gateway.httpUrl}/#/connect`)
    const place = page.locator('.connect-trusted')
    await place.waitFor()
    expect(await place.textContent()).toMatch(new RegExp(`CN=Plant authority · ${until} \\d{4}-\\d\\d-\\d\\d`))
    const [download] = await Promise.all([page.waitForEvent('download'), place.getByRole('link').click()])
    expect(download.suggestedFilename()).toBe('ca.pem')
    expect(readFileSync(await download.path(), 'utf8').trim()).toBe(authority.cert.trim())
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/connect-${locale}.png` })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
