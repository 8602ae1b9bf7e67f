// @module-tag slow

import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { inFiles, newAuthority, signedBy } from '../support/certificates.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves that whoever never opens a terminal says who may connect to the broker, and over what: good, wrong, in conflict and read only. */

const SHOTS = process.env.LISTENER_SHOTS

describe.runIf(chromiumPath !== null)('the form of the listeners', () => {
  let gateway: TestGateway
  let browser: Browser
  let file: string

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    file = join(gateway.dir, 'greengauge.yaml')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const dialog = (page: Page) => page.locator('dialog[open]')
  const mqtt = () => (parse(readFileSync(file, 'utf8')) as { mqtt: Record<string, unknown> }).mqtt
  async function open(page: Page, name = 'Change: How devices reach the broker (MQTT)'): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click()
    await dialog(page).locator('#setting-host').waitFor()
  }
  const preview = (page: Page) => dialog(page).getByRole('button', { name: 'Preview', exact: true }).click()

  test('says at the field why other machines are not let in, and which file of a certificate is missing', async () => {
    const { page } = await openConfiguration(browser, gateway)
    await open(page)
    await dialog(page).getByLabel('Who may connect').selectOption('0.0.0.0')
    await preview(page)
    const host = page.locator('#setting-host-about.setting-problem')
    await expect.poll(() => host.textContent()).toContain('lets other machines in, while auth.required is false')
    await dialog(page).getByLabel('Who may connect').selectOption('127.0.0.1')
    await dialog(page).getByLabel('TLS', { exact: true }).selectOption('on')
    await dialog(page).getByLabel('File of the certificate').fill('/nowhere/certificate.pem')
    await dialog(page).getByLabel('File of its private key').fill('/nowhere/key.pem')
    await dialog(page).getByLabel('Port with TLS').fill('many')
    await preview(page)
    const port = page.locator('#setting-tlsPort-about.setting-problem')
    await expect.poll(() => port.textContent()).toContain('number')
    await dialog(page).getByLabel('Port with TLS').fill('0')
    await preview(page)
    const certificate = page.locator('#setting-cert-about.setting-problem')
    await expect.poll(() => certificate.textContent()).toContain('cannot be read (ENOENT)')
    expect(await seriousFaults(page)).toEqual([])
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/listener-en.png`, fullPage: true })
    await page.context().close()
  })

  test('turns TLS on with a preview that says how to start anew, and what waits stands on the page', async () => {
    const files = inFiles(await signedBy(await newAuthority(), 'gateway'))
    const { page, complaints } = await openConfiguration(browser, gateway)
    await open(page)
    await dialog(page).getByLabel('TLS', { exact: true }).selectOption('on')
    await dialog(page).getByLabel('Port with TLS').fill('0')
    await dialog(page).getByLabel('File of the certificate').fill(files.cert_file)
    await dialog(page).getByLabel('File of its private key').fill(files.key_file)
    await preview(page)
    await dialog(page).getByText('with the next start').first().waitFor()
    await dialog(page).getByText('systemctl restart greengauge').waitFor()
    expect(mqtt().tls).toBeUndefined()
    await dialog(page).getByRole('button', { name: 'Take over' }).click()
    await page.getByText('Wait for the next start').waitFor()
    await page.getByText('systemctl restart greengauge').waitFor()
    expect(mqtt().tls).toEqual({ port: 0, cert_file: files.cert_file, key_file: files.key_file })
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('tells the second of two what the first has changed', async () => {
    const { page } = await openConfiguration(browser, gateway)
    await open(page)
    await dialog(page).getByLabel('Port without TLS').fill('')
    await preview(page)
    await dialog(page).getByRole('button', { name: 'Take over' }).waitFor()
    const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
    const edits = [{ op: 'set', path: ['mqtt', 'max_packet_bytes'], value: 2048 }]
    const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ edits }),
    })
    expect(answer.status).toBe(200)
    await dialog(page).getByRole('button', { name: 'Take over' }).click()
    await dialog(page).getByText('mqtt.max_packet_bytes').waitFor()
    expect(mqtt().port).not.toBeNull()
    await page.context().close()
  })

  test('is read and used on a phone in Chinese, and shows the text to put there where the file is read only', async () => {
    chmodSync(file, 0o444)
    const { page } = await openConfiguration(browser, gateway, 'zh-CN', 390)
    await open(page, '更改: 设备如何连接代理（MQTT）')
    await dialog(page).getByLabel('非 TLS 端口').fill('')
    await dialog(page).getByRole('button', { name: '预览', exact: true }).click()
    await dialog(page).getByText('网关重新启动后生效').waitFor()
    expect(await dialog(page).getByRole('button', { name: '采用' }).count()).toBe(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await seriousFaults(page)).toEqual([])
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/listener-zh.png`, fullPage: true })
    chmodSync(file, 0o644)
    await page.context().close()
  })
})
