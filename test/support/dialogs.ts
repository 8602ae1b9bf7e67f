import type { Page } from 'playwright-core'

/** Resolves when no dialog is open any more; one that stays is told with what it says and whether it still sends. */
export async function dialogsClosed(page: Page): Promise<void> {
  const dialog = page.locator('dialog[open]')
  try {
    await dialog.waitFor({ state: 'detached' })
  } catch (cause) {
    const busy = await dialog.locator('[aria-busy=true]').count()
    const said = await dialog.allInnerTexts()
    throw new Error(`A dialog stays open, ${busy > 0 ? 'sending' : 'not sending'}: ${said.join('\n')}`, { cause })
  }
}
