import { language } from '../../settings.js'
import { chineseOf } from './chinese.js'

/** The fault and its remedy as one sentence. */
export function problemText({ problem, remedy }: { readonly problem: string; readonly remedy: string }): string {
  return language.value === 'zh' ? `${chineseOf(problem)}；${chineseOf(remedy)}` : `${problem}; ${remedy}`
}

/** The sentence on what keeps the file from being changed here, with its remedy. */
export function obstacleText(reason: string): string {
  return language.value === 'zh' ? chineseOf(reason) : reason
}
