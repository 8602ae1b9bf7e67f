import type { Page } from 'playwright-core'
import { until } from './gateway.js'

/**
 * Signs in by the form that a page shows, again until the list with the account has been read. The form takes nothing while
 * it waits for an answer, nor for a minute after too many tries.
 */
export async function signIn(on: Page, name: string, password: string): Promise<void> {
  const field = (of: string) => on.locator(`form.sign-in [name="${of}"]`)
  await field('name').waitFor()
  await until(async () => {
    await field('name').fill(name)
    await field('password').fill(password)
    await on.locator('form.sign-in button[type="submit"][aria-disabled="false"]').waitFor()
    const answers = on.waitForResponse((one) => one.url().endsWith('/session') && one.request().method() === 'POST')
    await on.keyboard.press('Enter')
    return (await answers).ok()
  })
}
