import { language } from '../settings.js'

/** Address of the documents in the language of the page; the gateway serves them itself. */
export const helpAddress = () => (language.value === 'zh' ? '/help/zh/' : '/help/')
