import { language } from '../settings.js'
import { outlook as en } from './words.en.js'
import { outlook as zh } from './words.zh.js'

/** The words of the page about what is expected. They come with that page. */
export const useOutlookWords = () => (language.value === 'zh' ? zh : en)
