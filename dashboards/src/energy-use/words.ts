import { language } from '../settings.js'
import { use as en } from './words.en.js'
import { use as zh } from './words.zh.js'

/** The words of the page about energy and cost. They come with that page. */
export const useWords = () => (language.value === 'zh' ? zh : en)
