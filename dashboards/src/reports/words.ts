import { language } from '../settings.js'
import { reports as en } from './words.en.js'
import { reports as zh } from './words.zh.js'

/** The words of the auditor's pages. They come with those pages: the first paint of the others does not wait for them. */
export const reportWords = () => (language.value === 'zh' ? zh : en)
