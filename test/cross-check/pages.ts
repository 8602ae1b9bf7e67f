import type { Browser } from 'playwright-core'
import { FIRST_KEPT, hrefOf, plantPlaceOf } from '../../dashboards/src/route.js'
import type { RangeFigure } from '../../src/base/range-figure.js'
import { openPage } from '../support/browser.js'
import { type Difference, isSame } from './compare.js'
import type { Ask } from './gateway-input.js'
import type { Span } from './recompute/inputs.js'

/** What the tiles of a plant's page show of a range, against what the interface says of it. */

const SHOWN_MS = 20_000

export interface ComparedPage {
  readonly differences: readonly Difference[]
  /** KPIs whose tile had a value. */
  readonly kpis: readonly string[]
}

export async function comparePage(
  ask: Ask,
  url: string,
  browser: Browser,
  plant: string,
  span: Span,
): Promise<ComparedPage> {
  const { page } = await openPage(browser)
  try {
    const range = { kind: 'span', fromMs: span.fromMs, toMs: span.toMs } as const
    await page.goto(`${url}/${hrefOf({ ...plantPlaceOf(plant), ...FIRST_KEPT, range })}`)
    const tiles = page.locator(`.tile[data-plant="${plant}"]`)
    await page
      .locator(`.tile[data-plant="${plant}"] .tile-value[data-value]:not([data-value=""])`)
      .first()
      .waitFor({ timeout: SHOWN_MS })
    await page.waitForLoadState('networkidle')
    const shown = await tiles.evaluateAll((all) =>
      all.map((tile) => ({
        kpi: tile.getAttribute('data-kpi') ?? '',
        value: tile.querySelector('.tile-value')?.getAttribute('data-value') ?? '',
      })),
    )
    const kpis = [...new Set(shown.map(({ kpi }) => kpi))]
    const asked = `from=${new Date(span.fromMs).toISOString()}&to=${new Date(span.toMs).toISOString()}`
    const path = `/plants/${plant}/kpis/totals?kpi=${kpis.join(',')}&${asked}`
    const { figures } = await ask<{ readonly figures: readonly RangeFigure[] }>(path)
    const differences = shown.flatMap(({ kpi, value }): Difference[] => {
      const expected = figures.find((one) => one.kpi === kpi)?.value ?? null
      const found = value === '' ? null : Number(value)
      return isSame(expected, found) ? [] : [{ between: 'totals, page', what: `${plant} ${kpi} `, expected, found }]
    })
    return { differences, kpis: shown.filter(({ value }) => value !== '').map(({ kpi }) => kpi) }
  } finally {
    await page.context().close()
  }
}
