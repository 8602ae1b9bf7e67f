import { language } from '../settings.js'
import { market as en } from './words.en.js'
import { market as zh } from './words.zh.js'

/** The words of the page of the carbon market; they come with it. */
export const marketWords = () => (language.value === 'zh' ? zh : en)
