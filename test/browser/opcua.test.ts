// @module-tag slow
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { startOpcuaServer, type TestOpcuaServer } from '../support/opcua-server.js'
import { changeBehind } from '../support/works.js'

/** A server of OPC UA is asked, trusted, looked through and subscribed to in a browser. */
describe.runIf(chromiumPath !== null)('the page of OPC UA', () => {
  let server: TestOpcuaServer
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    server = await startOpcuaServer({ variables: [{ name: 'Oil', unit: 'degree_celsius' }, { name: 'Energy' }] })
    await server.set({ name: 'Oil', value: 61.5 }, { name: 'Energy', value: 100 })
    gateway = await startGateway({ config: { plants: [{ id: 'works', name: { en: 'Works' }, timezone: 'UTC' }] } })
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser))
    await page.goto(`${gateway.httpUrl}/#/opcua`)
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
    await server?.close()
  })

  const card = (name: string) => page.locator(`[data-card="opcua-${name}"]`)

  test('a server that is asked shows its endpoints, the secured ones first, and that it is not trusted', async () => {
    await card('servers').getByText('No server is in the settings yet').waitFor()
    await card('look').getByLabel('Address').fill(server.endpoint)
    await page.keyboard.press('Enter')
    const first = card('look').getByRole('radio').first()
    await first.waitFor()
    expect(await first.isChecked()).toBe(true)
    const text = await card('look').locator('.opcua-choice label').first().textContent()
    expect(text).toMatch(/signed and encrypted, \w+ · .*anybody · not trusted/)
    await card('look').getByRole('radio', { name: 'not secured' }).check()
    await card('look').getByRole('combobox', { name: 'User' }).fill('reader')
    await card('look').getByText('anybody on the way may read the password').waitFor()
    await card('look').getByRole('combobox', { name: 'User' }).fill('')
    await first.check()
    await card('look').getByRole('button', { name: 'List variables' }).click()
    await card('look').getByText('The certificate of the server is not trusted yet').waitFor()
  })

  test('its certificate is trusted once somebody has compared it', async () => {
    await card('certificates')
      .getByRole('button', { name: /^Trust…/ })
      .click()
    const dialog = page.locator('dialog[open]')
    await dialog.getByText('Compare this SHA-1').waitFor()
    await dialog.locator('button[type="submit"]').click()
    await card('certificates').locator('[data-trust="trusted"]').waitFor()
  })

  test('what it has is picked, and comes into the configuration', async () => {
    await card('look').getByRole('button', { name: 'List variables' }).click()
    await card('variables').getByLabel('Find').fill('Line / E')
    await card('variables').getByRole('checkbox', { name: 'Pick Line / Energy' }).check()
    await card('picks').getByLabel('Device: Line / Energy').fill('main-1')
    await card('picks').getByLabel('Metric: Line / Energy').fill('elec_import_kwh')
    await card('picks').getByLabel('Unit: Line / Energy').fill('kWh')
    await card('picks').getByRole('button', { name: 'Put into the configuration…' }).click()
    const dialog = page.locator('dialog[open]')
    await dialog.getByText('elec_import_kwh').first().waitFor()
    // Picks, and the words typed for them, stay where somebody else has changed the file meanwhile.
    await changeBehind(gateway, 12)
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await dialog.getByRole('button', { name: 'Read it again' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await card('picks').getByRole('button', { name: 'Put into the configuration…' }).click()
    await dialog.getByText('elec_import_kwh').first().waitFor()
    await dialog.getByRole('button', { name: 'Take over' }).click()
    await card('servers').locator('[data-server="server-1"]').waitFor()
    await expect.poll(() => card('servers').textContent()).toContain('1 of 1 nodes')
    const { servers } = await getJson<{ servers: { connected: boolean }[] }>(gateway, '/api/v1/opcua')
    expect(servers).toMatchObject([{ id: 'server-1', connected: true, security_mode: 'sign_and_encrypt' }])
    const readings =
      '/api/v1/plants/works/readings?device=main-1&metric=elec_import_kwh&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z'
    await until(
      async () => (await getJson<{ points: { value: number }[] }>(gateway, readings)).points[0]?.value === 100,
    )
  })

  test('it is Chinese for who reads Chinese, and the browser complained of nothing', async () => {
    const chinese = await openPage(browser, { locale: 'zh-CN' })
    await chinese.page.goto(`${gateway.httpUrl}/#/opcua`)
    await chinese.page.locator('[data-card="opcua-servers"]').getByText('1 个节点中的 1 个').waitFor()
    expect([...complaints, ...chinese.complaints].filter((one) => !one.includes('412'))).toEqual([])
  })
})
