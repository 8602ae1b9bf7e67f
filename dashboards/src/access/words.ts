import { language } from '../settings.js'
import { access as en } from './words.en.js'
import { access as zh } from './words.zh.js'

/** The words of the page of access; they come with it. */
export const accessWords = () => (language.value === 'zh' ? zh : en)
