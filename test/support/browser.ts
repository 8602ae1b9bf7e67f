import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findServer } from './servers.js'
import { SOON_MS } from './soon.js'

/** Path of Chromium; null when it is not on the machine. */
export const chromiumPath = findServer('chromium')

/** A real browser without a window. */
export async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? '',
    timeout: SOON_MS,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  return browser.on('context', (context) => {
    context.setDefaultTimeout(SOON_MS)
    context.addInitScript(BE_PATIENT, SOON_MS).catch(() => undefined)
  })
}

/** A page gives a gateway up that has not answered for some seconds; on a machine that is busy it takes so long. */
const BE_PATIENT = (patienceMs: number) => {
  const after = AbortSignal.timeout.bind(AbortSignal)
  AbortSignal.timeout = (ms) => after(Math.max(ms, patienceMs))
}

/** Tells of what the content security policy has refused, whether or not the browser does. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  console.error('refused by the policy: ' + [event.violatedDirective, event.blockedURI, event.sourceFile].join(' ')))`

/**
 * A page that keeps what the browser complains of: an error that nobody caught, a line of it in the console, or
 * something that the content security policy has refused.
 */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<ComplainingPage> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  await page.addInitScript(TELL_VIOLATIONS)
  const complaints: string[] = []
  recordAnswers(page)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, complaints }
}

const answers = new WeakMap<Page, string[]>()

/** Answers to requests of a page that was opened here; looks that were answered well are left out. */
export const answersOf = (page: Page): readonly string[] => answers.get(page) ?? []

function recordAnswers(page: Page): void {
  const lines: string[] = []
  answers.set(page, lines)
  page.on('response', (response) => {
    const asked = `${response.request().method()} ${new URL(response.url()).pathname}`
    if (!response.ok() || !asked.startsWith('GET ')) lines.push(`${asked}: ${response.status()}`)
  })
  page.on('requestfailed', (request) => {
    lines.push(`${request.method()} ${new URL(request.url()).pathname}: ${request.failure()?.errorText}`)
  })
}

export interface ComplainingPage {
  readonly page: Page
  /** Complaints of the browser so far; a test that takes the gateway away takes out what is said of that. */
  readonly complaints: string[]
}
