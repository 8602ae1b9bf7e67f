import type { Browser, Page } from 'playwright-core'
import { FIRST_KPI } from '../../dashboards/src/plant/page.js'
import { FIRST_KEPT, hrefOf } from '../../dashboards/src/route.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { RangeFigure } from '../../src/base/range-figure.js'
import { openPage } from '../support/browser.js'
import { type Difference, isSame, seriesPath } from './compare.js'
import type { Ask } from './gateway-input.js'
import type { Span } from './recompute/inputs.js'

/** Compares what the tiles of a plant's page and the figures of a line's show of a range with what the interface says of it. */

const SHOWN_MS = 20_000

export interface ComparedPage {
  readonly differences: readonly Difference[]
  /** KPIs whose tile had a value. */
  readonly kpis: readonly string[]
}

/** A page, where its figures stand in it, and the subject they are of. */
export interface ShownPage {
  readonly plant: string
  /** The page of a line of the plant; of the plant itself where there is none. */
  readonly line?: string
  /** Answers the page in place of the gateway when it asks for figures of ranges. */
  readonly answered?: Ask
}

export async function comparePage(
  ask: Ask,
  url: string,
  browser: Browser,
  { plant, line, answered }: ShownPage,
  span: Span,
): Promise<ComparedPage> {
  const { page } = await openPage(browser)
  try {
    if (answered !== undefined) await answerWith(page, answered)
    const place = { view: 'plant', plant, line: line ?? null, kpi: FIRST_KPI, window: null } as const
    const range = { kind: 'span', fromMs: span.fromMs, toMs: span.toMs } as const
    await page.goto(`${url}/${hrefOf({ ...place, ...FIRST_KEPT, range })}`)
    const shown = await (line === undefined ? tilesOf(page, plant) : lineFiguresOf(page))
    const kpis = [...new Set(shown.map(({ kpi }) => kpi))]
    const asked = `from=${new Date(span.fromMs).toISOString()}&to=${new Date(span.toMs).toISOString()}`
    const subject = line === undefined ? '' : `&scope=line&id=${line}`
    const path = `/plants/${plant}/kpis/totals?kpi=${kpis.join(',')}${subject}&${asked}`
    const { figures } = await ask<{ readonly figures: readonly RangeFigure[] }>(path)
    const ofDays = new Map<string, number | null>()
    for (const { kpi } of line === undefined ? figures.filter(({ rule }) => rule === 'window') : [])
      ofDays.set(kpi, await lastDayOf(ask, plant, kpi, span))
    const differences = shown.flatMap(({ kpi, value }): Difference[] => {
      const expected = ofDays.get(kpi) ?? figures.find((one) => one.kpi === kpi)?.value ?? null
      const found = value === '' ? null : Number(value)
      return isSame(expected, found) ? [] : [{ between: 'totals, page', what: `${plant} ${kpi} `, expected, found }]
    })
    return { differences, kpis: shown.filter(({ value }) => value !== '').map(({ kpi }) => kpi) }
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.context().close()
  }
}

/** A figure that no days add up to is shown as that of the newest day that has one. */
async function lastDayOf(ask: Ask, plant: string, kpi: string, span: Span): Promise<number | null> {
  const { points } = await ask<{ readonly points: readonly KpiPoint[] }>(
    seriesPath(plant, kpi, '1d', 'plant', plant, span),
  )
  return points.findLast(({ value }) => value !== null)?.value ?? null
}

interface Shown {
  readonly kpi: string
  readonly value: string
}

async function tilesOf(page: Page, plant: string): Promise<readonly Shown[]> {
  const tiles = `.tile[data-plant="${plant}"]`
  await page.locator(`${tiles} .tile-value[data-value]:not([data-value=""])`).first().waitFor({ timeout: SHOWN_MS })
  await page.waitForLoadState('networkidle')
  return page.locator(tiles).evaluateAll((all) =>
    all.map((tile) => ({
      kpi: tile.getAttribute('data-kpi') ?? '',
      value: tile.querySelector('.tile-value')?.getAttribute('data-value') ?? '',
    })),
  )
}

async function lineFiguresOf(page: Page): Promise<readonly Shown[]> {
  await page.locator('.line-figure[data-value]:not([data-value=""])').first().waitFor({ timeout: SHOWN_MS })
  await page.waitForLoadState('networkidle')
  return page
    .locator('.line-figure')
    .evaluateAll((all) =>
      all.map((one) => ({ kpi: one.getAttribute('data-kpi') ?? '', value: one.getAttribute('data-value') ?? '' })),
    )
}

/** Gives the page other figures of ranges than the gateway does. */
async function answerWith(page: Page, answered: Ask): Promise<void> {
  await page.route('**/api/v1/plants/*/kpis/totals?*', async (route) => {
    const [, path = ''] = route.request().url().split('/api/v1')
    await route.fulfill({ json: await answered(path) })
  })
}
