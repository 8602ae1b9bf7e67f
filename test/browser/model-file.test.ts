/** Proves that the page Outlook says of a model file of the operator whether it takes part, and in words why not. */
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ForecastItem, ForecastsAnswer } from '../../src/views/wire/forecasts.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const plants = [
  {
    ...{ id: 'works', name: { en: 'The works', zh: '工厂' }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall' }] },
    devices: [{ id: 'main', line: 'hall', role: 'main' }],
  },
]

describe.runIf(chromiumPath !== null)('a model file of the operator', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants } })
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'meter' })
    await client.publishAsync('plants/works/hall/main/energy', '{"metrics":{"elec_import_kwh":100}}', { qos: 1 })
    await settled(gateway)
    await client.endAsync()
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test.each([
    ['en-US', '', /^Model file load\.onnx: weighed and judged/],
    ['en-US', 'not_installed', /^Model file load\.onnx: not used, for the package onnxruntime-node/],
    ['zh-CN', 'too_slow', /^模型文件 load\.onnx：耗时过长/],
  ] as const)('is told of in %s: %j', async (locale, reason, words) => {
    const { page, complaints } = await openPage(browser, { locale, viewport: { width: 390, height: 844 } })
    await page.route('**/api/v1/plants/works/forecasts?as=power', (route) =>
      route.fulfill({ json: forecastsOf(reason) }),
    )
    await page.goto(`${gateway.httpUrl}/#/plants/works/outlook`)
    const told = page.locator(`[data-card="outlook-score"] [data-model-file="${reason}"]`)
    await told.waitFor()
    expect(await told.textContent()).toMatch(words)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(complaints).toEqual([])
    if (process.env.SHOTS !== undefined) {
      const path = `${process.env.SHOTS}/model-file-${reason}.png`
      await page.locator('[data-card="outlook-score"]').screenshot({ path })
    }
    await page.context().close()
  })
})

function forecastsOf(reason: NonNullable<ForecastItem['model_file']>['reason']): ForecastsAnswer {
  const model_file = { file: 'load.onnx', sha256: reason === '' ? 'a1' : null, reason, detail: 'as the runtime says' }
  const itemOf = (horizon: ForecastItem['horizon']): ForecastItem => ({
    ...{
      plant: 'works',
      scope: 'plant',
      id: 'works',
      kpi: 'energy_elec_import',
      unit: 'kW',
      kpi_unit: 'kWh',
      window: '15m',
    },
    ...{ horizon, reason: 'too_short', known_days: 3, damaged_lines: 0, model_file, newest: null, score: null },
  })
  return { forecasts: [itemOf('next_interval'), itemOf('day_ahead')], left_out: 0 }
}
