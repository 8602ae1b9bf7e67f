import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { systemClock } from '../../src/base/clock.js'
import type { AuditJob } from '../../src/base/report.js'
import { end, start } from '../bench/measure/processes.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { freePort, until } from '../support/gateway.js'
import { pagesOf } from '../support/pages.js'

/**
 * `npm run screenshots`: every page of the demo plants, in both languages, dark and light, on a phone, a desk and a wall,
 * as pictures to look at. `--out DIR`, `--only overview,plant`, `--url` for a gateway that runs already.
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist/screenshots' },
    only: { type: 'string' },
    widths: { type: 'string', default: '390,1440,3840' },
    url: { type: 'string' },
  },
})

const PLANT = 'suzhou-1'
const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const HEIGHTS: Readonly<Record<number, number>> = { 390: 844, 1440: 900, 3840: 2160 }
const LOCALES = { en: 'en-US', zh: 'zh-CN' } as const
/** The back-fill of a day is computed by then. */
const WARM_UP_MS = 45_000
/** Long enough for what a page reads, and for its first live figures. */
const SETTLE_MS = 2_000
const DAY_MS = 86_400_000

if (chromiumPath === null) {
  console.error('Pictures need a browser: install the Debian package chromium.')
  process.exit(69)
}
mkdirSync(values.out, { recursive: true })
if (values.url === undefined) await withDemo(takeAll)
else await takeAll(values.url)

async function withDemo(use: (url: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-screens-'))
  const port = await freePort()
  const settings = { 'http.port': port, 'mqtt.port': await freePort(), data_dir: join(dir, 'data') }
  const args = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const demo = start(process.execPath, [CLI, 'demo', ...args])
  try {
    const url = `http://127.0.0.1:${port}`
    await until(async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok === true)
    console.log(`waiting ${WARM_UP_MS / 1000} s for a day of the demo plants`)
    await sleep(WARM_UP_MS)
    await use(url)
  } finally {
    await end(demo)
    rmSync(dir, { recursive: true, force: true })
  }
}

async function takeAll(url: string): Promise<void> {
  const report = await draft(url)
  const browser = await launchBrowser()
  try {
    for (const width of values.widths.split(',').map(Number)) {
      for (const theme of ['dark', 'light'] as const) {
        for (const language of ['en', 'zh'] as const) await takeSet(browser, url, report, { width, theme, language })
      }
    }
  } finally {
    await browser.close()
  }
}

/** A report to look at: of the plant's yesterday, on which the back-fill begins. */
async function draft(url: string): Promise<string> {
  const day = (ms: number) => new Date(ms).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })
  const nowMs = systemClock.nowMs()
  const body = JSON.stringify({ plants: [PLANT], from: day(nowMs - DAY_MS), to: day(nowMs) })
  const asked = (await (await fetch(`${url}/api/v1/reports`, { method: 'POST', body })).json()) as AuditJob
  let job = asked
  await until(async () => {
    job = (await (await fetch(`${url}/api/v1/audit/jobs/${asked.id}`)).json()) as AuditJob
    return job.state === 'done' || job.state === 'failed'
  })
  if (job.report === null) throw new Error(`no report to look at: ${job.detail.en}`)
  return job.report.id
}

interface Look {
  readonly width: number
  readonly theme: 'dark' | 'light'
  readonly language: keyof typeof LOCALES
}

async function takeSet(browser: Browser, url: string, report: string, { width, theme, language }: Look): Promise<void> {
  const { page, complaints } = await openPage(browser, {
    locale: LOCALES[language],
    colorScheme: theme,
    viewport: { width, height: HEIGHTS[width] ?? 900 },
    hasTouch: width < 640,
  })
  const wanted = values.only?.split(',')
  for (const [name, address] of Object.entries(pagesOf(PLANT, 'press', 'robot-1', report))) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    await page.goto(url + address)
    await sleep(SETTLE_MS)
    const file = join(values.out, `${name}-${width}-${theme}-${language}.png`)
    // A wall shows what fits it and no more.
    await page.screenshot({ path: file, fullPage: name !== 'wall' })
    console.log(file)
  }
  for (const complaint of complaints) console.error(`the browser complained: ${complaint}`)
  await page.context().close()
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
