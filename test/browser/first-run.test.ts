// @module-tag slow

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { PlantsAnswer } from '../../src/base/wire.js'
import { BROWSER_HEAD } from '../../src/config/edit/first-file.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'

/** Proves that a gateway that was started without a configuration leads from nothing to a plant, in the browser alone. */

const SHOTS = process.env.FIRST_RUN_SHOTS

const LOOKS = [
  {
    language: 'en',
    viewport: { width: 1440, height: 900 },
    name: 'Bright Metal Works',
    line: 'Press shop',
    id: 'bright-metal-works',
    region: 'Jiangsu',
    words: {
      chosen: 'English',
      name: 'Name',
      id: 'Id',
      zone: 'Time zone',
      region: 'Grid region',
      shifts: 'Shifts',
      tariff: 'Tariff',
      prices: ['Peak, per kWh', 'Flat, per kWh', 'Valley, per kWh'],
      line: 'Name of line 1',
      preview: 'Preview',
      take: 'Take over',
      done: 'is set up',
      connect: 'Connect a device',
      currency: 'Currency',
      wrong: 'is not a number; give a number',
    },
  },
  {
    language: 'zh',
    viewport: { width: 390, height: 844 },
    name: '光明五金厂',
    line: '冲压车间',
    id: 'plant-1',
    region: '江苏',
    words: {
      chosen: '中文',
      name: '名称',
      id: '标识',
      zone: '时区',
      region: '电网区域',
      shifts: '班次',
      tariff: '电价方式',
      prices: ['峰段，每千瓦时', '平段，每千瓦时', '谷段，每千瓦时'],
      line: '产线 1 的名称',
      preview: '预览',
      take: '采用',
      done: '已设置完成',
      connect: '接入设备',
      currency: '货币',
      wrong: '不是数字；请给出数字',
    },
  },
] as const

describe.runIf(chromiumPath !== null).each(LOOKS)(
  'whoever starts a gateway without a configuration, in $language',
  (look) => {
    const w = look.words
    let gateway: TestGateway
    let browser: Browser
    let file: string

    beforeAll(async () => {
      gateway = await startGateway({ isBare: true })
      file = join(gateway.dir, 'data', 'greengauge.yaml')
      browser = await launchBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      await gateway?.stop()
      if (gateway !== undefined) removeData(gateway)
    })

    const shoot = async (page: Page, step: string) => {
      if (SHOTS === undefined) return
      await page.screenshot({ path: `${SHOTS}/${look.language}-${step}.png`, fullPage: true })
    }
    const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })
    const plantsOf = async () => (await getJson<PlantsAnswer>(gateway, '/api/v1/plants')).plants

    test('is led from the first page to a plant that is in force, and reads what is written before it is', async () => {
      const { page, complaints } = await openPage(browser, { viewport: look.viewport })
      await page.goto(gateway.httpUrl)
      await page.getByRole('button', { name: w.chosen, exact: true }).click()
      await page.getByText(file).waitFor()
      await shoot(page, '1-empty')
      expect(await seriousFaults(page)).toEqual([])
      await field(page, w.name).pressSequentially(look.name)
      expect(await field(page, w.name).inputValue()).toBe(look.name)
      expect(await field(page, w.id).inputValue()).toBe(look.id)
      await field(page, w.zone).fill('Asia/Shanghai')
      // A name is known once the names of all have been read.
      await page.locator('datalist option[value="CN-JS"]').waitFor({ state: 'attached' })
      await field(page, w.region).fill(look.region)
      await field(page, w.shifts).selectOption('two')
      await field(page, w.tariff).selectOption('tou')
      await field(page, w.currency).fill('CNY')
      await field(page, w.prices[0]).fill('cheap')
      await field(page, w.prices[1]).fill('0.7')
      await field(page, w.prices[2]).fill('0.35')
      await field(page, w.line).fill(look.line)
      await page.getByRole('button', { name: w.preview, exact: true }).click()
      const wrong = page.locator('#setting-price-peak-about.setting-problem')
      await wrong.waitFor()
      // It stands in two periods, and is told of once.
      expect((await wrong.textContent())?.split(w.wrong)).toHaveLength(2)
      expect(await field(page, w.prices[0]).getAttribute('aria-invalid')).toBe('true')
      await shoot(page, '2-wrong')
      await field(page, w.prices[0]).fill('1.1')
      await page.getByRole('button', { name: w.preview, exact: true }).click()
      await page.locator('.difference .is-added').first().waitFor()
      await shoot(page, '3-preview')
      expect(await seriousFaults(page)).toEqual([])
      expect(existsSync(file)).toBe(false)
      await page.getByRole('button', { name: w.take, exact: true }).click()
      await page.getByRole('heading', { name: w.done }).waitFor()
      await shoot(page, '4-done')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.viewport.width)
      const written = readFileSync(file, 'utf8')
      expect(written.startsWith(BROWSER_HEAD[look.language])).toBe(true)
      const [plant] = parse(written).plants
      expect(plant).toMatchObject({ id: look.id, name: { [look.language]: look.name }, grid_region: 'CN-JS' })
      expect(plant.lines).toMatchObject([{ name: { [look.language]: look.line } }])
      expect(plant.tariffs[0].periods.map((one: { price_per_kwh: number }) => one.price_per_kwh)).toEqual([
        0.35, 1.1, 0.7, 1.1, 0.7,
      ])
      expect(statSync(file).mode & 0o077).toBe(0)
      await expect.poll(plantsOf).toMatchObject([{ id: look.id, configured: true }])
      await page.getByRole('link', { name: w.connect, exact: true }).click()
      await expect.poll(() => page.locator('input[name="plant"]').inputValue()).toBe(look.id)
      await shoot(page, '5-connect')
      expect(complaints).toEqual([])
      await page.context().close()
    })

    test('finds the plant after the next start, which needs no word of the file', async () => {
      await gateway.stop()
      gateway = await gateway.restart()
      await expect.poll(plantsOf).toMatchObject([{ id: look.id, configured: true }])
      const { page } = await openPage(browser, { viewport: look.viewport })
      await page.goto(gateway.httpUrl)
      await page.locator(`[data-plant="${look.id}"]`).waitFor()
      expect(page.url()).not.toContain('first-run')
      await page.context().close()
    })
  },
)
