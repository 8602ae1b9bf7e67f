import { language } from '../../settings.js'
import { chineseOf, chineseOfAll } from './chinese.js'

/** The fault and its remedy as one sentence. */
export function problemText({ problem, remedy }: { readonly problem: string; readonly remedy: string }): string {
  return language.value === 'zh' ? `${chineseOf(problem)}；${chineseOf(remedy)}` : `${problem}; ${remedy}`
}

/** A sentence of the gateway, with its remedy. */
export function saidText(reason: string): string {
  return language.value === 'zh' ? chineseOf(reason) : reason
}

/** Words of a check, which may be several sentences in a row. */
export function checkText(reason: string): string {
  return language.value === 'zh' ? chineseOfAll(reason) : reason
}
