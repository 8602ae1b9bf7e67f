import type { Page } from 'playwright-core'
import { answersOf } from './browser.js'

/**
 * Resolves when no dialog is open any more; one that stays is told with what it says, whether it still sends, and how the
 * requests of the page were answered.
 */
export async function dialogsClosed(page: Page): Promise<void> {
  const dialog = page.locator('dialog[open]')
  try {
    await dialog.waitFor({ state: 'detached' })
  } catch (cause) {
    const busy = await dialog.locator('[aria-busy=true]').count()
    const said = await dialog.allInnerTexts()
    const words = `A dialog stays open, ${busy > 0 ? 'sending' : 'not sending'}: ${said.join('\n')}`
    throw new Error([words, ...answersOf(page)].join('\n'), { cause })
  }
}
