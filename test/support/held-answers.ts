import type { Page, Route } from 'playwright-core'

/**
 * Holds back the answers to what a page posts to addresses, until the function that it gives is called. That resolves when the page has
 * drawn what the first of them changes.
 */
export async function heldAnswers(
  page: Page,
  isMeant: (url: URL) => boolean,
  answer: (route: Route) => Promise<void> = (route) => route.continue(),
): Promise<() => Promise<void>> {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(isMeant, async (route) => {
    await held
    await answer(route)
  })
  return async () => {
    const answered = page.waitForResponse((one) => one.request().method() === 'POST' && isMeant(new URL(one.url())))
    release()
    await (await answered).finished()
    await page.unroute(isMeant)
    // The page has drawn it by the frame behind the next one.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  }
}
