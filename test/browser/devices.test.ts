// @module-tag slow

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { systemClock } from '../../src/base/clock.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'

const plants = (...ids: string[]) => [
  { id: 'works', name: { en: 'The works' }, timezone: 'UTC', devices: ids.map((id) => ({ id, line: 'hall' })) },
]

describe.runIf(chromiumPath !== null)('a device engineer at the dashboards', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  let client: mqtt.MqttClient

  beforeAll(async () => {
    gateway = await startGateway({ config: { auth: { devices: 'registered' }, plants: plants('meter-1', 'meter-2') } })
    client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'engineer' })
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser))
  })

  afterAll(async () => {
    await browser?.close()
    await client?.endAsync()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const send = (device: string, message: object) =>
    client.publishAsync(`plants/works/hall/${device}/energy`, JSON.stringify(message), { qos: 1 })

  test('sees within seconds that a first message has arrived, and what became of it', async () => {
    await page.goto(`${gateway.httpUrl}/#/connect?sender=works/hall/meter-1/energy`)
    const line = page.getByText('mosquitto_pub -h 127.0.0.1')
    await line.waitFor()
    expect(await line.textContent()).toContain('-t plants/works/hall/meter-1/energy')
    await page.getByRole('button', { name: 'MQTT 5', exact: true }).click()
    await page.getByText('mosquitto_pub -V 5 -h 127.0.0.1').waitFor()
    await page.getByText('With MQTT 5 the program is told why it is refused').waitFor()
    await page.getByRole('button', { name: 'MQTT 3.1.1' }).click()
    await line.waitFor()
    await page.getByText('We are listening').waitFor()
    const heard = page.locator('[data-heard="message"]')
    // A message that is there when the page begins to listen was sent by somebody else: so send until one is seen.
    await expect
      .poll(async () => {
        await send('meter-1', {
          ts: systemClock.nowMs(),
          metrics: { elec_import_kwh: 1.5 },
          units: { elec_import_kwh: 'MWh' },
        })
        return heard.count()
      })
      .toBe(1)
    await page.getByText('1 reading, 0 rejected').waitFor()
    await page.getByRole('link', { name: 'Open meter-1' }).click()
    const stored = page.locator('[data-metric="elec_import_kwh"] [data-value]')
    await expect.poll(() => stored.getAttribute('data-value')).toBe('1500')
  })

  test('finds why a message was rejected, and retries it once the cause is mended', async () => {
    const messages = [1, 2, 3].map((i) => ({
      ts: systemClock.nowMs() - i * 1_000,
      metrics: { elec_import_kwh: 9 - i },
    }))
    await send('newcomer', messages)
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const group = page.locator('[data-reason="unknown_device"]')
    await group.getByText('Device not registered').waitFor()
    await group.getByText('device newcomer of plant works is not registered; add it first').waitFor()
    await group.getByRole('button', { name: 'Retry' }).click()
    await page.getByText('1 message is still rejected').waitFor()

    const file = join(gateway.dir, 'greengauge.yaml')
    const changed = { ...parse(readFileSync(file, 'utf8')), plants: plants('meter-1', 'meter-2', 'newcomer') }
    writeFileSync(file, stringify(changed))
    gateway.process.kill('SIGHUP')
    // The configuration comes to the decoder through the journal, on a slow machine long after the main thread has read it.
    const outcome = page.getByText('1 message went through · 3 readings stored')
    await expect
      .poll(async () => {
        const retry = group.getByRole('button', { name: 'Retry' })
        if ((await retry.count()) > 0) await retry.click({ timeout: 1_000 }).catch(() => undefined)
        return outcome.count()
      })
      .toBe(1)
    await page.getByText('Nothing waits in quarantine.').waitFor()
    expect(await group.count()).toBe(0)
  })

  test('dismisses what nothing is to be done about: it no longer waits, and says who, when and why', async () => {
    await client.publishAsync('plants/works/hall/meter-1/energy', '{broken', { qos: 1 })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const group = page.locator('[data-reason="bad_json"]')
    await group.waitFor()
    await group.getByRole('button', { name: 'Dismiss: Not JSON, 1 message' }).click()
    const dialog = page.locator('dialog[open]')
    await dialog.locator('button[type="submit"]').click()
    await dialog.getByText('Give a reason').waitFor()
    await dialog.getByLabel('Reason').fill('a test of the fitter')
    await dialog.getByLabel('Name').fill('Wang')
    await dialog.locator('button[type="submit"]').click()
    await expect.poll(() => group.count()).toBe(0)
    await page.getByRole('button', { name: 'Dismissed: 1' }).click()
    await page.getByText(/^Dismissed by Wang, .+: a test of the fitter$/).waitFor()
  })

  test('dismisses all that wait at once, and the audit log counts and names them in one line', async () => {
    for (const text of ['{a', '{b', '{"metrics":{"elec_import_kwh":"x"}}']) {
      await client.publishAsync('plants/works/hall/meter-1/energy', text, { qos: 1 })
    }
    await page.reload()
    await page.getByRole('button', { name: 'Dismiss all 3' }).click()
    const dialog = page.locator('dialog[open]')
    await dialog.getByText('All that wait').waitFor()
    await dialog.getByLabel('Reason').fill('the fitter has gone')
    await dialog.getByLabel('Name').fill('Wang')
    await dialog.locator('button[type="submit"]').click()
    await page.getByText('Nothing waits in quarantine.').waitFor()
    await page.getByRole('button', { name: 'Dismissed: 4' }).click()
    await expect.poll(() => page.getByText(/^Dismissed by Wang, .+: the fitter has gone$/).count()).toBe(3)
    const auditLog = await (await fetch(`${gateway.httpUrl}/api/v1/trail?act=quarantine_dismissed`)).text()
    expect(auditLog).toContain('3 messages (until ')
    expect(auditLog).toContain('), by Wang: the fitter has gone')
  })

  test('has what is wrong at the top of the list, and a filter that stands in the address', async () => {
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const rows = page.locator('.device-list tbody tr')
    await rows.first().waitFor()
    expect(await rows.first().getAttribute('data-device')).toBe('meter-2')
    await page.getByRole('searchbox', { name: 'Filter by id, line or role' }).fill('meter-1')
    await expect.poll(() => rows.count()).toBe(1)
    expect(page.url()).toMatch(/#\/devices\?find=meter-1$/)
    await rows.first().click()
    await page.getByRole('heading', { name: 'meter-1', level: 2 }).waitFor()
    expect(complaints).toEqual([])
  })

  test.each([
    [3, '3.1'],
    [4, '3.1.1'],
    [5, '5'],
  ] as const)('sees that a client of protocol level %i speaks MQTT %s', async (level, version) => {
    const options = {
      clientId: `speaks-${level}`,
      protocolVersion: level,
      ...(level === 3 ? { protocolId: 'MQIsdp' } : {}),
    }
    const meter = await mqtt.connectAsync(gateway.mqttUrl, options as mqtt.IClientOptions)
    const message = { ts: systemClock.nowMs(), metrics: { elec_import_kwh: level } }
    await meter.publishAsync('plants/works/hall/meter-2/energy', JSON.stringify(message), { qos: 1 })
    await page.goto(`${gateway.httpUrl}/#/plants/works/devices/meter-2`)
    const session = page.locator('.device-session')
    const said = `client id speaks-${level} · MQTT ${version} · connected`
    await expect.poll(() => session.textContent()).toBe(said)
    const answer = await getJson(gateway, '/api/v1/plants/works/devices/meter-2')
    expect(answer).toMatchObject({ session: { client: `speaks-${level}`, state: 'open', mqtt: version } })
    await meter.endAsync()
    await expect.poll(() => session.textContent()).toContain(`MQTT ${version} · connection ended`)
  })
})
