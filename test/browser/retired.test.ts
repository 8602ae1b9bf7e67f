// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { DeviceNode, PlantNode } from '../../src/base/wire.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { greengauge } from '../support/cli.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** A device that the command takes out of service leaves the lists, and is named where it sends all the same. */

const config = { plants: [{ ...WORKS, devices: [...WORKS.devices, { id: 'old-1', line: 'hall', role: 'sub' }] }] }
const SHOTS = process.env.RETIRED_SHOTS
const LOOKS = [
  { locale: 'en-US', notice: '1 device out of service sends again', state: 'out of service, but sends' },
  { locale: 'zh-CN', notice: '1 台已退役设备又在发送', state: '已退役，但仍在发送' },
] as const

describe.runIf(chromiumPath !== null)('a device out of service', () => {
  let gateway: TestGateway
  let browser: Browser
  let client: mqtt.MqttClient

  beforeAll(async () => {
    gateway = await startGateway({ config })
    browser = await launchBrowser()
    client = await mqtt.connectAsync(gateway.mqttUrl)
  })
  afterAll(async () => {
    await client?.endAsync()
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function device(): Promise<DeviceNode> {
    const { plants } = await getJson<{ plants: readonly PlantNode[] }>(gateway, '/api/v1/plants')
    const found = plants
      .flatMap(({ lines }) => lines.flatMap(({ devices }) => devices))
      .find(({ id }) => id === 'old-1')
    if (found === undefined) throw new Error('old-1 is not among the devices')
    return found
  }
  const retire = (...args: string[]) =>
    greengauge('device', 'retire', 'works/hall/old-1', ...args, '--config', join(gateway.dir, 'greengauge.yaml'))

  test('leaves the list by the command, and comes back by --undo', async () => {
    await retire('--from', '2026-01-01')
    expect(readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')).toContain('retired_from: 2026-01-01')
    await until(async () => (await device()).retired === '2025-12-31T16:00:00.000Z')
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/devices`)
    await page.getByRole('link', { name: 'main-1' }).first().waitFor()
    expect(await page.getByRole('link', { name: 'old-1' }).count()).toBe(0)
    await page.goto(`${gateway.httpUrl}/#/devices?find=old-1`)
    await page.getByText('out of service').first().waitFor()
    await page.context().close()
    await retire('--undo')
    await until(async () => (await device()).retired === undefined)
    expect((await retire('--from', 'soon')).code).toBe(64)
    expect((await retire()).code).toBe(64)
  })

  test.each(LOOKS)('is named where it sends all the same, in $locale', async ({ locale, notice, state }) => {
    await retire('--from', '2026-01-01')
    const payload = JSON.stringify({ ts: systemClock.nowMs(), metrics: { elec_submeter_kwh: 5 } })
    await client.publishAsync('plants/works/hall/old-1/energy', payload, { qos: 1 })
    await until(async () => (await device()).retired !== undefined && (await device()).readings > 0)
    const { page, complaints } = await openPage(browser, { locale })
    await page.goto(`${gateway.httpUrl}/#/`)
    await page.getByRole('link', { name: notice }).waitFor()
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/overview-${locale}.png` })
    await page.getByRole('link', { name: notice }).click()
    await page.getByText(state).first().waitFor()
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/devices-${locale}.png` })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
