import { language } from '../settings.js'
import { centre as en } from './words.en.js'
import { centre as zh } from './words.zh.js'

/** The words of the page about the twelve functions. They come with that page. */
export const useCentreWords = () => (language.value === 'zh' ? zh : en)
